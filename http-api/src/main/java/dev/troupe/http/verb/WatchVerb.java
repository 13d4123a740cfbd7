package dev.troupe.http.verb;

import dev.troupe.http.Exchange;
import dev.troupe.http.Replies;
import dev.troupe.http.answer.Answers;
import dev.troupe.http.answer.ObjectText;
import dev.troupe.http.request.ListOptions;
import dev.troupe.http.request.OutputFormat;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchRequest.Start;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.status.Status;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Watches: one JSON text a line, or a WebSocket message, for as long as the client, the timeout or the server likes. */
final class WatchVerb {
    private static final int GONE = 410;

    private final ResourceApi api;
    private final InstantSource clock;
    private final Duration defaultTimeout;
    private final int buffer;
    private final SharedKillSwitch shutdown;
    private final Materializer materializer;
    private final WatchedEvents counter;

    /** Told how many events went to a client. */
    interface WatchedEvents {
        void sent(Target target, int events);
    }

    WatchVerb(ServingParts parts, WatchedEvents counter) {
        this.api = parts.api();
        this.clock = parts.clock();
        this.defaultTimeout = parts.settings().watchTimeout();
        this.buffer = parts.settings().watchBuffer();
        this.shutdown = parts.shutdown();
        this.materializer = parts.materializer();
        this.counter = counter;
    }

    CompletionStage<HttpResponse> watch(Exchange exchange, Target target) {
        return Replies.then(
                exchange,
                Replies.negotiated(exchange, target.strategy(), false, clock).flatMap(WatchVerb::asJson),
                text -> Replies.then(
                        exchange,
                        ListOptions.parse(exchange.query(), target.strategy(), true),
                        options -> watch(exchange, target, text, options)));
    }

    /** Lines cannot be YAML. */
    private static Outcome<ObjectText> asJson(ObjectText text) {
        return text.format().encoding() == OutputFormat.Encoding.JSON
                ? Outcome.success(text)
                : Outcome.failure(Status.notAcceptable(List.of("application/json", "application/json;stream=watch")));
    }

    private CompletionStage<HttpResponse> watch(
            Exchange exchange, Target target, ObjectText text, ListOptions options) {
        return Replies.then(
                exchange,
                start(exchange, target, options),
                start -> begin(
                        exchange,
                        target,
                        text,
                        new WatchRequest(
                                target.type(),
                                target.namespace(),
                                options.labels(),
                                fields(target, options),
                                start,
                                options.bookmarks()),
                        timeout(options)));
    }

    /** The old paths {@code /watch/.../NAME} watch one object. */
    private static FieldSelector fields(Target target, ListOptions options) {
        if (target.name().isEmpty()) {
            return options.fields();
        }
        List<FieldSelector.Requirement> requirements =
                new ArrayList<>(options.fields().requirements());
        requirements.add(new FieldSelector.Requirement("metadata.name", true, target.name()));
        return new FieldSelector(requirements);
    }

    private Duration timeout(ListOptions options) {
        if (options.timeoutSeconds() > 0) {
            return Duration.ofSeconds(options.timeoutSeconds());
        }
        // Up to twice as long, so that watches begun together do not end together.
        return defaultTimeout.plusMillis(ThreadLocalRandom.current().nextLong(Math.max(1, defaultTimeout.toMillis())));
    }

    private CompletionStage<Outcome<Start>> start(Exchange exchange, Target target, ListOptions options) {
        long version = options.resourceVersion();
        boolean unsetOrAny = version == ListOptions.UNSET || version == 0;
        if (options.sendInitialEvents().isEmpty()) {
            return CompletableFuture.completedFuture(
                    Outcome.success(unsetOrAny ? new Start.State() : new Start.After(version)));
        }
        if (options.sendInitialEvents().get()) {
            return CompletableFuture.completedFuture(Outcome.success(new Start.StreamedList(Math.max(0, version))));
        }
        if (!unsetOrAny) {
            return CompletableFuture.completedFuture(Outcome.success(new Start.After(version)));
        }
        // Only what happens from now on: the version of now is that of a list.
        ListRequest nothing = new ListRequest(
                target.type(), target.namespace(), options.labels(), options.fields(), new ReadVersion.Latest(), 1, "");
        return api.list(exchange.caller(), nothing)
                .thenApply(list -> list.map(now -> new Start.After(now.resourceVersion())));
    }

    private CompletionStage<HttpResponse> begin(
            Exchange exchange, Target target, ObjectText text, WatchRequest request, Duration timeout) {
        WatchStream stream = new WatchStream(buffer, materializer);
        Optional<WebSocketUpgrade> webSocket = exchange.request().getAttribute(AttributeKeys.webSocketUpgrade);
        return api.watch(exchange.caller(), request, stream).thenApply(outcome -> switch (outcome) {
            case Outcome.Failure<WatchSubscription> failure ->
                // The client asked for a stream, and its code for an expired version looks for the event.
                failure.status().code() == GONE
                        ? response(Source.single(ObjectText.error(failure.status())), webSocket)
                        : Answers.failure(failure.status(), exchange.pretty());
            case Outcome.Success<WatchSubscription> success -> {
                stream.subscribed(success.value());
                IntConsumer sent = events -> counter.sent(target, events);
                Source<ByteString, NotUsed> lines =
                        webSocket.isPresent() ? stream.messages(text, sent) : stream.lines(text, sent);
                yield response(
                        lines.via(shutdown.flow()).takeWithin(timeout).watchTermination((nothing, done) -> {
                            done.whenComplete((end, failure) -> success.value().cancel());
                            return nothing;
                        }),
                        webSocket);
            }
        });
    }

    private static HttpResponse response(Source<ByteString, NotUsed> lines, Optional<WebSocketUpgrade> webSocket) {
        return webSocket
                .map(upgrade -> upgrade.handleMessagesWith(
                        Sink.ignore(), lines.<Message>map(line -> TextMessage.create(line.utf8String()))))
                .orElseGet(() -> HttpResponse.create()
                        .withStatus(200)
                        .withEntity(HttpEntities.createChunked(ContentTypes.APPLICATION_JSON, lines))
                        .addHeader(RawHeader.create("Cache-Control", "no-cache, private")));
    }
}
