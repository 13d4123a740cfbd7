package dev.troupe.http;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.status.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.Materializer;

/** Reads request bodies whole, up to the limit. */
public final class RequestBodies {
    private final long limit;
    private final Duration timeout;
    private final Materializer materializer;

    /**
     * @param limit bytes
     * @param timeout for the whole body, against clients that drip
     */
    public RequestBodies(long limit, Duration timeout, Materializer materializer) {
        this.limit = limit;
        this.timeout = timeout;
        this.materializer = materializer;
    }

    /** The bytes; 413 above the limit, 415 if they are encoded: an encoded body may unpack to anything. */
    public CompletionStage<Outcome<byte[]>> read(Exchange exchange) {
        String encoding = exchange.header("content-encoding");
        if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
            return CompletableFuture.completedFuture(Outcome.failure(Status.unsupportedMediaType(List.of("identity"))));
        }
        if (exchange.request().entity().isKnownEmpty()) {
            return CompletableFuture.completedFuture(Outcome.success(new byte[0]));
        }
        return exchange.request()
                .entity()
                .withSizeLimit(limit)
                .toStrict(timeout.toMillis(), materializer)
                .handle((HttpEntity.Strict body, Throwable failure) -> {
                    if (failure == null) {
                        return Outcome.success(body.getData().toArrayUnsafe());
                    }
                    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure;
                    if (cause instanceof EntityStreamSizeException) {
                        return Outcome.failure(
                                Status.requestEntityTooLarge("Request entity too large: limit is " + limit));
                    }
                    return Outcome.failure(Status.badRequest("the request's body could not be read to its end"));
                });
    }
}
