package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.pod.PodMemory;
import dev.troupe.node.pod.PodObservation;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.LogRequest;
import dev.troupe.node.runtime.LogStream;
import dev.troupe.node.runtime.RuntimeSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A look at one pod in the runtime. Blocks. */
final class Looks {
    /** Annotation of containers whose log's end stands in for a message that they did not leave. */
    static final String FALLS_BACK_TO_LOGS = "falls-back-to-logs";

    /** The kubelet's limits for that. */
    private static final int FALLBACK_LINES = 80;

    private static final int FALLBACK_BYTES = 2048;

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
                            : lastWords(backend, podUid, container);
                    messages.put(container.id(), message);
                }
            }
            return PodObservation.of(snapshot, messages);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String lastWords(NodeBackend backend, String podUid, ContainerState container) throws IOException {
        String left = backend.volumes().terminationMessage(podUid, container.name(), container.attempt());
        boolean failed = container.exit().filter(exit -> exit.code() != 0).isPresent()
                && container.startedAt().isPresent();
        if (!left.isEmpty() || !failed || !container.annotations().containsKey(FALLS_BACK_TO_LOGS)) {
            return left;
        }
        LogRequest end =
                new LogRequest(false, Optional.empty(), OptionalLong.of(FALLBACK_LINES), false, OptionalLong.empty());
        LastBytes bytes = new LastBytes(FALLBACK_BYTES);
        try (LogStream log = backend.runtime().logs(container.id(), end)) {
            log.copyTo(bytes);
        }
        return bytes.text();
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
