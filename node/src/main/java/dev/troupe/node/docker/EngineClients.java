package dev.troupe.node.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The client library for calls that answer at once, with a response timeout because an engine that hangs accepts
 * connections and never answers. Its pool is unbounded: with a bound the next call waits for ever. Streams do not go
 * through it but over an {@link EngineConnection} each.
 */
final class EngineClients implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** As the kubelet's limit for calls to its runtime: a start may take long on a busy machine. */
    private static final Duration RESPONSE_TIMEOUT = Duration.ofMinutes(2);

    private final Path socket;
    private final String apiVersion;
    private final DockerClient unary;

    private EngineClients(Path socket, String apiVersion) {
        this.socket = socket;
        this.apiVersion = apiVersion;
        DockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost("unix://" + socket)
                .withDockerTlsVerify(false)
                .withApiVersion(apiVersion)
                .build();
        this.unary = DockerClientImpl.getInstance(
                config,
                new ApacheDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .responseTimeout(RESPONSE_TIMEOUT)
                        .build());
    }

    static EngineClients connect(Path socket) throws IOException {
        return new EngineClients(socket, DockerEngine.apiVersion(socket));
    }

    DockerClient unary() {
        return unary;
    }

    /** A path of the engine's API for a raw connection. */
    String path(String rest) {
        return "/v" + apiVersion + rest;
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        unary.close();
    }
}
