package dev.troupe.tests.api;

import dev.troupe.app.DataDirectory;
import dev.troupe.app.server.ControlPlane;
import dev.troupe.app.server.ControlPlaneSettings;
import dev.troupe.app.server.SimulatedNodes;
import dev.troupe.config.pki.TlsContexts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A whole control plane and simulated nodes in this JVM, on a free port and in a folder of its own. */
final class TestCluster implements AutoCloseable {
    /** Longer than the server gives a request. */
    private static final Duration LIMIT = Duration.ofSeconds(70);

    private static final String ALICE_TOKEN = "alice-in-the-recordings";

    private final ControlPlane controlPlane;
    private final HttpClient admin;
    private final HttpClient unknown;
    private final Path kubeconfig;

    private TestCluster(ControlPlane controlPlane, Path kubeconfig) {
        this.controlPlane = controlPlane;
        this.kubeconfig = kubeconfig;
        this.admin = client(TlsContexts.of(controlPlane.pki().admin()));
        this.unknown =
                client(TlsContexts.trusting(controlPlane.pki().authority().certificate()));
    }

    /**
     * Starts one.
     *
     * @param home an empty folder for everything that the cluster keeps
     * @param nodes how many simulated ones
     */
    static TestCluster start(Path home, int nodes) throws IOException {
        Path tokens = Files.writeString(home.resolve("tokens.csv"), ALICE_TOKEN + ",alice,1\n");
        ControlPlane controlPlane = ControlPlane.start(new ControlPlaneSettings(
                new DataDirectory(Files.createDirectories(home.resolve("data"))), "127.0.0.1", 0, Optional.of(tokens)));
        new SimulatedNodes(controlPlane.cluster().system(), controlPlane.api(), home.resolve("nodes")).start(nodes);
        Path kubeconfig = home.resolve("kubeconfig");
        controlPlane.writeKubeconfig(kubeconfig);
        return new TestCluster(controlPlane, kubeconfig);
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    URI endpoint() {
        return controlPlane.endpoint();
    }

    /** The administrator's. */
    Path kubeconfig() {
        return kubeconfig;
    }

    /** @param caller {@code admin}, {@code alice} or {@code anonymous} */
    HttpResponse<String> send(String caller, String method, String path, Map<String, String> headers, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoint() + path))
                .timeout(LIMIT)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        if (caller.equals("alice")) {
            request.header("Authorization", "Bearer " + ALICE_TOKEN);
        }
        HttpClient client = caller.equals("admin") ? admin : unknown;
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        admin.close();
        unknown.close();
        controlPlane.stop();
    }
}
