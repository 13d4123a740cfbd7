package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerSpec.Security;
import dev.troupe.node.runtime.ImageInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Security settings: the container's own, else the pod's. */
final class PodSecurity {
    private PodSecurity() {}

    /** @throws ContainerConfigException if it must not run as root and would */
    static Security of(PodView pod, ContainerView container, ImageInfo image) throws ContainerConfigException {
        JsonNode ofPod = pod.spec().path("securityContext");
        JsonNode own = container.json().path("securityContext");
        OptionalLong user = number(own, ofPod, "runAsUser");
        if (setting(own, ofPod, "runAsNonRoot").asBoolean(false)) {
            requireNonRoot(pod, container, user, image);
        }
        List<Long> groups = new ArrayList<>();
        ofPod.path("supplementalGroups").forEach(group -> groups.add(group.asLong()));
        if (ofPod.path("fsGroup").isNumber()) {
            groups.add(ofPod.path("fsGroup").asLong());
        }
        JsonNode escalation = own.path("allowPrivilegeEscalation");
        return new Security(
                user,
                number(own, ofPod, "runAsGroup"),
                groups,
                Json.bool(own, "privileged"),
                Json.bool(own, "readOnlyRootFilesystem"),
                escalation.isBoolean() && !escalation.booleanValue(),
                names(Json.at(own, "capabilities", "add")),
                names(Json.at(own, "capabilities", "drop")),
                seccomp(setting(own, ofPod, "seccompProfile")));
    }

    private static JsonNode setting(JsonNode own, JsonNode ofPod, String field) {
        return own.hasNonNull(field) ? own.path(field) : ofPod.path(field);
    }

    private static OptionalLong number(JsonNode own, JsonNode ofPod, String field) {
        JsonNode value = setting(own, ofPod, field);
        return value.isNumber() ? OptionalLong.of(value.asLong()) : OptionalLong.empty();
    }

    private static void requireNonRoot(PodView pod, ContainerView container, OptionalLong user, ImageInfo image)
            throws ContainerConfigException {
        String about = " (pod: \"" + pod.title() + "\", container: " + container.name() + ")";
        if (user.isPresent()) {
            if (user.getAsLong() == 0) {
                throw new ContainerConfigException("container's runAsUser breaks non-root policy" + about);
            }
            return;
        }
        String name = image.user().map(text -> text.split(":", 2)[0]).orElse("");
        boolean numeric = !name.isEmpty() && name.chars().allMatch(Character::isDigit);
        if (!name.isEmpty() && !numeric) {
            throw new ContainerConfigException("container has runAsNonRoot and image has non-numeric user (" + name
                    + "), cannot verify user is non-root" + about);
        }
        if (name.isEmpty() || Long.parseLong(name) == 0) {
            throw new ContainerConfigException("container has runAsNonRoot and image will run as root" + about);
        }
    }

    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.forEach(name -> names.add(name.asText()));
        return names;
    }

    /** Without a profile containers are unconfined, Kubernetes' default; the runtime's own where that is asked for. */
    private static Optional<String> seccomp(JsonNode profile) throws ContainerConfigException {
        return switch (Json.text(profile, "type")) {
            case "RuntimeDefault" -> Optional.empty();
            case "", "Unconfined" -> Optional.of("unconfined");
            default ->
                throw new ContainerConfigException(
                        "seccomp profiles of type " + Json.text(profile, "type") + " cannot be loaded by this node");
        };
    }
}
