package dev.troupe.http.verb;

import dev.troupe.http.answer.ObjectText;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a watch's events from the server and gives them to one client at the client's pace. A client that falls too far
 * behind loses its stream, not its events: it lists and watches anew from where it was.
 */
final class WatchStream implements WatchObserver {
    /** Events joined into one chunk, so that bursts cost one write and not hundreds. */
    private static final int EVENTS_PER_CHUNK = 64;

    private static final Logger LOG = LoggerFactory.getLogger(WatchStream.class);

    private final int limit;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean completed = new AtomicBoolean();
    private final BoundedSourceQueue<Batch> queue;
    private final Source<Batch, NotUsed> batches;
    private volatile Optional<WatchSubscription> subscription = Optional.empty();
    private boolean begun;

    /** Events in their order, and after them perhaps why there are no more. */
    private record Batch(List<WatchEvent> events, Optional<Status> failure) {
        Batch and(Batch next) {
            List<WatchEvent> joined = new ArrayList<>(events.size() + next.events.size());
            joined.addAll(events);
            joined.addAll(next.events);
            return new Batch(joined, next.failure);
        }

        List<Batch> chunks() {
            if (events.size() <= EVENTS_PER_CHUNK) {
                return List.of(this);
            }
            List<Batch> chunks = new ArrayList<>();
            for (int from = 0; from < events.size(); from += EVENTS_PER_CHUNK) {
                chunks.add(new Batch(
                        events.subList(from, Math.min(events.size(), from + EVENTS_PER_CHUNK)), Optional.empty()));
            }
            return chunks;
        }
    }

    /** @param limit events that may wait; only the first batch, the state at the start, may be larger */
    WatchStream(int limit, Materializer materializer) {
        this.limit = limit;
        // Every batch holds an event or ends the stream, so the bound on events is one on batches too.
        Pair<BoundedSourceQueue<Batch>, Source<Batch, NotUsed>> made =
                Source.<Batch>queue(limit + 1).preMaterialize(materializer);
        this.queue = made.first();
        this.batches = made.second();
    }

    @Override
    public void next(List<WatchEvent> events) {
        int before = waiting.getAndAdd(events.size());
        boolean overflow = before > 0 && before + events.size() > limit;
        if (overflow || !offered(new Batch(List.copyOf(events), Optional.empty()))) {
            complete();
        }
    }

    @Override
    public void ended(Optional<Status> why) {
        if (why.isPresent()) {
            offered(new Batch(List.of(), why));
        }
        complete();
    }

    /** To be told at once what to cancel when the stream ends, even if nobody ever reads it. */
    void subscribed(WatchSubscription begun) {
        subscription = Optional.of(begun);
        if (completed.get()) {
            begun.cancel();
        }
    }

    private void complete() {
        if (!completed.getAndSet(true)) {
            try {
                queue.complete();
            } catch (IllegalStateException e) {
                // The client has ended the stream before; the queue has no quieter way to say so.
                LOG.trace("a watch had ended already", e);
            }
            subscription.ifPresent(WatchSubscription::cancel);
        }
    }

    private boolean offered(Batch batch) {
        return !completed.get() && queue.offer(batch).equals(QueueOfferResult.enqueued());
    }

    /**
     * The stream's lines, several a chunk when they come fast. To be run once.
     *
     * @param sent told the number of events in each chunk
     */
    Source<ByteString, NotUsed> lines(ObjectText text, IntConsumer sent) {
        return events(sent).map(batch -> {
            var chunk = ByteString.createBuilder();
            encoded(batch, text).forEach(chunk::append);
            return chunk.result();
        });
    }

    /** One element a line, for clients that want each event in a message of its own. To be run once. */
    Source<ByteString, NotUsed> messages(ObjectText text, IntConsumer sent) {
        return events(sent).mapConcat(batch -> encoded(batch, text));
    }

    private Source<Batch, NotUsed> events(IntConsumer sent) {
        return batches.mapConcat(Batch::chunks)
                .batchWeighted(EVENTS_PER_CHUNK, batch -> (long) batch.events().size(), batch -> batch, Batch::and)
                .map(batch -> {
                    waiting.addAndGet(-batch.events().size());
                    sent.accept(batch.events().size());
                    return batch;
                });
    }

    private List<ByteString> encoded(Batch batch, ObjectText text) {
        List<ByteString> lines = new ArrayList<>(batch.events().size() + 1);
        for (WatchEvent event : batch.events()) {
            lines.add(text.event(event, !begun));
            begun = true;
        }
        batch.failure().ifPresent(status -> lines.add(ObjectText.error(status)));
        return lines;
    }
}
