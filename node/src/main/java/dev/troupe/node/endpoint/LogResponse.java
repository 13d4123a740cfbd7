package dev.troupe.node.endpoint;

import dev.troupe.node.runtime.LogStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.StreamConverters;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a log as it comes. */
final class LogResponse {
    private static final Logger LOG = LoggerFactory.getLogger(LogResponse.class);

    /** A client that left before the answer began never takes the stream. */
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(30);

    private final LogStream log;
    private final Runnable ended;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicBoolean isTaken = new AtomicBoolean();

    private LogResponse(LogStream log, Runnable ended) {
        this.log = log;
        this.ended = ended;
    }

    /**
     * @param stalled for how long the client may take nothing
     * @param ended called once, when the stream is over, also if it never began
     */
    static HttpResponse of(LogStream log, ActorSystem<?> system, Executor blocking, Duration stalled, Runnable ended) {
        LogResponse response = new LogResponse(log, ended);
        system.scheduler()
                .scheduleOnce(
                        TAKEN_WITHIN,
                        () -> {
                            if (!response.isTaken.get()) {
                                response.finish();
                            }
                        },
                        system.executionContext());
        Source<ByteString, ?> source = StreamConverters.asOutputStream(stalled)
                .watchTermination(Keep.both())
                .mapMaterializedValue(parts -> {
                    response.isTaken.set(true);
                    // A follower that leaves a quiet log is only noticed here.
                    parts.second().whenComplete((done, failure) -> response.log.close());
                    blocking.execute(() -> response.copy(parts.first()));
                    return parts.first();
                });
        return HttpResponse.create().withEntity(HttpEntities.createChunked(ContentTypes.TEXT_PLAIN_UTF8, source));
    }

    private void copy(OutputStream sink) {
        try (sink) {
            log.copyTo(sink);
        } catch (IOException e) {
            LOG.debug("A log was not sent to its end: {}", e.toString());
        } finally {
            finish();
        }
    }

    private void finish() {
        if (isOver.compareAndSet(false, true)) {
            log.close();
            ended.run();
        }
    }
}
