package dev.troupe.app.server;

import dev.troupe.actors.cluster.MemberSettings;
import dev.troupe.actors.cluster.RandomIdGenerator;
import dev.troupe.actors.cluster.TroupeCluster;
import dev.troupe.actors.controller.ControllerRuntime;
import dev.troupe.actors.controller.ControllerSettings;
import dev.troupe.actors.controller.ControllerSupervisor;
import dev.troupe.actors.scheduler.Scheduler;
import dev.troupe.app.CommandFailure;
import dev.troupe.config.Kubeconfig;
import dev.troupe.config.pki.Pem;
import dev.troupe.http.ApiDocuments;
import dev.troupe.http.ApiServer;
import dev.troupe.http.ApiServerSettings;
import dev.troupe.http.HealthChecks.HealthCheck;
import dev.troupe.http.auth.Authenticator;
import dev.troupe.http.auth.Authorizer;
import dev.troupe.http.auth.Authorizers;
import dev.troupe.http.auth.ClientCertificates;
import dev.troupe.http.auth.GroupAuthorizer;
import dev.troupe.http.auth.NodeAuthorizer;
import dev.troupe.http.auth.StaticTokens;
import dev.troupe.http.auth.TokenAuthenticator;
import dev.troupe.http.discovery.ServedApi;
import dev.troupe.http.node.NodeAccess;
import dev.troupe.http.review.Reviews;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.codec.BodyDecoders;
import dev.troupe.model.controller.builtin.Controllers;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.persistence.JournalKind;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.Props;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running control plane: the actors, the API in front of them, the controllers and the scheduler behind them. */
public final class ControlPlane {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    private final TroupeCluster cluster;
    private final ApiServer server;
    private final ClusterPki pki;
    private final URI endpoint;

    private ControlPlane(TroupeCluster cluster, ApiServer server, ClusterPki pki, URI endpoint) {
        this.cluster = cluster;
        this.server = server;
        this.pki = pki;
        this.endpoint = endpoint;
    }

    /**
     * Starts everything and returns when it serves.
     *
     * @throws CommandFailure if the port or a file cannot be used
     * @throws dev.troupe.persistence.JournalUnusable if the journal cannot be used
     */
    public static ControlPlane start(ControlPlaneSettings settings) {
        InstantSource clock = InstantSource.system();
        ClusterPki pki = new ClusterPki(settings.data().pki(), clock);
        ResourceRegistry registry = BuiltInKinds.registry();
        Path journal = settings.data().journal();
        JournalKind kind = settings.journal().orElseGet(() -> JournalKind.in(journal));
        TroupeCluster cluster = TroupeCluster.start(
                MemberSettings.alone(journal).with(kind.settings()), registry, clock, new RandomIdGenerator());
        try {
            await(cluster.ready());
            ApiServer server = serve(settings, pki, registry, cluster, clock);
            cluster.bootstrap(
                            Addresses.local().getFirst().getHostAddress(),
                            server.address().getPort())
                    .forEach(failure -> LOG.warn("a standard object is missing: {}", failure.message()));
            startControllers(cluster, registry, clock, pki);
            URI endpoint = URI.create("https://127.0.0.1:" + server.address().getPort());
            settings.data().writeEndpoint(endpoint);
            return new ControlPlane(cluster, server, pki, endpoint);
        } catch (RuntimeException e) {
            await(cluster.stop());
            throw e;
        }
    }

    private static void startControllers(
            TroupeCluster cluster, ResourceRegistry registry, InstantSource clock, ClusterPki pki) {
        Controllers.Settings controllers = Controllers.Settings.defaults()
                .withRootCertificate(Pem.encode(pki.authority().certificate()));
        ControllerRuntime runtime = new ControllerRuntime(
                cluster.api(),
                registry,
                clock,
                new RandomIdGenerator(),
                new java.security.SecureRandom()::nextDouble,
                ControllerSettings.from(cluster.system().settings().config().getConfig("troupe.controllers")),
                Optional.empty());
        cluster.system()
                .systemActorOf(
                        ControllerSupervisor.create(
                                runtime, Controllers.all(registry, controllers), List.of(Scheduler.observer())),
                        "controllers",
                        Props.empty());
    }

    private static ApiServer serve(
            ControlPlaneSettings settings,
            ClusterPki pki,
            ResourceRegistry registry,
            TroupeCluster cluster,
            InstantSource clock) {
        List<InetAddress> addresses = Addresses.local();
        AtomicInteger port = new AtomicInteger(settings.port());
        BoundPods pods = new BoundPods(cluster.api(), Caller.of(UserInfo.controller("node-authorizer"), ""));
        pods.follow();
        Authorizer authorizer = new Authorizers(List.of(new GroupAuthorizer(), new NodeAuthorizer(pods)));
        ServedApi served = ServedApi.of(registry, Reviews.TYPES);
        ApiServer.Parts parts = new ApiServer.Parts(
                cluster.api(),
                registry,
                BodyDecoders.all(),
                List.of(new ApiDocuments(
                        served,
                        ApiServer.VERSION,
                        () -> addresses.getFirst().getHostAddress() + ":" + port.get(),
                        clock)),
                new Authenticator(new ClientCertificates(pki.authority().certificate()), tokens(settings, pki)),
                authorizer,
                new NodeAccess(pki.kubeletClient(), true),
                List.of(new HealthCheck("watch-caches", true, () -> notReady(cluster))),
                new PrometheusRegistry(),
                new RandomIdGenerator(),
                clock);
        try {
            ApiServer server = await(ApiServer.start(
                    cluster.system(),
                    ApiServerSettings.on(settings.host(), settings.port()),
                    pki.apiServer(addresses),
                    parts));
            port.set(server.address().getPort());
            return server;
        } catch (CompletionException e) {
            throw new CommandFailure(
                    "the API server cannot listen on " + settings.host() + ":" + settings.port() + " (" + rootMessage(e)
                            + "); stop what uses the port, or choose another with --port N",
                    e);
        }
    }

    private static List<TokenAuthenticator> tokens(ControlPlaneSettings settings, ClusterPki pki) {
        List<TokenAuthenticator> tokens = new ArrayList<>();
        tokens.add(NodeToken.kept(settings.data().nodeToken(), pki.authority().certificate())
                .authenticator());
        settings.tokenFile().ifPresent(file -> {
            try {
                tokens.add(StaticTokens.load(file));
            } catch (IOException e) {
                throw new UncheckedIOException("the token file " + file + " cannot be used: " + e.getMessage(), e);
            }
        });
        return tokens;
    }

    private static Optional<String> notReady(TroupeCluster cluster) {
        return cluster.notReady().isEmpty()
                ? Optional.empty()
                : Optional.of("not read from the journal yet: " + cluster.notReady());
    }

    /** Writes the administrator's kubeconfig. */
    public void writeKubeconfig(Path file) {
        try {
            Kubeconfig.write(file, endpoint.toString(), pki.admin());
        } catch (IOException e) {
            throw new UncheckedIOException("the kubeconfig " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** The one door to all objects, for a node in the same process. */
    public ResourceApi api() {
        return cluster.api();
    }

    public TroupeCluster cluster() {
        return cluster;
    }

    public ClusterPki pki() {
        return pki;
    }

    /** Marks this cluster's containers on a machine; the same for as long as the data folder lives. */
    public String clusterId() {
        return pki.clusterId();
    }

    /** Where the API is served, for clients on this machine. */
    public URI endpoint() {
        return endpoint;
    }

    /** Ends requests, then hands everything over and closes the journal. */
    public void stop() {
        await(server.stop());
        await(cluster.stop());
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return String.valueOf(root.getMessage());
    }
}
