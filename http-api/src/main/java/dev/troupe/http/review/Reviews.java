package dev.troupe.http.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.Exchange;
import dev.troupe.http.Handler;
import dev.troupe.http.Replies;
import dev.troupe.http.RequestBodies;
import dev.troupe.http.answer.Answers;
import dev.troupe.http.auth.Authenticator;
import dev.troupe.http.auth.Authorizer;
import dev.troupe.http.discovery.ReviewTypes;
import dev.troupe.http.request.OutputFormat;
import dev.troupe.http.verb.ServingParts;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.codec.BodyDecoder;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.schema.FieldChecker;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The handlers of all reviews. */
public final class Reviews {
    /** The reviews that are answered, for discovery. */
    public static final List<ResourceType> TYPES = List.of(
            ReviewTypes.TOKEN_REVIEWS,
            ReviewTypes.SELF_SUBJECT_REVIEWS,
            ReviewTypes.SUBJECT_ACCESS_REVIEWS,
            ReviewTypes.SELF_SUBJECT_ACCESS_REVIEWS,
            ReviewTypes.SELF_SUBJECT_RULES_REVIEWS,
            ReviewTypes.LOCAL_SUBJECT_ACCESS_REVIEWS);

    private final RequestBodies reader;
    private final BodyDecoder decoder;

    private Reviews(RequestBodies reader, BodyDecoder decoder) {
        this.reader = reader;
        this.decoder = decoder;
    }

    /** Answers a decoded review by filling in its status. */
    interface Reviewer {
        CompletionStage<Outcome<ObjectNode>> review(Exchange exchange, ObjectNode review);

        /** For reviews that are answered from memory. */
        interface Immediate extends Reviewer {
            Outcome<ObjectNode> answer(Exchange exchange, ObjectNode review);

            @Override
            default CompletionStage<Outcome<ObjectNode>> review(Exchange exchange, ObjectNode review) {
                return CompletableFuture.completedFuture(answer(exchange, review));
            }
        }
    }

    /** The handlers by resource. */
    public static Map<GroupResource, Handler> handlers(
            ServingParts parts, Authenticator authenticator, Authorizer authorizer) {
        Reviews reviews = new Reviews(parts.reader(), parts.decoder());
        AccessReviews access = new AccessReviews(authorizer);
        IdentityReviews identity = new IdentityReviews(authenticator, parts.clock());
        Map<GroupResource, Handler> handlers = new LinkedHashMap<>();
        reviews.add(handlers, ReviewTypes.SELF_SUBJECT_ACCESS_REVIEWS, (Reviewer.Immediate) access::self);
        reviews.add(handlers, ReviewTypes.SUBJECT_ACCESS_REVIEWS, (Reviewer.Immediate) access::subject);
        reviews.add(handlers, ReviewTypes.LOCAL_SUBJECT_ACCESS_REVIEWS, (Reviewer.Immediate) access::local);
        reviews.add(handlers, ReviewTypes.SELF_SUBJECT_RULES_REVIEWS, (Reviewer.Immediate) access::rules);
        reviews.add(handlers, ReviewTypes.SELF_SUBJECT_REVIEWS, (Reviewer.Immediate) identity::self);
        reviews.add(handlers, ReviewTypes.TOKEN_REVIEWS, identity::token);
        return handlers;
    }

    private void add(Map<GroupResource, Handler> handlers, ResourceType type, Reviewer reviewer) {
        handlers.put(type.groupResource(), exchange -> handle(exchange, type, reviewer));
    }

    private CompletionStage<HttpResponse> handle(Exchange exchange, ResourceType type, Reviewer reviewer) {
        boolean atItsPlace = exchange.info().version().equals(type.version())
                && exchange.info().name().isEmpty()
                && exchange.info().namespace().isEmpty() != type.namespaced();
        if (!atItsPlace) {
            return Replies.failed(exchange, Status.unknownResource());
        }
        if (!exchange.method().equals("POST")) {
            return Replies.failed(exchange, Status.methodNotAllowed());
        }
        Outcome<OutputFormat> format = OutputFormat.negotiate(exchange.header("accept"), false, exchange.pretty());
        if (format instanceof Outcome.Failure<OutputFormat> failure) {
            return Replies.failed(exchange, failure.status());
        }
        List<String> warnings = new ArrayList<>();
        return reader.read(exchange)
                .thenApply(body -> body.flatMap(bytes -> decoded(exchange, type, bytes, warnings)))
                .thenCompose(review -> switch (review) {
                    case Outcome.Success<ObjectNode> success -> reviewer.review(exchange, success.value());
                    case Outcome.Failure<ObjectNode> failure -> CompletableFuture.completedFuture(failure);
                })
                .thenApply(outcome -> switch (outcome) {
                    case Outcome.Success<ObjectNode> success ->
                        Answers.tree(201, format.orThrow(), success.value(), warnings);
                    case Outcome.Failure<ObjectNode> failure -> Answers.failure(failure.status(), exchange.pretty());
                });
    }

    private Outcome<ObjectNode> decoded(Exchange exchange, ResourceType type, byte[] bytes, List<String> warnings) {
        return decoder.decode(type, exchange.contentType(), bytes).flatMap(decoded -> {
            warnings.addAll(decoded.warnings());
            return FieldChecker.check(type, decoded.object()).map(unknown -> {
                warnings.addAll(unknown);
                return decoded.object();
            });
        });
    }
}
