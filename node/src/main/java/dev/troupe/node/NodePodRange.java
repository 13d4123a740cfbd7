package dev.troupe.node;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.node.runtime.ContainerRuntime;
import dev.troupe.node.worker.ApiAccess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The pods' addresses of a node that the control plane chooses: a node's network can only be made once it has. */
public final class NodePodRange {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(70);

    private NodePodRange() {}

    /**
     * Registers the node and waits for its range. Blocks.
     *
     * @return for example {@code 10.244.3.0/24}
     * @throws IOException if there is none in time; the message says what stood in the way
     */
    public static String await(
            ApiAccess access, NodeSettings settings, ContainerRuntime runtime, InstantSource clock, Duration limit)
            throws IOException {
        NodeObjects objects = new NodeObjects(settings, NodeCapacity.ofMachine(settings.folder()));
        NodeRegistrar registrar = new NodeRegistrar(access, settings, objects);
        NodeHealth health = NodeHealth.check(runtime, settings);
        Instant end = clock.instant().plus(limit);
        while (true) {
            Outcome<StoredObject> outcome = ask(registrar, health, clock.instant());
            Optional<String> range = range(outcome);
            if (range.isPresent()) {
                return range.get();
            }
            if (!clock.instant().isBefore(end)) {
                String why = outcome instanceof Outcome.Failure<StoredObject> failure
                        ? failure.status().message()
                        : "the server has given it no range of pod addresses";
                throw new IOException("node " + settings.name() + ": " + why);
            }
            pause();
        }
    }

    private static Optional<String> range(Outcome<StoredObject> outcome) {
        return switch (outcome) {
            case Outcome.Success<StoredObject> success ->
                Json.optionalText(success.value().tree(), "spec", "podCIDR");
            case Outcome.Failure<StoredObject> failure -> Optional.empty();
        };
    }

    private static Outcome<StoredObject> ask(NodeRegistrar registrar, NodeHealth health, Instant now)
            throws IOException {
        try {
            return registrar.register(health, now).toCompletableFuture().get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("the server does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
