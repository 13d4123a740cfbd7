package dev.troupe.actors.cluster;

import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.status.Status;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps all that a watch tells, and notices calls that overlap. */
final class RecordedWatch implements WatchObserver {
    private final CopyOnWriteArrayList<WatchEvent> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger callers = new AtomicInteger();
    private volatile boolean overlapped;
    private volatile Optional<Status> end = Optional.empty();
    private volatile Optional<WatchSubscription> subscription = Optional.empty();

    void begun(WatchSubscription begun) {
        subscription = Optional.of(begun);
    }

    @Override
    public void next(List<WatchEvent> more) {
        if (callers.incrementAndGet() != 1 || more.isEmpty()) {
            overlapped = true;
        }
        events.addAll(more);
        callers.decrementAndGet();
    }

    @Override
    public void ended(Optional<Status> why) {
        end = why;
    }

    Optional<Status> end() {
        return end;
    }

    void cancel() {
        subscription.orElseThrow().cancel();
    }

    List<WatchEvent> events() {
        if (overlapped) {
            throw new AssertionError("calls of one observer overlapped, or told nothing");
        }
        return List.copyOf(events);
    }

    /** Changes, as {@code +name=color}, {@code ~name=color}, {@code -name=color}; bookmarks left out. */
    List<String> changes() {
        return events().stream()
                .filter(event -> !(event instanceof WatchEvent.Bookmark))
                .map(RecordedWatch::text)
                .toList();
    }

    List<Long> versions() {
        return events().stream()
                .filter(event -> !(event instanceof WatchEvent.Bookmark))
                .map(WatchEvent::resourceVersion)
                .toList();
    }

    void awaitChanges(int count) {
        TestCluster.until(count + " changes, has " + changes(), () -> changes().size() >= count);
    }

    static String text(WatchEvent event) {
        return switch (event) {
            case WatchEvent.Added added -> "+" + text(added.object());
            case WatchEvent.Modified modified -> "~" + text(modified.object());
            case WatchEvent.Deleted deleted -> "-" + text(deleted.object());
            case WatchEvent.Bookmark bookmark -> bookmark.endsInitialEvents() ? "=" : "#";
        };
    }

    private static String text(dev.troupe.model.resource.StoredObject object) {
        return object.meta().name() + "=" + object.tree().at("/data/color").asText();
    }
}
