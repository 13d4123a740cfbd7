package dev.troupe.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.SandboxId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The statuses of a pod's containers, as the kubelet makes them of what the runtime has and the API had. */
final class ContainerStatuses {
    private static final String LOST_REASON = "ContainerStatusUnknown";
    private static final int LOST_EXIT_CODE = 137;

    private final PodView pod;
    private final PodObservation observed;
    private final PodMemory memory;
    private final String runtimeName;
    private final boolean terminated;

    /** @param terminated nothing of the pod runs, and never will again */
    ContainerStatuses(PodView pod, PodObservation observed, PodMemory memory, String runtimeName, boolean terminated) {
        this.pod = pod;
        this.observed = observed;
        this.memory = memory;
        this.runtimeName = runtimeName;
        this.terminated = terminated;
    }

    ArrayNode of(List<ContainerView> containers) {
        ArrayNode statuses = Json.array();
        containers.forEach(container -> statuses.add(status(container)));
        return statuses;
    }

    private ObjectNode status(ContainerView container) {
        JsonNode before = pod.containerStatus(container.name());
        List<ContainerState> found = observed.of(container.name());
        ObjectNode status = Json.object();
        status.put("name", container.name());
        if (found.isEmpty()) {
            neverSeen(container, before, status);
        } else {
            seen(container, found, before, status);
        }
        hold(container, status);
        if (terminated && !status.path("state").has("terminated")) {
            ObjectNode state = Json.object();
            state.set("terminated", lost("The container could not be located when the pod was terminated"));
            status.set("state", state);
        }
        setReady(container, found, status);
        addMounts(container, status);
        return status;
    }

    /** The runtime has none of that name: not yet, or not any more. */
    private void neverSeen(ContainerView container, JsonNode before, ObjectNode status) {
        int restarts = Json.integer(before, 0, "restartCount");
        ObjectNode last = before.path("lastState") instanceof ObjectNode object ? object.deepCopy() : Json.object();
        if (before.path("state").has("terminated")) {
            status.set("state", before.path("state").deepCopy());
            copy(before, status, "containerID", "imageID");
        } else {
            if (before.path("state").has("running")) {
                last = Json.object();
                last.set(
                        "terminated",
                        lost("The container could not be located when the pod was deleted.  The container used to be"
                                + " Running"));
                restarts++;
            }
            ObjectNode state = Json.object();
            boolean waitsForInit = !pod.initContainers().isEmpty();
            state.putObject("waiting").put("reason", waitsForInit ? "PodInitializing" : "ContainerCreating");
            status.set("state", state);
        }
        status.set("lastState", last);
        status.put("restartCount", restarts);
        status.put("image", container.image());
        if (!status.has("imageID")) {
            status.put("imageID", "");
        }
    }

    private static void copy(JsonNode from, ObjectNode to, String... fields) {
        for (String field : fields) {
            if (from.has(field)) {
                to.set(field, from.path(field).deepCopy());
            }
        }
    }

    private void seen(ContainerView container, List<ContainerState> found, JsonNode before, ObjectNode status) {
        ContainerState newest = found.get(0);
        JsonNode known = before.path("state").path("terminated");
        boolean told = Json.text(known, "containerID").equals(statusId(newest.id()));
        // What an ended container left as its message may be gone with the pod's files by now.
        status.set("state", told ? before.path("state").deepCopy() : state(newest));
        Optional<ContainerState> previous =
                found.stream().skip(1).filter(old -> old.exit().isPresent()).findFirst();
        if (previous.isPresent()) {
            status.set("lastState", state(previous.get()));
        } else if (before.path("lastState") instanceof ObjectNode last
                && Json.integer(before, 0, "restartCount") >= newest.attempt()) {
            status.set("lastState", last.deepCopy());
        } else {
            status.set("lastState", lastOfLost(newest, before));
        }
        status.put("restartCount", newest.attempt());
        status.put("image", newest.image().isEmpty() ? container.image() : newest.image());
        status.put("imageID", newest.imageId().isEmpty() ? "" : runtimeName + "://" + newest.imageId());
        status.put("containerID", statusId(newest.id()));
    }

    /** The attempt before ran as the API knew, and the runtime has lost it. */
    private static ObjectNode lastOfLost(ContainerState newest, JsonNode before) {
        ObjectNode last = Json.object();
        if (newest.attempt() > 0 && before.path("state").has("running")) {
            last.set(
                    "terminated",
                    lost("The container could not be located when the pod was deleted.  The container used to be"
                            + " Running"));
        } else if (newest.attempt() > 0 && before.path("lastState") instanceof ObjectNode known) {
            return known.deepCopy();
        }
        return last;
    }

    private String statusId(ContainerId id) {
        return runtimeName + "://" + id;
    }

    private ObjectNode state(ContainerState container) {
        ObjectNode state = Json.object();
        switch (container.phase()) {
            case CREATED -> state.putObject("waiting").put("reason", "ContainerCreating");
            case RUNNING ->
                state.putObject("running")
                        .put("startedAt", time(container.startedAt().orElse(container.createdAt())));
            case EXITED -> state.set("terminated", terminated(container));
        }
        return state;
    }

    private ObjectNode terminated(ContainerState container) {
        ContainerState.Exit exit = container.exit().orElseThrow();
        ObjectNode terminated = Json.object();
        terminated.put("exitCode", exit.code());
        terminated.put("reason", reason(container, exit));
        String left = observed.terminationMessages().getOrDefault(container.id(), "");
        String message = left.isEmpty() ? exit.error() : left;
        if (!message.isEmpty()) {
            terminated.put("message", message);
        }
        terminated.put(
                "startedAt", container.startedAt().map(ContainerStatuses::time).orElse(null));
        terminated.put("finishedAt", time(exit.finishedAt()));
        terminated.put("containerID", statusId(container.id()));
        return terminated;
    }

    private static String reason(ContainerState container, ContainerState.Exit exit) {
        if (exit.outOfMemory()) {
            return "OOMKilled";
        }
        if (container.startedAt().isEmpty()) {
            return "ContainerCannotRun";
        }
        return exit.code() == 0 ? "Completed" : "Error";
    }

    private static ObjectNode lost(String message) {
        ObjectNode lost = Json.object();
        lost.put("exitCode", LOST_EXIT_CODE);
        lost.put("reason", LOST_REASON);
        lost.put("message", message);
        lost.putNull("startedAt");
        lost.putNull("finishedAt");
        return lost;
    }

    /** What stands before the next start is told in place of the last end. */
    private void hold(ContainerView container, ObjectNode status) {
        Optional<PodMemory.Held> held = memory.held(container.name());
        boolean over = terminated || pod.isDeleting() || memory.failure().isPresent() || pod.isFinished();
        if (held.isEmpty() || over || status.path("state").has("running")) {
            return;
        }
        if (status.path("state").path("terminated") instanceof ObjectNode ended) {
            ObjectNode last = Json.object();
            last.set("terminated", ended);
            status.set("lastState", last);
        }
        ObjectNode state = Json.object();
        ObjectNode waiting = state.putObject("waiting");
        waiting.put("reason", held.get().reason());
        if (!held.get().message().isEmpty()) {
            waiting.put("message", held.get().message());
        }
        status.set("state", state);
    }

    private void setReady(ContainerView container, List<ContainerState> found, ObjectNode status) {
        boolean running = status.path("state").has("running");
        boolean started = false;
        boolean ready = false;
        if (running) {
            PodMemory.Health health = memory.healthOf(found.get(0).id());
            boolean hookDone = container.postStart().isEmpty() || health.isPostStartDone();
            started = hookDone
                    && (container.probe(Probe.Kind.STARTUP).isEmpty()
                            || health.started().orElse(false));
            ready = started
                    && (container.probe(Probe.Kind.READINESS).isEmpty()
                            || health.ready().orElse(false));
        }
        if (container.init() && !container.isSidecar()) {
            JsonNode ended = status.path("state").path("terminated");
            ready = Json.integer(ended, -1, "exitCode") == 0;
        }
        status.put("ready", ready);
        status.put("started", started);
    }

    private static void addMounts(ContainerView container, ObjectNode status) {
        JsonNode mounts = container.json().path("volumeMounts");
        if (mounts.isEmpty()) {
            return;
        }
        ArrayNode list = status.putArray("volumeMounts");
        for (JsonNode mount : mounts) {
            ObjectNode entry = list.addObject();
            entry.put("mountPath", Json.text(mount, "mountPath"));
            entry.put("name", Json.text(mount, "name"));
            if (Json.bool(mount, "readOnly")) {
                entry.put("readOnly", true);
                entry.put("recursiveReadOnly", "Disabled");
            }
        }
    }

    /** Whether a container of the pod has ever run in a sandbox: the init containers then are behind it. */
    static boolean anyRegularStarted(PodView pod, PodObservation observed, Optional<SandboxId> sandbox) {
        return pod.containers().stream()
                .anyMatch(container -> observed.of(container.name()).stream()
                        .anyMatch(state -> sandbox.isEmpty() || state.sandbox().equals(sandbox.get())));
    }

    /** RFC 3339 in whole seconds, as metav1.Time. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
