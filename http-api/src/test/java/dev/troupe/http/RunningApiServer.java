package dev.troupe.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import dev.troupe.config.pki.CertificateAuthority;
import dev.troupe.config.pki.Credentials;
import dev.troupe.config.pki.TlsContexts;
import dev.troupe.http.auth.Authenticator;
import dev.troupe.http.auth.Authorizer;
import dev.troupe.http.auth.Authorizers;
import dev.troupe.http.auth.ClientCertificates;
import dev.troupe.http.auth.GroupAuthorizer;
import dev.troupe.http.auth.NodeAuthorizer;
import dev.troupe.http.auth.NodeObjects;
import dev.troupe.http.auth.StaticTokens;
import dev.troupe.http.discovery.ServedApi;
import dev.troupe.http.node.NodeAccess;
import dev.troupe.http.review.Reviews;
import dev.troupe.model.api.IdGenerator;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.codec.BodyDecoders;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.testkit.InMemoryResourceApi;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A whole API server over the in-memory objects on a free port, with clients of several identities. */
final class RunningApiServer implements AutoCloseable {
    static final String TOKENS = """
            alice-token,alice,uid-alice,"developers"
            node-token,system:node:node-a,uid-node,"system:nodes"
            impersonator-token,root,uid-root,"system:masters"
            """;

    private final ActorSystem<Void> system;
    private final ApiServer server;
    private final CertificateAuthority authority;
    private final InMemoryResourceApi objects;
    private final ResourceRegistry registry;
    private final HttpClient admin;
    private final HttpClient anonymous;

    private RunningApiServer(Config config) throws IOException {
        this.registry = config.registry;
        this.objects = new InMemoryResourceApi(registry, InstantSource.system());
        this.authority = CertificateAuthority.create("test-ca", Instant.now());
        this.system = ActorSystem.create(Behaviors.empty(), "http-test", ConfigFactory.load("application-test.conf"));
        InetAddress local = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        Credentials credentials = authority.issueServer(
                "kube-apiserver", List.of("localhost"), List.of(local), Instant.now(), Duration.ofDays(1));
        Authorizer authorizer = new Authorizers(List.of(new GroupAuthorizer(), new NodeAuthorizer(new OwnPods())));
        this.server = ApiServer.start(
                        system,
                        config.settings,
                        credentials,
                        new ApiServer.Parts(
                                config.wrap.apply(objects),
                                registry,
                                BodyDecoders.all(),
                                List.of(new ApiDocuments(
                                        ServedApi.of(registry, Reviews.TYPES),
                                        ApiServer.VERSION,
                                        () -> "127.0.0.1:443",
                                        InstantSource.system())),
                                new Authenticator(
                                        new ClientCertificates(credentials.authority()),
                                        List.of(StaticTokens.parse(TOKENS))),
                                authorizer,
                                new NodeAccess(
                                        issue("kube-apiserver-kubelet-client", "system:masters"), config.localNodes),
                                List.of(),
                                new PrometheusRegistry(),
                                new Ids(),
                                InstantSource.system()))
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        this.admin = client(issue("kubernetes-admin", "system:masters"));
        this.anonymous = HttpClient.newBuilder()
                .sslContext(TlsContexts.trusting(authority.certificate()))
                .build();
    }

    /** What a test may change about the server. */
    static final class Config {
        private ApiServerSettings settings = ApiServerSettings.on("127.0.0.1", 0);
        private ResourceRegistry registry = TestKinds.registry();
        private boolean localNodes;
        private UnaryOperator<ResourceApi> wrap = UnaryOperator.identity();

        Config settings(UnaryOperator<ApiServerSettings> change) {
            settings = change.apply(settings);
            return this;
        }

        Config allowingLocalNodes() {
            localNodes = true;
            return this;
        }

        Config wrapping(UnaryOperator<ResourceApi> wrapper) {
            wrap = wrapper;
            return this;
        }

        RunningApiServer start() throws IOException {
            return new RunningApiServer(this);
        }
    }

    static RunningApiServer start() throws IOException {
        return new Config().start();
    }

    private static final class OwnPods implements NodeObjects {
        @Override
        public boolean isBound(NamespacedName pod, String node) {
            return pod.name().endsWith("-on-" + node);
        }

        @Override
        public boolean isReferred(ObjectKey object, String node) {
            return object.name().name().equals("used-by-" + node);
        }
    }

    private static final class Ids implements IdGenerator {
        @Override
        public String uid() {
            return UUID.randomUUID().toString();
        }

        @Override
        public String nameSuffix() {
            return UUID.randomUUID().toString().substring(0, 5);
        }
    }

    InMemoryResourceApi objects() {
        return objects;
    }

    ResourceRegistry registry() {
        return registry;
    }

    ApiServer server() {
        return server;
    }

    CertificateAuthority authority() {
        return authority;
    }

    String url() {
        return "https://127.0.0.1:" + server.address().getPort();
    }

    Credentials issue(String user, String... groups) {
        return authority.issueClient(user, List.of(groups), Instant.now(), Duration.ofHours(1));
    }

    static HttpClient client(Credentials credentials) {
        return HttpClient.newBuilder().sslContext(TlsContexts.of(credentials)).build();
    }

    HttpClient admin() {
        return admin;
    }

    HttpClient anonymous() {
        return anonymous;
    }

    /** One request, described in one line: method, path, then pairs of header name and value. */
    HttpResponse<String> send(HttpClient client, String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .timeout(Duration.ofSeconds(30));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) {
        return send(admin, method, path, body, headers);
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    HttpResponse<String> withToken(String token, String method, String path, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Authorization");
        all.add("Bearer " + token);
        return send(anonymous, method, path, "", all.toArray(String[]::new));
    }

    static JsonNode json(HttpResponse<String> response) {
        return Json.parseObject(response.body());
    }

    @Override
    public void close() {
        try {
            server.stop().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
        } finally {
            system.terminate();
            system.getWhenTerminated()
                    .toCompletableFuture()
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
        }
    }
}
