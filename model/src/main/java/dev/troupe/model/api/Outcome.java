package dev.troupe.model.api;

import dev.troupe.model.status.Status;
import java.util.function.Function;

/** A value, or the Status that says why there is none. */
public sealed interface Outcome<T> {

    record Success<T>(T value) implements Outcome<T> {}

    record Failure<T>(Status status) implements Outcome<T> {
        /** The same failure where another type was hoped for. */
        public <U> Outcome<U> as() {
            return new Failure<>(status);
        }
    }

    static <T> Outcome<T> success(T value) {
        return new Success<>(value);
    }

    static <T> Outcome<T> failure(Status status) {
        return new Failure<>(status);
    }

    default <U> Outcome<U> map(Function<? super T, ? extends U> function) {
        return switch (this) {
            case Success<T> success -> new Success<>(function.apply(success.value()));
            case Failure<T> failure -> failure.as();
        };
    }

    default <U> Outcome<U> flatMap(Function<? super T, Outcome<U>> function) {
        return switch (this) {
            case Success<T> success -> function.apply(success.value());
            case Failure<T> failure -> failure.as();
        };
    }

    /** @throws IllegalStateException if this is a failure: for tests and for callers that have checked */
    default T orThrow() {
        return switch (this) {
            case Success<T> success -> success.value();
            case Failure<T> failure ->
                throw new IllegalStateException(
                        failure.status().code() + " " + failure.status().message());
        };
    }
}
