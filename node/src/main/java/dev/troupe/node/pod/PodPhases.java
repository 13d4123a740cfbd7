package dev.troupe.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;

/** A pod's phase from its containers' statuses. */
final class PodPhases {
    private final PodView pod;
    private int failedInit;
    private int pendingInit;
    private int pendingSidecars;
    private int running;
    private int waiting;
    private int stopped;
    private int succeeded;

    private PodPhases(PodView pod) {
        this.pod = pod;
    }

    /**
     * @param status with the containers' statuses set
     * @param terminated nothing of the pod runs, and never will again
     */
    static String phase(PodView pod, JsonNode status, boolean terminated, boolean anyRegularStarted) {
        PodPhases phases = new PodPhases(pod);
        for (JsonNode init : status.path("initContainerStatuses")) {
            boolean sidecar = pod.container(Json.text(init, "name"))
                    .filter(ContainerView::isSidecar)
                    .isPresent();
            if (sidecar) {
                phases.countSidecar(init);
            } else {
                phases.countInit(init);
            }
        }
        status.path("containerStatuses").forEach(phases::count);
        return phases.phase(terminated, anyRegularStarted);
    }

    private void countInit(JsonNode status) {
        JsonNode ended = status.path("state").path("terminated");
        JsonNode last = status.path("lastState").path("terminated");
        if (!ended.isMissingNode()) {
            failedInit += code(ended) == 0 ? 0 : 1;
        } else if (status.path("state").has("waiting") && !last.isMissingNode()) {
            failedInit += code(last) == 0 ? 0 : 1;
            // Between two tries it is neither done nor new; the pod is not yet initialized.
            pendingInit += 1;
        } else {
            pendingInit++;
        }
    }

    private void countSidecar(JsonNode status) {
        JsonNode state = status.path("state");
        if (state.has("running")) {
            pendingSidecars += Json.bool(status, "started") ? 0 : 1;
            running++;
        } else if (state.has("waiting") && !status.path("lastState").has("terminated")) {
            pendingSidecars++;
            waiting++;
        }
    }

    private void count(JsonNode status) {
        JsonNode state = status.path("state");
        if (state.has("running")) {
            running++;
        } else if (state.has("terminated")) {
            stopped++;
            succeeded += code(state.path("terminated")) == 0 ? 1 : 0;
        } else if (status.path("lastState").has("terminated")) {
            stopped++;
        } else {
            waiting++;
        }
    }

    private static int code(JsonNode terminated) {
        return Json.integer(terminated, 0, "exitCode");
    }

    private String phase(boolean terminated, boolean anyRegularStarted) {
        PodView.RestartPolicy policy = pod.restartPolicy();
        if (failedInit > 0 && policy == PodView.RestartPolicy.NEVER) {
            return "Failed";
        }
        boolean initializing = pendingInit > 0 || pendingSidecars > 0;
        if (initializing && !anyRegularStarted && !terminated || waiting > 0) {
            return "Pending";
        }
        if (running > 0) {
            return "Running";
        }
        if (stopped == 0) {
            return "Pending";
        }
        if (terminated) {
            return stopped == succeeded && failedInit == 0 ? "Succeeded" : "Failed";
        }
        if (policy == PodView.RestartPolicy.ALWAYS) {
            return "Running";
        }
        if (stopped == succeeded) {
            return "Succeeded";
        }
        return policy == PodView.RestartPolicy.NEVER ? "Failed" : "Running";
    }
}
