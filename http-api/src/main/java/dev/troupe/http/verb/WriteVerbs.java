package dev.troupe.http.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.Exchange;
import dev.troupe.http.Replies;
import dev.troupe.http.RequestBodies;
import dev.troupe.http.answer.Answers;
import dev.troupe.http.answer.ObjectText;
import dev.troupe.http.auth.NodeRestriction;
import dev.troupe.http.request.WriteQuery;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.codec.BodyDecoder;
import dev.troupe.model.codec.BodyDecoder.DecodedBody;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Create, update and patch of objects. */
final class WriteVerbs {
    private final ResourceApi api;
    private final RequestBodies reader;
    private final BodyDecoder decoder;
    private final InstantSource clock;

    WriteVerbs(ServingParts parts) {
        this.api = parts.api();
        this.reader = parts.reader();
        this.decoder = parts.decoder();
        this.clock = parts.clock();
    }

    /** A decoded body with the options that say what to do with it. */
    record Sent(ObjectNode object, WriteOptions options) {}

    CompletionStage<HttpResponse> create(Exchange exchange, Target target) {
        return Replies.then(
                exchange,
                Replies.negotiated(exchange, target.strategy(), false, clock),
                text -> Replies.then(
                        exchange,
                        sent(exchange, target.type(), "CreateOptions"),
                        sent -> create(exchange, target, text, sent)));
    }

    private CompletionStage<HttpResponse> create(Exchange exchange, Target target, ObjectText text, Sent sent) {
        Optional<Status> refused = settleNamespace(target, sent.object())
                .or(() -> NodeRestriction.refusal(exchange.user(), target.type(), sent.object()));
        if (refused.isPresent()) {
            return Replies.failed(exchange, refused.get());
        }
        return Replies.answer(
                exchange,
                api.create(exchange.caller(), target.type(), target.namespace(), sent.object(), sent.options()),
                result -> answer(text, result));
    }

    /** An object's own namespace must be the path's; where it says none it gets that. */
    private static Optional<Status> settleNamespace(Target target, ObjectNode object) {
        String own = Json.text(object, "metadata", "namespace");
        if (own.equals(target.namespace())) {
            return Optional.empty();
        }
        if (target.namespace().isEmpty()) {
            Json.objectAt(object, "metadata").remove("namespace");
            return Optional.empty();
        }
        if (own.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Status.badRequest(
                "the namespace of the provided object does not match the namespace sent on the request"));
    }

    /** Reads the body and the options of a create or update. */
    CompletionStage<Outcome<Sent>> sent(Exchange exchange, ResourceType expected, String optionsKind) {
        return reader.read(exchange)
                .thenApply(body -> body.flatMap(bytes -> WriteQuery.parse(
                                exchange.query(), optionsKind, exchange.header("user-agent"))
                        .flatMap(options -> decoder.decode(expected, exchange.contentType(), bytes)
                                .map(decoded -> new Sent(decoded.object(), withWarnings(options, decoded))))));
    }

    private static WriteOptions withWarnings(WriteOptions options, DecodedBody decoded) {
        return new WriteOptions(
                options.dryRun(), options.fieldValidation(), options.fieldManager(), decoded.warnings());
    }

    CompletionStage<HttpResponse> update(Exchange exchange, Target target) {
        return update(exchange, target, target.type(), (text, result) -> answer(text, result));
    }

    /**
     * An update of the object or of a subresource that is sent as another kind.
     *
     * @param answer makes the response of the result
     */
    CompletionStage<HttpResponse> update(
            Exchange exchange,
            Target target,
            ResourceType expected,
            BiFunction<ObjectText, WriteResult, HttpResponse> answer) {
        return Replies.then(
                exchange,
                Replies.negotiated(exchange, target.strategy(), false, clock),
                text -> Replies.then(exchange, sent(exchange, expected, "UpdateOptions"), sent -> {
                    Optional<Status> mismatch = target.key().name().mismatch(sent.object());
                    return mismatch.isPresent()
                            ? Replies.failed(exchange, mismatch.get())
                            : Replies.answer(
                                    exchange,
                                    api.update(
                                            exchange.caller(),
                                            target.key(),
                                            target.subresource(),
                                            sent.object(),
                                            sent.options()),
                                    result -> answer.apply(text, result));
                }));
    }

    CompletionStage<HttpResponse> patch(Exchange exchange, Target target) {
        return patch(exchange, target, (text, result) -> answer(text, result));
    }

    CompletionStage<HttpResponse> patch(
            Exchange exchange, Target target, BiFunction<ObjectText, WriteResult, HttpResponse> answer) {
        Optional<Status> unsupported = PatchBody.unsupported(exchange.contentType());
        if (unsupported.isPresent()) {
            return Replies.failed(exchange, unsupported.get());
        }
        return Replies.then(
                exchange,
                Replies.negotiated(exchange, target.strategy(), false, clock),
                text -> Replies.then(
                        exchange,
                        reader.read(exchange),
                        body -> patch(exchange, target, body, result -> answer.apply(text, result))));
    }

    private CompletionStage<HttpResponse> patch(
            Exchange exchange,
            Target target,
            byte[] body,
            java.util.function.Function<WriteResult, HttpResponse> answer) {
        return Replies.then(
                exchange,
                WriteQuery.parse(exchange.query(), "PatchOptions", exchange.header("user-agent")),
                options -> Replies.then(exchange, PatchBody.parse(exchange.contentType(), body), parsed -> {
                    Patch patch = parsed.patch();
                    WriteOptions complete = new WriteOptions(
                            options.dryRun(), options.fieldValidation(), options.fieldManager(), parsed.warnings());
                    return Replies.answer(
                            exchange,
                            api.patch(exchange.caller(), target.key(), target.subresource(), patch, complete),
                            answer);
                }));
    }

    private static HttpResponse answer(ObjectText text, WriteResult result) {
        int code = result.effect() == WriteResult.Effect.CREATED ? 201 : 200;
        return Answers.body(code, text.format(), text.object(result.object()), result.warnings());
    }

    /** A created subresource of an object, such as a binding, is answered by a bare success. */
    CompletionStage<HttpResponse> createSubresource(Exchange exchange, Target target, List<ResourceType> expected) {
        return Replies.then(exchange, sentAsOneOf(exchange, expected), sent -> {
            String name = Json.text(sent.object(), "metadata", "name");
            Optional<Status> mismatch =
                    name.isEmpty() ? Optional.empty() : target.key().name().mismatch(sent.object());
            return mismatch.isPresent() ? Replies.failed(exchange, mismatch.get()) : bind(exchange, target, sent);
        });
    }

    CompletionStage<HttpResponse> bind(Exchange exchange, Target target, Sent sent) {
        return Replies.answer(
                exchange,
                api.createSubresource(
                        exchange.caller(), target.key(), target.subresource(), sent.object(), sent.options()),
                result -> Answers.json(201, Answers.success().put("code", 201), exchange.pretty()));
    }

    /** The first of several versions of a kind as which the body decodes; the failure of the first otherwise. */
    private CompletionStage<Outcome<Sent>> sentAsOneOf(Exchange exchange, List<ResourceType> expected) {
        return reader.read(exchange)
                .thenApply(body -> body.flatMap(bytes -> {
                    Outcome<DecodedBody> first = decoder.decode(expected.get(0), exchange.contentType(), bytes);
                    Outcome<DecodedBody> chosen = first;
                    for (int i = 1; i < expected.size() && chosen instanceof Outcome.Failure<DecodedBody>; i++) {
                        chosen = decoder.decode(expected.get(i), exchange.contentType(), bytes);
                    }
                    return (chosen instanceof Outcome.Success<DecodedBody> ? chosen : first)
                            .flatMap(decoded -> WriteQuery.parse(
                                            exchange.query(), "CreateOptions", exchange.header("user-agent"))
                                    .map(options -> new Sent(decoded.object(), withWarnings(options, decoded))));
                }));
    }
}
