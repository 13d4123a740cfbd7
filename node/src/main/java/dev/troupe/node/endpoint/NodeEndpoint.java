package dev.troupe.node.endpoint;

import com.typesafe.config.ConfigFactory;
import dev.troupe.config.pki.CertificateAuthority;
import dev.troupe.config.pki.ClientVerifier;
import dev.troupe.config.pki.Credentials;
import dev.troupe.config.pki.TlsContexts;
import dev.troupe.node.NodePods;
import dev.troupe.node.runtime.ContainerRuntime;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's HTTPS port. Only client certificates of the cluster's authority are believed, and only those of the groups
 * in the settings are served: whoever can run commands here is master of the node.
 */
public final class NodeEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(NodeEndpoint.class);

    /** Requests under way get this long at a stop; logs that are followed never end by themselves. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final ServerBinding binding;
    private final ExecutorService blocking;

    private NodeEndpoint(ServerBinding binding, ExecutorService blocking) {
        this.binding = binding;
        this.blocking = blocking;
    }

    /** What the endpoint stands on. */
    public record Parts(NodePods pods, ContainerRuntime runtime, InstantSource clock) {}

    /**
     * Starts serving.
     *
     * @param credentials the node's server certificate, and the authority of its clients' certificates
     * @return fails if the address is in use or not this machine's
     */
    public static CompletionStage<NodeEndpoint> start(
            ActorSystem<?> system, NodeEndpointSettings settings, Credentials credentials, Parts parts) {
        ExecutorService blocking = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("node-endpoint-", 0).factory());
        SSLContext tls = TlsContexts.asking(credentials);
        EndpointRoutes routes = new EndpointRoutes(parts, system, blocking, settings.limits());
        Gatekeeper gatekeeper = new Gatekeeper(new ClientVerifier(credentials.authority()), settings);
        Function<HttpRequest, CompletionStage<HttpResponse>> serve =
                request -> serve(request, gatekeeper, routes, blocking, system);
        return Http.get(system)
                .newServerAt(settings.host(), settings.port())
                .enableHttps(ConnectionContext.httpsServer(() -> engine(tls)))
                .withSettings(serverSettings(system, settings))
                .bind(serve)
                .thenApply(binding -> {
                    LOG.info("serving logs and commands of this node on {}", binding.localAddress());
                    return new NodeEndpoint(binding, blocking);
                });
    }

    private static CompletionStage<HttpResponse> serve(
            HttpRequest request,
            Gatekeeper gatekeeper,
            EndpointRoutes routes,
            ExecutorService blocking,
            ActorSystem<?> system) {
        // No route reads a body.
        request.discardEntityBytes(system);
        Optional<HttpResponse> refusal = gatekeeper.refusal(request);
        return refusal.isPresent()
                ? CompletableFuture.completedFuture(refusal.get())
                : CompletableFuture.supplyAsync(() -> routes.handle(request), blocking);
    }

    private static SSLEngine engine(SSLContext context) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setWantClientAuth(true);
        engine.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        return engine;
    }

    /** Who may come in. */
    private record Gatekeeper(ClientVerifier verifier, NodeEndpointSettings settings) {
        Optional<HttpResponse> refusal(HttpRequest request) {
            Optional<CertificateAuthority.Subject> subject = verifier.verify(certificates(request));
            if (subject.isEmpty()) {
                return Optional.of(EndpointRoutes.failure(401, "Unauthorized"));
            }
            if (subject.get().groups().stream().noneMatch(settings.allowedGroups()::contains)) {
                LOG.warn(
                        "refused {} {} to {}",
                        request.method().name(),
                        request.getUri().path(),
                        subject.get().user());
                return Optional.of(EndpointRoutes.failure(
                        403, "Forbidden (user=" + subject.get().user() + ")"));
            }
            return Optional.empty();
        }

        private static List<X509Certificate> certificates(HttpRequest request) {
            List<X509Certificate> chain = new ArrayList<>();
            request.getAttribute(AttributeKeys.sslSession).ifPresent(info -> {
                try {
                    for (Certificate certificate : info.getSession().getPeerCertificates()) {
                        if (certificate instanceof X509Certificate x509) {
                            chain.add(x509);
                        }
                    }
                } catch (SSLPeerUnverifiedException e) {
                    // The client showed none: an empty chain says so.
                    LOG.trace("A client without a certificate");
                }
            });
            return chain;
        }
    }

    private static ServerSettings serverSettings(ActorSystem<?> system, NodeEndpointSettings settings) {
        String overrides = """
                pekko.http.server {
                  server-header = ""
                  # A quiet log that is followed, or a shell that waits for its user, is no dead connection.
                  idle-timeout = infinite
                  request-timeout = 60s
                  max-connections = %d
                  socket-options.tcp-keep-alive = true
                  socket-options.tcp-no-delay = true
                  # Finds clients that are gone while a command is quiet.
                  websocket.periodic-keep-alive-max-idle = 30s
                  parsing {
                    ssl-session-attribute = on
                    uri-parsing-mode = relaxed
                    # A command with its arguments stands in the query.
                    max-uri-length = 256k
                    max-content-length = 64k
                    illegal-header-warnings = off
                  }
                }
                """.formatted(settings.limits().connections());
        return ServerSettings.create(ConfigFactory.parseString(overrides)
                .withFallback(system.settings().config()));
    }

    /** Where it listens; the port is the real one where the settings asked for 0. */
    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /** Closes the port and, after a moment, all streams. */
    public CompletionStage<Done> stop() {
        return binding.terminate(DRAIN).thenApply(terminated -> {
            // What is under way ends with its connection.
            blocking.shutdown();
            return Done.getInstance();
        });
    }
}
