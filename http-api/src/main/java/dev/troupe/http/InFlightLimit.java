package dev.troupe.http;

import dev.troupe.http.answer.Answers;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Refuses short requests above a number under way, so that an overload stays an overload and is no collapse. */
final class InFlightLimit {
    /** Probes must tell the truth about an overloaded server, too. */
    private static final Set<String> EXEMPT = Set.of("/healthz", "/livez", "/readyz");

    private final int mostReads;
    private final int mostWrites;
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();

    InFlightLimit(int mostReads, int mostWrites, ApiMetrics metrics) {
        this.mostReads = mostReads;
        this.mostWrites = mostWrites;
        metrics.observeInFlight(reads::get, writes::get);
    }

    Handler around(Handler next) {
        return exchange -> {
            if (exchange.info().isLongRunning()
                    || EXEMPT.contains(exchange.info().path())) {
                return next.handle(exchange);
            }
            boolean read = exchange.info().isReadOnly();
            AtomicInteger underWay = read ? reads : writes;
            if (underWay.incrementAndGet() > (read ? mostReads : mostWrites)) {
                underWay.decrementAndGet();
                return CompletableFuture.completedFuture(tooMany());
            }
            CompletionStage<HttpResponse> answer;
            try {
                answer = next.handle(exchange);
            } catch (RuntimeException e) {
                answer = CompletableFuture.failedFuture(e);
            }
            return answer.whenComplete((response, failure) -> underWay.decrementAndGet());
        };
    }

    private static HttpResponse tooMany() {
        return Answers.text(429, "Too many requests, please try again later.\n")
                .addHeader(RawHeader.create("Retry-After", "1"));
    }
}
