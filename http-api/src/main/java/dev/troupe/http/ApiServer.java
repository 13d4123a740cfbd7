package dev.troupe.http;

import com.typesafe.config.ConfigFactory;
import dev.troupe.config.pki.Credentials;
import dev.troupe.config.pki.TlsContexts;
import dev.troupe.http.HealthChecks.HealthCheck;
import dev.troupe.http.answer.Answers;
import dev.troupe.http.auth.Authenticator;
import dev.troupe.http.auth.Authorizer;
import dev.troupe.http.node.NodeAccess;
import dev.troupe.http.node.PodStreams;
import dev.troupe.http.review.Reviews;
import dev.troupe.http.verb.ResourceRoutes;
import dev.troupe.http.verb.ServingParts;
import dev.troupe.model.api.IdGenerator;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.codec.BodyDecoder;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.status.Status;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.SystemMaterializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API server: one HTTPS port with HTTP/2 and HTTP/1.1 on it. */
public final class ApiServer {
    /** The Kubernetes version whose behaviour is followed, as {@code /version} says it. */
    public static final String VERSION = ServerVersion.GIT_VERSION;

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

    /**
     * From the end of the streams to the end of the connections. Over HTTP/2 Pekko closes a connection without waiting
     * for frames that its streams have just given it, and tells nobody when these have left; clients would see a broken
     * watch and not an ended one. Loopback takes a millisecond, a busy machine some dozens.
     */
    private static final Duration LAST_FRAMES = Duration.ofMillis(250);

    private final ActorSystem<?> system;
    private final ServerBinding binding;
    private final ApiServerSettings settings;
    private final SharedKillSwitch streams;
    private final Gate gate;

    private ApiServer(
            ActorSystem<?> system,
            ServerBinding binding,
            ApiServerSettings settings,
            SharedKillSwitch streams,
            Gate gate) {
        this.system = system;
        this.binding = binding;
        this.settings = settings;
        this.streams = streams;
        this.gate = gate;
    }

    /**
     * What the server stands on.
     *
     * @param documents asked one after the other for paths outside the resources
     * @param nodes for logs and commands of their containers
     * @param healthChecks beside those of the server itself
     * @param metrics gets the server's metrics and is served at /metrics with what others put in
     * @param ids audit ids
     */
    public record Parts(
            ResourceApi api,
            ResourceRegistry registry,
            BodyDecoder decoder,
            List<DocumentSource> documents,
            Authenticator authenticator,
            Authorizer authorizer,
            NodeAccess nodes,
            List<HealthCheck> healthChecks,
            PrometheusRegistry metrics,
            IdGenerator ids,
            InstantSource clock) {
        public Parts {
            documents = List.copyOf(documents);
            healthChecks = List.copyOf(healthChecks);
        }
    }

    /** Refuses new requests once the server stops. */
    private static final class Gate {
        private volatile boolean stopping;

        Handler before(Handler next) {
            return exchange -> stopping && !exchange.info().path().equals("/readyz")
                    ? CompletableFuture.completedFuture(
                            Answers.failure(Status.serviceUnavailable("apiserver is shutting down"), exchange.pretty()))
                    : next.handle(exchange);
        }

        Optional<String> failure() {
            return stopping ? Optional.of("process is shutting down") : Optional.empty();
        }
    }

    /**
     * Starts serving.
     *
     * @param credentials the server's certificate, and the authority of its clients' certificates
     * @return fails if the address is in use or not this machine's
     */
    public static CompletionStage<ApiServer> start(
            ActorSystem<?> system, ApiServerSettings settings, Credentials credentials, Parts parts) {
        Materializer materializer = SystemMaterializer.get(system).materializer();
        SharedKillSwitch streams = KillSwitches.shared("api-server");
        ApiMetrics metrics = new ApiMetrics(parts.registry(), parts.metrics());
        Gate gate = new Gate();
        HandlerChain chain = new HandlerChain(settings, parts.authenticator(), parts.authorizer(), metrics);
        ServingParts serving = new ServingParts(
                parts.api(),
                parts.registry(),
                new RequestBodies(settings.bodyLimit(), settings.requestTimeout(), materializer),
                parts.decoder(),
                settings,
                parts.clock(),
                materializer,
                streams);
        PodStreams pods = new PodStreams(system, parts.api(), parts.nodes(), streams);
        Handler handler = chain.around(gate.before(dispatch(serving, parts, metrics, pods, gate)));
        Function<HttpRequest, CompletionStage<HttpResponse>> serve =
                request -> chain.serve(handler, request, parts.ids().uid(), materializer);
        return Http.get(system)
                .newServerAt(settings.host(), settings.port())
                .enableHttps(ConnectionContext.httpsServer(engines(TlsContexts.asking(credentials))))
                .withSettings(serverSettings(system, settings))
                .bind(serve)
                .thenApply(binding -> {
                    LOG.info("serving the Kubernetes API on {}", binding.localAddress());
                    return new ApiServer(system, binding, settings, streams, gate);
                });
    }

    private static Handler dispatch(ServingParts serving, Parts parts, ApiMetrics metrics, PodStreams pods, Gate gate) {
        Handler resources = new ResourceRoutes(
                serving,
                (type, events) -> metrics.countWatchEvents(type.groupResource(), type.version(), events),
                Reviews.handlers(serving, parts.authenticator(), parts.authorizer()),
                pods.handlers());
        HealthChecks health = new HealthChecks(parts.healthChecks(), new HealthCheck("shutdown", true, gate::failure));
        Handler others = new NonResourceRoutes(health, metrics, parts.documents(), parts.registry());
        return exchange -> exchange.info().resourceRequest() ? resources.handle(exchange) : others.handle(exchange);
    }

    private static org.apache.pekko.japi.function.Creator<SSLEngine> engines(SSLContext context) {
        return () -> {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            engine.setWantClientAuth(true);
            engine.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            return engine;
        };
    }

    private static ServerSettings serverSettings(ActorSystem<?> system, ApiServerSettings settings) {
        String overrides = """
                pekko.http.server {
                  server-header = ""
                  enable-http2 = on
                  # A quiet watch is no dead connection; dead ones are found by pings and keep-alive.
                  idle-timeout = infinite
                  # The handler chain has deadlines of its own, from which it excepts what is long-running.
                  request-timeout = infinite
                  # The path as it was sent: see RequestTarget.
                  raw-request-uri-header = on
                  max-connections = %d
                  socket-options.tcp-keep-alive = true
                  socket-options.tcp-no-delay = true
                  http2 {
                    # A client that opens and resets streams without end (CVE-2023-44487) is slowed down.
                    frame-type-throttle.frame-types = ["reset"]
                    ping-interval = 30s
                    ping-timeout = 15s
                  }
                  parsing {
                    tls-session-info-header = off
                    ssl-session-attribute = on
                    uri-parsing-mode = relaxed
                    max-uri-length = %d
                    # Room for a service account's token and for kubectl's headers.
                    max-header-value-length = 32k
                    max-header-count = 128
                    max-content-length = infinite
                    max-to-strict-bytes = infinite
                    illegal-header-warnings = off
                    illegal-response-header-value-processing-mode = ignore
                  }
                }
                """.formatted(settings.maxConnections(), settings.maxUriLength());
        return ServerSettings.create(ConfigFactory.parseString(overrides)
                .withFallback(system.settings().config()));
    }

    /** Where the server listens; its port is the real one where the settings asked for 0. */
    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /**
     * Closes the port to new connections, ends watches and other streams, and lets requests under way finish within the
     * drain timeout.
     */
    public CompletionStage<Done> stop() {
        gate.stopping = true;
        return binding.unbind()
                .thenCompose(unbound -> {
                    streams.shutdown();
                    return Patterns.after(LAST_FRAMES, system, () -> CompletableFuture.completedFuture(unbound));
                })
                .thenCompose(ended -> binding.terminate(settings.drainTimeout()))
                .thenApply(terminated -> Done.getInstance());
    }
}
