package dev.troupe.http.verb;

import dev.troupe.http.Exchange;
import dev.troupe.http.Replies;
import dev.troupe.http.answer.Answers;
import dev.troupe.http.answer.ObjectText;
import dev.troupe.http.request.ListOptions;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Get and list. */
final class ReadVerbs {
    private final ResourceApi api;
    private final InstantSource clock;

    ReadVerbs(ServingParts parts) {
        this.api = parts.api();
        this.clock = parts.clock();
    }

    CompletionStage<HttpResponse> get(Exchange exchange, Target target) {
        return Replies.then(
                exchange,
                Replies.negotiated(exchange, target.strategy(), false, clock),
                text -> Replies.then(
                        exchange,
                        version(exchange),
                        version -> Replies.answer(
                                exchange,
                                api.get(exchange.caller(), target.key(), version),
                                object -> Answers.body(200, text.format(), text.object(object), List.of()))));
    }

    /** The freshness that a get asks for. */
    static Outcome<ReadVersion> version(Exchange exchange) {
        return ListOptions.version(exchange.query().first("resourceVersion"))
                .map(version -> version == ListOptions.UNSET
                        ? new ReadVersion.Latest()
                        : version == 0 ? new ReadVersion.Any() : new ReadVersion.NotOlderThan(version));
    }

    CompletionStage<HttpResponse> list(Exchange exchange, Target target) {
        return Replies.then(
                exchange,
                Replies.negotiated(exchange, target.strategy(), true, clock),
                text -> Replies.then(
                        exchange,
                        ListOptions.parse(exchange.query(), target.strategy(), false),
                        options -> list(exchange, target, text, options)));
    }

    private CompletionStage<HttpResponse> list(Exchange exchange, Target target, ObjectText text, ListOptions options) {
        return Replies.answer(
                exchange,
                api.list(exchange.caller(), request(target, options)),
                list -> Answers.body(200, text.format(), text.list(list), List.of()));
    }

    static ListRequest request(Target target, ListOptions options) {
        return new ListRequest(
                target.type(),
                target.namespace(),
                options.labels(),
                options.fields(),
                options.readVersion(),
                options.limit(),
                options.continueToken());
    }
}
