package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Defaults of one container. */
final class ContainerDefaults {
    private static final Pattern TAGGED = Pattern.compile("(.+):([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})");
    private static final Pattern PATH =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

    private ContainerDefaults() {}

    static void apply(ObjectNode container) {
        if (!container.hasNonNull("imagePullPolicy")) {
            container.put("imagePullPolicy", pullPolicy(Json.text(container, "image")));
        }
        Trees.putIfAbsent(container, "terminationMessagePath", "/dev/termination-log");
        Trees.putIfAbsent(container, "terminationMessagePolicy", "File");
        Trees.putObjectIfAbsent(container, "resources");
        Trees.dropZeros(container, "stdin", "stdinOnce", "tty");
        for (String list : List.of("limits", "requests")) {
            if (container.path("resources").path(list) instanceof ObjectNode resources) {
                resourceList(resources);
            }
        }
        for (ObjectNode port : Trees.objects(container.path("ports"))) {
            Trees.putIfAbsent(port, "protocol", "TCP");
            Trees.dropZeros(port, "hostPort");
        }
        for (ObjectNode variable : Trees.objects(container.path("env"))) {
            environment(variable);
        }
        Trees.objects(container.path("volumeMounts")).forEach(mount -> Trees.dropZeros(mount, "readOnly"));
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.path(probe) instanceof ObjectNode present) {
                probe(present);
            }
        }
        for (String hook : List.of("postStart", "preStop")) {
            if (container.path("lifecycle").path(hook) instanceof ObjectNode present) {
                handler(present);
            }
        }
    }

    /** Always for the tag {@code latest}, given or understood; IfNotPresent for all else, malformed names too. */
    static String pullPolicy(String image) {
        return tag(image).equals("latest") ? "Always" : "IfNotPresent";
    }

    private static String tag(String image) {
        int at = image.indexOf('@');
        String name = at < 0 ? image : image.substring(0, at);
        String tag = "";
        Matcher tagged = TAGGED.matcher(name);
        if (tagged.matches() && !tagged.group(2).contains("/")) {
            name = tagged.group(1);
            tag = tagged.group(2);
        }
        if (!isRepository(name)) {
            return "";
        }
        return tag.isEmpty() && at < 0 ? "latest" : tag;
    }

    private static boolean isRepository(String name) {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean registry = first.contains(".") || first.contains(":") || first.equals("localhost");
        boolean bareHash = name.matches("[0-9a-f]{64}");
        return !bareHash
                && PATH.matcher(registry ? name.substring(slash + 1) : name).matches();
    }

    private static void environment(ObjectNode variable) {
        JsonNode source = variable.path("valueFrom");
        if (source.path("fieldRef") instanceof ObjectNode reference) {
            Trees.putIfAbsent(reference, "apiVersion", "v1");
        }
        if (source.path("resourceFieldRef") instanceof ObjectNode reference) {
            divisor(reference);
        }
    }

    /** Go always writes the divisor: 0 where none is given. */
    static void divisor(ObjectNode resourceFieldRef) {
        String text = Json.optionalText(resourceFieldRef, "divisor").orElse("0");
        resourceFieldRef.put("divisor", Quantity.of(text).toString());
    }

    private static void probe(ObjectNode probe) {
        handler(probe);
        Trees.putIfZero(probe, "timeoutSeconds", 1);
        Trees.putIfZero(probe, "periodSeconds", 10);
        Trees.putIfZero(probe, "successThreshold", 1);
        Trees.putIfZero(probe, "failureThreshold", 3);
        Trees.dropZeros(probe, "initialDelaySeconds");
        if (probe.path("grpc") instanceof ObjectNode grpc) {
            Trees.putIfAbsent(grpc, "service", "");
        }
    }

    private static void handler(ObjectNode handler) {
        if (handler.path("httpGet") instanceof ObjectNode get) {
            Trees.putIfAbsent(get, "path", "/");
            Trees.putIfAbsent(get, "scheme", "HTTP");
        }
    }

    static void requestsFromLimits(ObjectNode container) {
        if (!(container.path("resources").path("limits") instanceof ObjectNode limits) || limits.isEmpty()) {
            return;
        }
        ObjectNode requests = Json.objectAt(container, "resources", "requests");
        limits.properties().forEach(limit -> {
            if (!requests.has(limit.getKey())) {
                requests.set(limit.getKey(), limit.getValue());
            }
        });
    }

    static void hostPorts(ObjectNode container) {
        for (ObjectNode port : Trees.objects(container.path("ports"))) {
            if (port.path("hostPort").asInt(0) == 0 && port.has("containerPort")) {
                port.set("hostPort", port.get("containerPort"));
            }
        }
    }

    /** Writes quantities canonically, rounded up to thousandths. */
    static void resourceList(ObjectNode resources) {
        for (Map.Entry<String, JsonNode> entry : resources.properties()) {
            String canonical =
                    Quantity.of(entry.getValue().asText()).roundUpToMilli().toString();
            if (!canonical.equals(entry.getValue().asText())) {
                entry.setValue(TextNode.valueOf(canonical));
            }
        }
    }
}
