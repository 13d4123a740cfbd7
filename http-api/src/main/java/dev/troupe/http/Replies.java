package dev.troupe.http;

import dev.troupe.http.answer.Answers;
import dev.troupe.http.answer.ObjectText;
import dev.troupe.http.request.OutputFormat;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.status.Status;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Joins outcomes to responses: a failure ends the request, a success goes on. */
public final class Replies {
    private Replies() {}

    public static CompletionStage<HttpResponse> failed(Exchange exchange, Status status) {
        return CompletableFuture.completedFuture(Answers.failure(status, exchange.pretty()));
    }

    public static <T> CompletionStage<HttpResponse> then(
            Exchange exchange, Outcome<T> outcome, Function<T, CompletionStage<HttpResponse>> next) {
        return switch (outcome) {
            case Outcome.Success<T> success -> next.apply(success.value());
            case Outcome.Failure<T> failure -> failed(exchange, failure.status());
        };
    }

    public static <T> CompletionStage<HttpResponse> then(
            Exchange exchange, CompletionStage<Outcome<T>> stage, Function<T, CompletionStage<HttpResponse>> next) {
        return stage.thenCompose(outcome -> then(exchange, outcome, next));
    }

    /** The last step: a response from a value. */
    public static <T> CompletionStage<HttpResponse> answer(
            Exchange exchange, CompletionStage<Outcome<T>> stage, Function<T, HttpResponse> response) {
        return stage.thenApply(outcome -> switch (outcome) {
            case Outcome.Success<T> success -> response.apply(success.value());
            case Outcome.Failure<T> failure -> Answers.failure(failure.status(), exchange.pretty());
        });
    }

    /** The form of answer that the request accepts. */
    public static Outcome<ObjectText> negotiated(
            Exchange exchange, ResourceStrategy strategy, boolean collection, InstantSource clock) {
        return OutputFormat.negotiate(exchange.header("accept"), collection, exchange.pretty())
                .flatMap(format -> ObjectText.of(strategy, format, exchange.query(), clock));
    }
}
