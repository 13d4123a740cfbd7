package dev.troupe.http;

import com.typesafe.config.ConfigFactory;
import dev.troupe.config.pki.CertificateAuthority;
import dev.troupe.config.pki.Credentials;
import dev.troupe.config.pki.TlsContexts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** A node's HTTPS endpoint that answers by what it was asked, with the paths that kubelets have. */
final class FakeNode implements AutoCloseable {
    private final ActorSystem<Void> system;
    private final Materializer materializer;
    private final ServerBinding binding;
    private final LinkedBlockingQueue<Follower> followers = new LinkedBlockingQueue<>();
    private final AtomicInteger endedCommands = new AtomicInteger();

    private FakeNode(CertificateAuthority authority, String name) {
        system = ActorSystem.create(Behaviors.empty(), "fake-node", ConfigFactory.load("application-test.conf"));
        materializer = SystemMaterializer.get(system).materializer();
        Credentials credentials = authority.issueServer(
                "system:node:" + name, List.of(name), List.of(), Instant.now(), Duration.ofDays(1));
        var tls = TlsContexts.of(credentials);
        Function<HttpRequest, CompletionStage<HttpResponse>> serve =
                request -> CompletableFuture.completedFuture(answer(request));
        binding = Http.get(system)
                .newServerAt("127.0.0.1", 0)
                .enableHttps(ConnectionContext.httpsServer(() -> {
                    SSLEngine engine = tls.createSSLEngine();
                    engine.setUseClientMode(false);
                    engine.setNeedClientAuth(true);
                    return engine;
                }))
                .bind(serve)
                .toCompletableFuture()
                .join();
    }

    static FakeNode start(CertificateAuthority authority, String name) {
        return new FakeNode(authority, name);
    }

    int port() {
        return binding.localAddress().getPort();
    }

    int endedCommands() {
        return endedCommands.get();
    }

    Follower follower() throws InterruptedException {
        Follower follower = followers.poll(20, TimeUnit.SECONDS);
        if (follower == null) {
            throw new AssertionError("nobody follows");
        }
        return follower;
    }

    /** A log that is being followed. */
    static final class Follower {
        private final BoundedSourceQueue<ByteString> queue;
        private final CompletableFuture<Boolean> gone = new CompletableFuture<>();

        Follower(BoundedSourceQueue<ByteString> queue) {
            this.queue = queue;
        }

        void write(String text) {
            queue.offer(ByteString.fromString(text));
        }

        void awaitGone() throws Exception {
            gone.get(20, TimeUnit.SECONDS);
        }
    }

    private HttpResponse answer(HttpRequest request) {
        String asked = request.getUri().path()
                + request.getUri().rawQueryString().map(query -> "?" + query).orElse("");
        Optional<WebSocketUpgrade> upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade);
        if (asked.contains("command=refuse")) {
            return HttpResponse.create().withStatus(404).withEntity("container not found");
        }
        if (upgrade.isPresent()) {
            return upgrade.get()
                    .handleMessagesWith(
                            echo(asked),
                            upgrade.get().getRequestedProtocols().iterator().next());
        }
        if (asked.contains("sinceSeconds=666")) {
            return HttpResponse.create()
                    .withStatus(400)
                    .withEntity("container \"c\" in pod \"one\" is waiting to start: ContainerCreating");
        }
        if (asked.contains("sinceSeconds=777")) {
            return HttpResponse.create()
                    .withStatus(302)
                    .addHeader(RawHeader.create("Location", "https://127.0.0.1:1/secret"))
                    .withEntity("elsewhere");
        }
        return asked.contains("follow=true")
                ? followed()
                : HttpResponse.create().withEntity(ContentTypes.TEXT_PLAIN_UTF8, asked + "\n");
    }

    private HttpResponse followed() {
        Pair<BoundedSourceQueue<ByteString>, Source<ByteString, NotUsed>> lines =
                Source.<ByteString>queue(100).preMaterialize(materializer);
        Follower follower = new Follower(lines.first());
        followers.add(follower);
        return HttpResponse.create()
                .withEntity(HttpEntities.createChunked(
                        ContentTypes.TEXT_PLAIN_UTF8, lines.second().watchTermination((before, done) -> {
                            done.whenComplete((end, failure) -> follower.gone.complete(true));
                            return before;
                        })));
    }

    /** Tells what was asked, echoes input as output, and ends with success when the input is closed. */
    private Flow<Message, Message, NotUsed> echo(String asked) {
        boolean input = asked.contains("stdin=true");
        ByteString success = ByteString.fromString("\u0003{\"status\":\"Success\"}");
        Source<Message, NotUsed> question =
                Source.single(BinaryMessage.create(ByteString.fromString("\u0001" + asked)));
        if (!input) {
            return Flow.<Message>create().take(0).concat(question).concat(Source.single(BinaryMessage.create(success)));
        }
        return Flow.<Message>create()
                .mapAsync(
                        1,
                        message -> message.asBinaryMessage()
                                .getStreamedData()
                                .runFold(ByteString.emptyByteString(), ByteString::concat, materializer))
                .takeWhile(data -> data.head() == 0)
                .<Message>map(data -> BinaryMessage.create(
                        ByteString.fromArray(new byte[] {1}).concat(data.drop(1))))
                .prepend(question)
                .concat(Source.single(BinaryMessage.create(success)))
                .watchTermination((before, done) -> {
                    done.whenComplete((end, failure) -> endedCommands.incrementAndGet());
                    return before;
                });
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
