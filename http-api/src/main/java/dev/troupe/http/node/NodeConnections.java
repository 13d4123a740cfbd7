package dev.troupe.http.node;

import com.typesafe.config.ConfigFactory;
import dev.troupe.config.pki.CertificateAuthority;
import dev.troupe.config.pki.Credentials;
import dev.troupe.config.pki.TlsContexts;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.status.Status;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.HttpsConnectionContext;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.WebSocketRequest;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgradeResponse;
import org.apache.pekko.http.javadsl.settings.ClientConnectionSettings;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.StreamSubscriptionTimeoutTerminationMode;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.AsPublisher;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;

/**
 * HTTPS to nodes with the API server's certificate. Each request has a connection of its own, so nothing of one
 * client's stream can reach another's; redirects are not followed; a node must show a certificate of the cluster that
 * names it.
 */
final class NodeConnections {
    /** A node that does not answer by then is taken for gone; starting a command in a container is within it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** As much as is read of a node's error. */
    private static final long MAX_ERROR_BYTES = 50_000;

    private final ActorSystem<?> system;
    private final Materializer materializer;
    private final Credentials credentials;
    private final ClientConnectionSettings settings;

    NodeConnections(ActorSystem<?> system, Credentials credentials) {
        this.system = system;
        this.materializer = SystemMaterializer.get(system).materializer();
        this.credentials = credentials;
        this.settings = ClientConnectionSettings.create(
                ConfigFactory.parseString("""
                        pekko.http.client {
                          connecting-timeout = 10s
                          # A followed log or a shell may be quiet for hours.
                          idle-timeout = infinite
                          websocket.periodic-keep-alive-max-idle = 20s
                          socket-options.tcp-keep-alive = true
                          parsing.max-content-length = infinite
                        }
                        """).withFallback(system.settings().config()));
    }

    /** The node's answer to a GET, not yet read; a failure if the node cannot be reached or says no. */
    CompletionStage<Outcome<HttpResponse>> get(NodeEndpoint endpoint, String pathAndQuery) {
        return Source.single(HttpRequest.GET(pathAndQuery))
                .via(Http.get(system)
                        .connectionTo(endpoint.address().getHostAddress())
                        .toPort(endpoint.port())
                        .withCustomHttpsConnectionContext(tls(endpoint))
                        .withClientConnectionSettings(settings)
                        .https())
                .initialTimeout(PATIENCE)
                .runWith(Sink.head(), materializer)
                .thenCompose(response -> response.status().intValue() == 200
                        ? CompletableFuture.completedFuture(Outcome.success(response))
                        : refusal(response).thenApply(Outcome::<HttpResponse>failure))
                .exceptionally(failure -> Outcome.failure(unreachable(endpoint, failure)));
    }

    /** Lets go of an answer that nobody reads. */
    void discard(HttpResponse answer) {
        answer.discardEntityBytes(materializer);
    }

    /** Messages to and from a node; a failure if the node cannot be reached or does not upgrade. */
    CompletionStage<Outcome<Flow<Message, Message, NotUsed>>> webSocket(
            NodeEndpoint endpoint, String pathAndQuery, String protocol) {
        String uri = "wss://" + endpoint.host() + ":" + endpoint.port() + pathAndQuery;
        Pair<Pair<Subscriber<Message>, CompletionStage<WebSocketUpgradeResponse>>, Publisher<Message>> running =
                Source.<Message>asSubscriber()
                        .viaMat(
                                Http.get(system)
                                        .webSocketClientFlow(
                                                WebSocketRequest.create(uri).requestSubprotocol(protocol),
                                                tls(endpoint),
                                                Optional.empty(),
                                                settings,
                                                Adapter.toClassic(system).log()),
                                Keep.both())
                        .toMat(Sink.asPublisher(AsPublisher.WITHOUT_FANOUT), Keep.both())
                        // The client is let in only when the node has answered.
                        .withAttributes(ActorAttributes.streamSubscriptionTimeout(
                                PATIENCE.plusSeconds(5), StreamSubscriptionTimeoutTerminationMode.cancel()))
                        .run(materializer);
        Flow<Message, Message, NotUsed> flow = Flow.fromSinkAndSource(
                Sink.fromSubscriber(running.first().first()), Source.fromPublisher(running.second()));
        return running.first()
                .second()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS)
                .thenCompose(upgrade -> upgrade.isValid()
                        ? CompletableFuture.completedFuture(Outcome.success(flow))
                        : refusal(upgrade.response()).thenApply(Outcome::<Flow<Message, Message, NotUsed>>failure))
                .exceptionally(failure -> Outcome.failure(unreachable(endpoint, failure)));
    }

    private HttpsConnectionContext tls(NodeEndpoint endpoint) {
        SSLContext context = TlsContexts.towards(credentials, certificate -> names(certificate, endpoint));
        return ConnectionContext.httpsClient((host, port) -> {
            SSLEngine engine = context.createSSLEngine(host, port);
            engine.setUseClientMode(true);
            return engine;
        });
    }

    /** A node's certificate says the node's name, as its user or among its names, or the address that is called. */
    private static boolean names(X509Certificate certificate, NodeEndpoint endpoint) {
        String user = CertificateAuthority.subjectOf(certificate.getSubjectX500Principal())
                .user();
        if (user.equals("system:node:" + endpoint.node())) {
            return true;
        }
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .map(name -> String.valueOf(name.get(1)))
                            .anyMatch(name -> name.equals(endpoint.node())
                                    || name.equals(endpoint.address().getHostAddress()));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** What a node said instead of yes, in the terms of the API. */
    private CompletionStage<Status> refusal(HttpResponse response) {
        return response.entity()
                .withSizeLimit(MAX_ERROR_BYTES)
                .toStrict(PATIENCE.toMillis(), materializer)
                .thenApply(body -> {
                    String text = body.getData().utf8String().strip();
                    int code = response.status().intValue();
                    return switch (code) {
                        case 400 -> Status.badRequest(text);
                        case 404 -> new Status(404, "NotFound", text, Optional.empty());
                        case 500 -> Status.internalError(text);
                        default ->
                            Status.internalError("the node answered " + code + (text.isEmpty() ? "" : ": " + text));
                    };
                });
    }

    private static Status unreachable(NodeEndpoint endpoint, Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        // The library tells its own command first; what the user can mend comes last.
        why = why.substring(why.lastIndexOf("Exception: ") < 0 ? 0 : why.lastIndexOf("Exception: ") + 11);
        return Status.internalError("error dialing backend: node " + endpoint.node() + " at " + endpoint.host() + ":"
                + endpoint.port() + ": " + why);
    }
}
