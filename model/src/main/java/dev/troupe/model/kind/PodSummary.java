package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A pod's state in the few words of {@code kubectl get pods}.
 *
 * @param status such as {@code Running}, {@code Init:0/1} or {@code CrashLoopBackOff}
 * @param lastRestart when the container that restarted last had ended
 */
public record PodSummary(
        int readyContainers, int totalContainers, String status, int restarts, Optional<Instant> lastRestart) {

    public static PodSummary of(JsonNode pod) {
        return new Reading(pod).summary();
    }

    /** {@code 3 (5m ago)}. */
    String restartsAt(Instant now) {
        return restarts == 0 || lastRestart.isEmpty()
                ? Integer.toString(restarts)
                : restarts + " (" + Ages.human(Duration.between(lastRestart.get(), now)) + " ago)";
    }

    /** Restarts counted so far, and the end that the latest of them followed. */
    private static final class Restarts {
        private int count;
        private Optional<Instant> last = Optional.empty();

        void add(JsonNode container) {
            count += Json.integer(container, 0, "restartCount");
            Optional<Instant> ended = Json.optionalText(container, "lastState", "terminated", "finishedAt")
                    .map(Instant::parse);
            if (ended.isPresent() && (last.isEmpty() || last.get().isBefore(ended.get()))) {
                last = ended;
            }
        }
    }

    /** One pass over one pod's containers. */
    private static final class Reading {
        private final JsonNode pod;
        private final Set<String> sidecars = new HashSet<>();
        private String status;
        private int total;
        private int ready;
        private Restarts restarts = new Restarts();
        private final Restarts sidecarRestarts = new Restarts();

        Reading(JsonNode pod) {
            this.pod = pod;
            this.total = pod.path("spec").path("containers").size();
            for (JsonNode container : pod.path("spec").path("initContainers")) {
                if (Json.text(container, "restartPolicy").equals("Always")) {
                    sidecars.add(Json.text(container, "name"));
                    total++;
                }
            }
            this.status = phase();
        }

        private String phase() {
            String reason = Json.text(pod, "status", "reason");
            String phase = reason.isEmpty() ? Json.text(pod, "status", "phase") : reason;
            for (JsonNode condition : pod.path("status").path("conditions")) {
                if (Json.text(condition, "type").equals("PodScheduled")
                        && Json.text(condition, "reason").equals("SchedulingGated")) {
                    return "SchedulingGated";
                }
            }
            return phase;
        }

        PodSummary summary() {
            boolean initializing = initContainers();
            if (!initializing || hasCondition("Initialized")) {
                restarts = sidecarRestarts;
                containers();
            }
            if (pod.path("metadata").has("deletionTimestamp")) {
                String phase = Json.text(pod, "status", "phase");
                if (Json.text(pod, "status", "reason").equals("NodeLost")) {
                    status = "Unknown";
                } else if (!phase.equals("Failed") && !phase.equals("Succeeded")) {
                    status = "Terminating";
                }
            }
            return new PodSummary(ready, total, status, restarts.count, restarts.last);
        }

        /** True if an init container is not done yet; the status then tells which and why. */
        private boolean initContainers() {
            JsonNode statuses = pod.path("status").path("initContainerStatuses");
            for (int i = 0; i < statuses.size(); i++) {
                JsonNode container = statuses.path(i);
                boolean sidecar = sidecars.contains(Json.text(container, "name"));
                restarts.add(container);
                if (sidecar) {
                    sidecarRestarts.add(container);
                }
                JsonNode terminated = container.path("state").path("terminated");
                if (terminated.isObject() && terminated.path("exitCode").asInt(0) == 0) {
                    continue;
                }
                if (sidecar && Json.bool(container, "started")) {
                    ready += Json.bool(container, "ready") ? 1 : 0;
                    continue;
                }
                String waiting = Json.text(container, "state", "waiting", "reason");
                if (terminated.isObject()) {
                    status = "Init:" + end(terminated);
                } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
                    status = "Init:" + waiting;
                } else {
                    status = "Init:" + i + "/"
                            + pod.path("spec").path("initContainers").size();
                }
                return true;
            }
            return false;
        }

        private void containers() {
            boolean running = false;
            JsonNode statuses = pod.path("status").path("containerStatuses");
            for (int i = statuses.size() - 1; i >= 0; i--) {
                JsonNode container = statuses.path(i);
                restarts.add(container);
                String waiting = Json.text(container, "state", "waiting", "reason");
                JsonNode terminated = container.path("state").path("terminated");
                if (!waiting.isEmpty()) {
                    status = waiting;
                } else if (terminated.isObject()) {
                    status = end(terminated);
                } else if (Json.bool(container, "ready")
                        && container.path("state").has("running")) {
                    running = true;
                    ready++;
                }
            }
            if (status.equals("Completed") && running) {
                status = hasCondition("Ready") ? "Running" : "NotReady";
            }
        }

        private static String end(JsonNode terminated) {
            String reason = Json.text(terminated, "reason");
            if (!reason.isEmpty()) {
                return reason;
            }
            int signal = Json.integer(terminated, 0, "signal");
            return signal != 0 ? "Signal:" + signal : "ExitCode:" + Json.integer(terminated, 0, "exitCode");
        }

        private boolean hasCondition(String type) {
            for (JsonNode condition : pod.path("status").path("conditions")) {
                if (Json.text(condition, "type").equals(type)) {
                    return Json.text(condition, "status").equals("True");
                }
            }
            return false;
        }
    }
}
