package dev.troupe.http.request;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.status.Status;
import java.time.Duration;

/** How long a request may take: what its query asks for, at most what the server allows. */
public final class RequestTimeout {
    private RequestTimeout() {}

    /** The time, or 400 for a malformed {@code timeout}. */
    public static Outcome<Duration> of(Query query, Duration most) {
        String text = query.first("timeout");
        if (text.isEmpty()) {
            return Outcome.success(most);
        }
        return GoDurations.parse(text)
                .<Outcome<Duration>>map(asked -> Outcome.success(
                        asked.isZero() || asked.isNegative() || asked.compareTo(most) > 0 ? most : asked))
                .orElseGet(() -> Outcome.failure(Status.badRequest(
                        "invalid timeout specified in the request URL - time: invalid duration \"" + text + "\"")));
    }
}
