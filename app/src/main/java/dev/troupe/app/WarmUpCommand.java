package dev.troupe.app;

import dev.troupe.app.server.ControlPlane;
import dev.troupe.app.server.ControlPlaneSettings;
import dev.troupe.app.server.SimulatedNodes;
import dev.troupe.model.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code troupe warm-up}: not for people. The launcher runs it once after a build while the JVM writes down which classes
 * a start and the first requests need, for later processes to begin with.
 */
@Command(name = "warm-up", hidden = true, description = "run a small cluster for a moment")
final class WarmUpCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: warm-up
            spec:
              selector:
                matchLabels: {app: warm-up}
              template:
                metadata:
                  labels: {app: warm-up}
                spec:
                  containers:
                  - {name: main, image: example/none}
            """;

    @Override
    public Integer call() {
        DataDirectory data = temporary();
        try {
            data.prepare();
            ControlPlane controlPlane =
                    ControlPlane.start(new ControlPlaneSettings(data, "127.0.0.1", 0, Optional.empty()));
            try (ApiClient client = ApiClient.of(data)) {
                new SimulatedNodes(controlPlane.cluster().system(), controlPlane.api(), data.node()).start(1);
                use(client);
            } finally {
                controlPlane.stop();
            }
        } finally {
            data.purge();
        }
        return 0;
    }

    private static DataDirectory temporary() {
        try {
            return new DataDirectory(Files.createTempDirectory("troupe-warm-up"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void use(ApiClient client) {
        client.get("/api");
        client.get("/apis");
        client.apply("/apis/apps/v1/namespaces/default/deployments", "warm-up", DEPLOYMENT);
        client.await(
                "/apis/apps/v1/namespaces/default/deployments",
                deployment -> Json.at(deployment, "status", "readyReplicas").asInt() == 1,
                PATIENCE);
        client.get("/api/v1/namespaces/default/pods");
        client.delete("/apis/apps/v1/namespaces/default/deployments/warm-up");
    }
}
