package dev.troupe.node.pod;

import dev.troupe.model.json.Json;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.ContainerState.Exit;
import dev.troupe.node.runtime.ContainerState.Phase;
import dev.troupe.node.runtime.PodIdentity;
import dev.troupe.node.runtime.SandboxId;
import dev.troupe.node.runtime.SandboxState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pods and what a runtime has of them, for tests. */
final class Pods {
    static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    static final PodIdentity IDENTITY = new PodIdentity("default", "p", "uid-1");
    static final SandboxState SANDBOX = sandbox(0, true);

    private Pods() {}

    static PodView pod(String spec) {
        return pod("", spec, "{}");
    }

    /** @param metadata more fields of the metadata, each followed by a comma */
    static PodView pod(String metadata, String spec, String status) {
        return new PodView(Json.parseObject("""
                {"metadata":{%s"name":"p","namespace":"default","uid":"uid-1"},"spec":{%s},"status":%s}""".formatted(metadata, spec, status)));
    }

    static String containers(String... names) {
        StringBuilder text = new StringBuilder("\"containers\":[");
        for (int i = 0; i < names.length; i++) {
            text.append(i == 0 ? "" : ",").append("{\"name\":\"%s\",\"image\":\"img\"}".formatted(names[i]));
        }
        return text.append("]").toString();
    }

    static SandboxState sandbox(int attempt, boolean ready) {
        return new SandboxState(
                new SandboxId("sandbox-" + attempt), IDENTITY, attempt, ready, 1, START, List.of("10.244.0.5"));
    }

    static ContainerState running(String name, int attempt) {
        return container(name, attempt, 0, Phase.RUNNING, Optional.empty());
    }

    static ContainerState created(String name, int attempt) {
        return container(name, attempt, 0, Phase.CREATED, Optional.empty());
    }

    static ContainerState exited(String name, int attempt, int code, Instant finishedAt) {
        return container(name, attempt, 0, Phase.EXITED, Optional.of(new Exit(code, false, "", finishedAt)));
    }

    static ContainerState container(String name, int attempt, int sandbox, Phase phase, Optional<Exit> exit) {
        return new ContainerState(
                id(name, attempt),
                new SandboxId("sandbox-" + sandbox),
                IDENTITY,
                name,
                attempt,
                phase,
                "img",
                "sha256:abc",
                START.plusSeconds(attempt),
                phase == Phase.CREATED ? Optional.empty() : Optional.of(START),
                exit,
                Map.of());
    }

    static ContainerId id(String name, int attempt) {
        return new ContainerId(name + "-" + attempt);
    }

    static PodObservation observed(List<SandboxState> sandboxes, ContainerState... containers) {
        return new PodObservation(sandboxes, List.of(containers), Map.of());
    }

    static PodObservation observed(ContainerState... containers) {
        return observed(List.of(SANDBOX), containers);
    }

    /** A worker's memory whose volumes are there. */
    static PodMemory memory() {
        PodMemory memory = new PodMemory();
        memory.started(START);
        memory.volumesMounted();
        return memory;
    }
}
