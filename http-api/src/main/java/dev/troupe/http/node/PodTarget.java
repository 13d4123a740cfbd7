package dev.troupe.http.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;

/** Which container of a pod a request means. */
final class PodTarget {
    private PodTarget() {}

    /**
     * The container's name.
     *
     * @param wanted empty for the only one
     */
    static Outcome<String> container(JsonNode pod, String wanted) {
        String name = Json.text(pod, "metadata", "name");
        List<String> containers = names(pod, "containers");
        List<String> initContainers = names(pod, "initContainers");
        if (!wanted.isEmpty()) {
            return containers.contains(wanted)
                            || initContainers.contains(wanted)
                            || names(pod, "ephemeralContainers").contains(wanted)
                    ? Outcome.success(wanted)
                    : Outcome.failure(Status.badRequest("container " + wanted + " is not valid for pod " + name));
        }
        if (containers.size() == 1) {
            return Outcome.success(containers.get(0));
        }
        String message = "a container name must be specified for pod " + name;
        if (!containers.isEmpty()) {
            message += ", choose one of: [" + String.join(" ", containers) + "]";
        }
        if (!initContainers.isEmpty()) {
            message += " or one of the init containers: [" + String.join(" ", initContainers) + "]";
        }
        return Outcome.failure(Status.badRequest(message));
    }

    private static List<String> names(JsonNode pod, String field) {
        List<String> names = new ArrayList<>();
        pod.path("spec").path(field).forEach(container -> names.add(Json.text(container, "name")));
        return names;
    }
}
