package dev.troupe.http;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * One step of serving a request. Whoever does not use the request's entity must leave it untouched: the chain discards
 * it.
 */
@FunctionalInterface
public interface Handler {
    CompletionStage<HttpResponse> handle(Exchange exchange);
}
