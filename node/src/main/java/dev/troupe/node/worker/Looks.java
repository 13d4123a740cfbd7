package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.pod.PodMemory;
import dev.troupe.node.pod.PodObservation;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.RuntimeSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A look at one pod in the runtime. Blocks. */
final class Looks {
    private Looks() {}

    /**
     * @param known messages read before: an ended container leaves no other
     * @throws UncheckedIOException if the runtime cannot be asked
     */
    static PodObservation at(NodeBackend backend, String podUid, Map<ContainerId, String> known) {
        try {
            RuntimeSnapshot snapshot = backend.runtime().list(podUid);
            Map<ContainerId, String> messages = new HashMap<>();
            for (ContainerState container : snapshot.containers()) {
                if (container.exit().isPresent()) {
                    String message = known.containsKey(container.id())
                            ? known.get(container.id())
                            : backend.volumes().terminationMessage(podUid, container.name(), container.attempt());
                    messages.put(container.id(), message);
                }
            }
            return PodObservation.of(snapshot, messages);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Containers that ran before the worker did keep what the API says of their health until they are probed. */
    static void adopt(PodView pod, PodObservation observed, PodMemory memory) {
        for (ContainerState running : observed.running()) {
            JsonNode status = pod.containerStatus(running.name());
            boolean same = Json.text(status, "containerID").endsWith("://" + running.id());
            memory.adopted(running, same && Json.bool(status, "started"), same && Json.bool(status, "ready"));
        }
        memory.keepOnly(observed.containers().stream().map(ContainerState::id).collect(Collectors.toSet()));
    }
}
