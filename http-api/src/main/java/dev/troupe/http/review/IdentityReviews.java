package dev.troupe.http.review;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.Exchange;
import dev.troupe.http.auth.Authenticator;
import dev.troupe.http.discovery.ReviewTypes;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.json.Json;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Who somebody is: {@code kubectl auth whoami}, and whose a token is. */
final class IdentityReviews {
    private final Authenticator authenticator;
    private final InstantSource clock;

    IdentityReviews(Authenticator authenticator, InstantSource clock) {
        this.authenticator = authenticator;
        this.clock = clock;
    }

    Outcome<ObjectNode> self(Exchange exchange, ObjectNode review) {
        Json.objectAt(review, "metadata")
                .put(
                        "creationTimestamp",
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        put(review.putObject("status").putObject("userInfo"), exchange.user());
        return Outcome.success(review);
    }

    CompletionStage<Outcome<ObjectNode>> token(Exchange exchange, ObjectNode review) {
        String token = Json.text(review, "spec", "token");
        if (token.isEmpty()) {
            return CompletableFuture.completedFuture(Outcome.failure(Status.invalid(
                    ReviewTypes.TOKEN_REVIEWS.group(),
                    "TokenReview",
                    "",
                    List.of(FieldError.required("spec.token", "")))));
        }
        return authenticator.authenticateToken(token).thenApply(user -> {
            Json.objectAt(review, "metadata").putNull("creationTimestamp");
            ObjectNode status = review.putObject("status");
            if (user.isPresent()) {
                put(status.put("authenticated", true).putObject("user"), user.get());
            } else {
                status.putObject("user");
                status.put("error", "invalid bearer token");
            }
            return Outcome.success(review);
        });
    }

    private static void put(ObjectNode json, UserInfo user) {
        json.put("username", user.name());
        if (!user.uid().isEmpty()) {
            json.put("uid", user.uid());
        }
        if (!user.groups().isEmpty()) {
            ArrayNode groups = json.putArray("groups");
            user.groups().forEach(groups::add);
        }
        if (!user.extra().isEmpty()) {
            ObjectNode extra = json.putObject("extra");
            user.extra().forEach((key, values) -> {
                ArrayNode array = extra.putArray(key);
                values.forEach(array::add);
            });
        }
    }
}
