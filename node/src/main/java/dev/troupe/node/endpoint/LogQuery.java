package dev.troupe.node.endpoint;

import dev.troupe.node.runtime.LogRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the query of a request for logs. */
final class LogQuery {
    private LogQuery() {}

    /** @throws EndpointFailure 400 if an option's value is not one */
    static LogRequest read(EndpointRequest request, Instant now) throws EndpointFailure {
        Optional<String> stream = request.text("stream").filter(value -> !value.equals("All"));
        if (stream.isPresent()) {
            throw new EndpointFailure(
                    400, "stream: Unsupported value: \"" + stream.get() + "\": supported values: \"All\"");
        }
        return new LogRequest(
                request.flag("follow"),
                since(request, now),
                request.number("tailLines", 0),
                request.flag("timestamps"),
                request.number("limitBytes", 1));
    }

    private static Optional<Instant> since(EndpointRequest request, Instant now) throws EndpointFailure {
        OptionalLong seconds = request.number("sinceSeconds", 1);
        Optional<String> time = request.text("sinceTime");
        if (seconds.isPresent() && time.isPresent()) {
            throw new EndpointFailure(400, "at most one of `sinceTime` or `sinceSeconds` may be specified");
        }
        if (seconds.isPresent()) {
            // More seconds than there were since the epoch are the same as all.
            return Optional.of(now.minusSeconds(Math.min(seconds.getAsLong(), now.getEpochSecond())));
        }
        if (time.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(time.get()).toInstant());
        } catch (DateTimeException e) {
            throw new EndpointFailure(
                    400, "sinceTime: Invalid value: \"" + time.get() + "\": must be a time as in RFC 3339");
        }
    }
}
