package dev.troupe.http;

import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/** Runs something when a response has been sent to its end, or its client has gone. */
final class StreamEnd {
    private StreamEnd() {}

    static HttpResponse then(HttpResponse response, Runnable action) {
        if (response.entity() instanceof HttpEntity.Chunked chunked) {
            return response.withEntity(HttpEntities.createChunked(
                    chunked.getContentType(),
                    chunked.getDataBytes()
                            .<ByteString>map(bytes -> bytes)
                            .watchTermination((before, done) -> done.whenComplete((end, failure) -> action.run()))));
        }
        action.run();
        return response;
    }
}
