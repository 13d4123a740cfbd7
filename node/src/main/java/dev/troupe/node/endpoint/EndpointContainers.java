package dev.troupe.node.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.NodePods;
import dev.troupe.node.runtime.ContainerId;
import java.util.List;
import java.util.Optional;

/** Finds the runtime's containers by the names that clients use, with the answers of a kubelet where there is none. */
final class EndpointContainers {
    private static final List<String> SPECS = List.of("containers", "initContainers", "ephemeralContainers");
    private static final List<String> STATUSES =
            List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses");

    private final NodePods pods;

    EndpointContainers(NodePods pods) {
        this.pods = pods;
    }

    /** @throws EndpointFailure 404 if the pod is not on this node */
    JsonNode pod(String namespace, String name) throws EndpointFailure {
        Optional<JsonNode> pod = pods.find(namespace, name);
        if (pod.isEmpty()) {
            throw new EndpointFailure(404, "pod \"" + name + "\" does not exist");
        }
        return pod.get();
    }

    /** @throws EndpointFailure 404 if the pod has no such container */
    JsonNode spec(JsonNode pod, String container) throws EndpointFailure {
        return named(pod.path("spec"), SPECS, container)
                .orElseThrow(() -> new EndpointFailure(
                        404, "container \"" + container + "\" not found in pod \"" + podName(pod) + "\""));
    }

    /**
     * The container to run a command in.
     *
     * @throws EndpointFailure if it does not run now
     */
    ContainerId running(JsonNode pod, String container) throws EndpointFailure {
        Optional<JsonNode> status = named(pod.path("status"), STATUSES, container);
        String id = status.filter(found -> found.path("state").has("running"))
                .map(found -> Json.text(found, "containerID"))
                .orElse("");
        if (id.isEmpty()) {
            throw new EndpointFailure(500, "container not found (\"" + container + "\")");
        }
        return ContainerId.ofStatus(id);
    }

    /**
     * The container whose log is meant: the one that runs or ran last, or the one before.
     *
     * @throws EndpointFailure 400 if there is none yet, or none any more
     */
    ContainerId logged(JsonNode pod, String container, boolean previous) throws EndpointFailure {
        String about = "container \"" + container + "\" in pod \"" + podName(pod) + "\"";
        JsonNode status = named(pod.path("status"), STATUSES, container)
                .orElseThrow(() -> new EndpointFailure(400, about + " is not available"));
        JsonNode state = status.path("state");
        JsonNode last = status.path("lastState").path("terminated");
        String lastId = Json.text(last, "containerID");
        String id;
        if (previous) {
            if (lastId.isEmpty()) {
                throw new EndpointFailure(400, "previous terminated " + about + " not found");
            }
            id = lastId;
        } else if (state.has("running")) {
            id = Json.text(status, "containerID");
        } else if (state.has("terminated")) {
            // Where the container could not even start, the attempt before it has the log.
            id = Json.optionalText(state, "terminated", "containerID").orElse(lastId);
        } else if (!last.isMissingNode()) {
            id = lastId;
        } else {
            throw new EndpointFailure(400, about + " is waiting to start" + waitingFor(state));
        }
        if (id.isEmpty()) {
            throw new EndpointFailure(400, about + " is terminated");
        }
        return ContainerId.ofStatus(id);
    }

    private static String waitingFor(JsonNode state) {
        if (!state.has("waiting")) {
            return " - no logs yet";
        }
        return switch (Json.text(state, "waiting", "reason")) {
            case "ErrImagePull" -> ": image can't be pulled";
            case "ImagePullBackOff" -> ": trying and failing to pull image";
            default -> ": " + Json.text(state, "waiting", "reason");
        };
    }

    private static Optional<JsonNode> named(JsonNode parent, List<String> lists, String name) {
        for (String list : lists) {
            for (JsonNode entry : parent.path(list)) {
                if (Json.text(entry, "name").equals(name)) {
                    return Optional.of(entry);
                }
            }
        }
        return Optional.empty();
    }

    private static String podName(JsonNode pod) {
        return Json.text(pod, "metadata", "name");
    }
}
