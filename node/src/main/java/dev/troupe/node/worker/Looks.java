package dev.troupe.node.worker;

import dev.troupe.node.pod.PodObservation;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.RuntimeSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

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
}
