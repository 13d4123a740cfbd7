package dev.troupe.http.verb;

import dev.troupe.http.Exchange;
import dev.troupe.http.Replies;
import dev.troupe.http.RequestBodies;
import dev.troupe.http.answer.Answers;
import dev.troupe.http.answer.ObjectText;
import dev.troupe.http.request.DeleteQuery;
import dev.troupe.http.request.ListOptions;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.api.WriteResult.Effect;
import dev.troupe.model.codec.BodyDecoder;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Delete of one object and of a collection. */
final class DeleteVerbs {
    /** Kinds whose removal is answered by the object itself, as Kubernetes' stores of these kinds do. */
    private static final Set<String> ANSWERED_BY_OBJECT = Set.of(
            "pods",
            "services",
            "serviceaccounts",
            "persistentvolumes",
            "persistentvolumeclaims",
            "podtemplates",
            "resourcequotas");

    private final ResourceApi api;
    private final RequestBodies reader;
    private final BodyDecoder decoder;
    private final InstantSource clock;

    DeleteVerbs(ServingParts parts) {
        this.api = parts.api();
        this.reader = parts.reader();
        this.decoder = parts.decoder();
        this.clock = parts.clock();
    }

    CompletionStage<HttpResponse> delete(Exchange exchange, Target target) {
        return Replies.then(
                exchange,
                Replies.negotiated(exchange, target.strategy(), false, clock),
                text -> Replies.then(
                        exchange,
                        options(exchange),
                        options -> Replies.answer(
                                exchange,
                                api.delete(exchange.caller(), target.key(), options),
                                result -> answer(exchange, target, text, result))));
    }

    /** Options come in the body, or where there is none in the query; never in both. */
    private CompletionStage<Outcome<DeleteOptions>> options(Exchange exchange) {
        return reader.read(exchange)
                .thenApply(body -> body.flatMap(bytes -> bytes.length == 0
                        ? DeleteQuery.parse(exchange.query())
                        : decoder.decode(DeleteQuery.TYPE, exchange.contentType(), bytes)
                                .flatMap(decoded -> DeleteQuery.parse(decoded.object()))));
    }

    private static HttpResponse answer(Exchange exchange, Target target, ObjectText text, WriteResult result) {
        boolean removed = result.effect() == Effect.REMOVED;
        if (removed
                && !ANSWERED_BY_OBJECT.contains(target.type().groupResource().toString())) {
            return Answers.json(
                    200,
                    Answers.removed(
                            target.type(),
                            result.object().meta().name(),
                            result.object().meta().uid()),
                    exchange.pretty());
        }
        return Answers.body(200, text.format(), text.object(result.object()), result.warnings());
    }

    CompletionStage<HttpResponse> deleteCollection(Exchange exchange, Target target) {
        return Replies.then(
                exchange,
                Replies.negotiated(exchange, target.strategy(), true, clock),
                text -> Replies.then(
                        exchange,
                        ListOptions.parse(exchange.query(), target.strategy(), false),
                        list -> Replies.then(
                                exchange,
                                options(exchange),
                                options -> Replies.answer(
                                        exchange,
                                        api.deleteCollection(
                                                exchange.caller(), ReadVerbs.request(target, list), options),
                                        deleted -> Answers.body(200, text.format(), text.list(deleted), List.of())))));
    }
}
