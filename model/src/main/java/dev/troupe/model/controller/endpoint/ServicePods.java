package dev.troupe.model.controller.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.LabelSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The pods behind a Service, and their addresses and ports. */
final class ServicePods {
    private ServicePods() {}

    /** The selector of a Service whose endpoints are found by it; empty where somebody else names them. */
    static Optional<LabelSelector> selectorOf(StoredObject service) {
        JsonNode spec = service.tree().path("spec");
        Map<String, String> labels = new HashMap<>();
        spec.path("selector")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels.isEmpty() || Json.text(spec, "type").equals("ExternalName")
                ? Optional.empty()
                : Optional.of(LabelSelector.equalTo(labels));
    }

    /** The selected pods that have an address and are not over, by name. */
    static List<PodView> of(StoredObject service, ClusterView view) {
        LabelSelector selector = selectorOf(service).orElse(LabelSelector.nothing());
        return view.list(BuiltInTypes.PODS.groupResource(), service.meta().namespace()).stream()
                .filter(pod -> selector.matches(pod.meta().labels()))
                .map(PodView::new)
                .filter(pod -> !pod.isTerminal() && !addresses(pod).isEmpty())
                .toList();
    }

    /** The Services that a change of a pod concerns. */
    static Set<ObjectKey> concerned(ObservedChange change, ClusterView view) {
        Set<ObjectKey> keys = new LinkedHashSet<>();
        boolean same = change.before().isPresent()
                && change.after().isPresent()
                && part(change.before().get()).equals(part(change.after().get()));
        if (same) {
            return keys;
        }
        for (StoredObject service : view.list(
                BuiltInTypes.SERVICES.groupResource(), change.key().name().namespace())) {
            LabelSelector selector = selectorOf(service).orElse(LabelSelector.nothing());
            if (matches(selector, change.before()) || matches(selector, change.after())) {
                keys.add(service.key());
            }
        }
        return keys;
    }

    private static boolean matches(LabelSelector selector, Optional<StoredObject> pod) {
        return pod.filter(present -> selector.matches(present.meta().labels())).isPresent();
    }

    /** All of a pod that an endpoint may show. */
    private static List<Object> part(StoredObject pod) {
        PodView view = new PodView(pod);
        JsonNode spec = pod.tree().path("spec");
        return List.of(
                pod.meta().uid(),
                pod.meta().labels(),
                pod.meta().isDeleting(),
                view.isTerminal(),
                view.isReady(),
                addresses(view),
                view.nodeName(),
                Json.text(spec, "hostname"),
                Json.text(spec, "subdomain"));
    }

    /** All addresses of a pod. */
    static List<String> addresses(PodView pod) {
        List<String> addresses = new ArrayList<>();
        pod.status().path("podIPs").forEach(entry -> addresses.add(Json.text(entry, "ip")));
        String first = Json.text(pod.status(), "podIP");
        if (addresses.isEmpty() && !first.isEmpty()) {
            addresses.add(first);
        }
        return addresses;
    }

    static boolean isOfFamily(String address, String family) {
        return address.contains(":") == family.equals("IPv6");
    }

    /** The Service's families, the first one first; IPv4 where it names none. */
    static List<String> families(StoredObject service) {
        List<String> families = new ArrayList<>();
        service.tree().path("spec").path("ipFamilies").forEach(family -> families.add(family.asText()));
        return families.isEmpty() ? List.of("IPv4") : families;
    }

    static boolean isHeadless(StoredObject service) {
        String address = Json.text(service.tree(), "spec", "clusterIP");
        return address.isEmpty() || address.equals("None");
    }

    static boolean publishesNotReady(StoredObject service) {
        return Json.bool(service.tree(), "spec", "publishNotReadyAddresses");
    }

    /** The ports of a pod for the ports of a Service. A named port that the pod lacks is left out. */
    static List<ObjectNode> ports(StoredObject service, PodView pod) {
        List<ObjectNode> ports = new ArrayList<>();
        for (JsonNode port : service.tree().path("spec").path("ports")) {
            String protocol = Json.optionalText(port, "protocol").orElse("TCP");
            number(pod, port, protocol).ifPresent(number -> {
                ObjectNode found = Json.object();
                String name = Json.text(port, "name");
                found.put("name", name).put("port", number).put("protocol", protocol);
                Json.optionalText(port, "appProtocol").ifPresent(application -> found.put("appProtocol", application));
                ports.add(found);
            });
        }
        return ports;
    }

    private static Optional<Integer> number(PodView pod, JsonNode servicePort, String protocol) {
        JsonNode target = servicePort.path("targetPort");
        if (target.isNumber()) {
            return Optional.of(target.intValue());
        }
        if (!target.isTextual()) {
            return Optional.of(Json.integer(servicePort, 0, "port"));
        }
        JsonNode spec = pod.object().tree().path("spec");
        for (JsonNode container : spec.path("containers")) {
            Optional<Integer> found = named(container, target.asText(), protocol);
            if (found.isPresent()) {
                return found;
            }
        }
        for (JsonNode container : spec.path("initContainers")) {
            // A sidecar serves as long as the pod.
            Optional<Integer> found = named(container, target.asText(), protocol);
            if (found.isPresent() && Json.text(container, "restartPolicy").equals("Always")) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Integer> named(JsonNode container, String name, String protocol) {
        for (JsonNode port : container.path("ports")) {
            if (Json.text(port, "name").equals(name)
                    && Json.optionalText(port, "protocol").orElse("TCP").equals(protocol)) {
                return Optional.of(Json.integer(port, 0, "containerPort"));
            }
        }
        return Optional.empty();
    }

    /** The host name that DNS gives the pod under the Service; empty if none. */
    static Optional<String> hostname(StoredObject service, PodView pod) {
        JsonNode spec = pod.object().tree().path("spec");
        return Json.optionalText(spec, "hostname")
                .filter(name ->
                        Json.text(spec, "subdomain").equals(service.meta().name()));
    }

    static ObjectNode targetReference(PodView pod) {
        return Json.object()
                .put("kind", "Pod")
                .put("namespace", pod.object().meta().namespace())
                .put("name", pod.object().meta().name())
                .put("uid", pod.object().meta().uid());
    }
}
