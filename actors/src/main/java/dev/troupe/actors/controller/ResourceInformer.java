package dev.troupe.actors.controller;

import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The observed objects of one resource. Fed by one watch at a time; a watch that ended is followed by one that begins
 * with the whole state again, whereupon what is no longer there is told as deleted. Safe for threads: one lock, held
 * for no more than one batch of events; answers are copies.
 */
final class ResourceInformer {
    private record Waiting(long version, CompletableFuture<Void> reached) {}

    private final ResourceType type;
    private final ObjectIndex index = new ObjectIndex();
    private final List<ChangeBuffer> buffers = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final CompletableFuture<Void> synced = new CompletableFuture<>();
    private Optional<Feed> current = Optional.empty();
    private long version;

    ResourceInformer(ResourceType type) {
        this.type = type;
    }

    ResourceType type() {
        return type;
    }

    /** Reads from the index under the lock. */
    <T> T read(Function<ObjectIndex, T> reading) {
        synchronized (index) {
            return reading.apply(index);
        }
    }

    /** The version up to which everything has been seen. */
    long version() {
        synchronized (index) {
            return version;
        }
    }

    /** Completes once the whole state has been seen. */
    CompletionStage<Void> synced() {
        return synced.minimalCompletionStage();
    }

    /** Completes once everything up to a version has been seen. */
    CompletionStage<Void> reaches(long wanted) {
        synchronized (index) {
            if (version >= wanted) {
                return CompletableFuture.completedStage(null);
            }
            Waiting one = new Waiting(wanted, new CompletableFuture<>());
            waiting.add(one);
            return one.reached();
        }
    }

    /** Hands all present objects and every later change to a buffer. */
    void subscribe(ChangeBuffer buffer) {
        synchronized (index) {
            buffers.add(buffer);
            for (StoredObject object : index.all()) {
                buffer.offer(noted(Optional.empty(), Optional.of(object), object.resourceVersion()));
            }
        }
    }

    void unsubscribe(ChangeBuffer buffer) {
        synchronized (index) {
            buffers.remove(buffer);
        }
    }

    /**
     * A watch's receiver, in place of any before it.
     *
     * @param onEnd told once when the server ends the watch
     */
    Feed begin(Consumer<Optional<Status>> onEnd) {
        synchronized (index) {
            Feed feed = new Feed(onEnd, index.names());
            current = Optional.of(feed);
            return feed;
        }
    }

    /** Receives one watch. */
    final class Feed implements WatchObserver {
        private final Consumer<Optional<Status>> onEnd;
        /** Objects known before, which this watch has not confirmed. */
        private final Set<NamespacedName> unconfirmed;

        private boolean initial = true;
        private Optional<WatchSubscription> subscription = Optional.empty();

        private Feed(Consumer<Optional<Status>> onEnd, Set<NamespacedName> unconfirmed) {
            this.onEnd = onEnd;
            this.unconfirmed = unconfirmed;
        }

        @Override
        public void next(List<WatchEvent> events) {
            List<CompletableFuture<Void>> reached;
            synchronized (index) {
                if (!isCurrent()) {
                    return;
                }
                events.forEach(this::apply);
                reached = takeReached();
            }
            reached.forEach(future -> future.complete(null));
        }

        @Override
        public void ended(Optional<Status> why) {
            boolean mine;
            synchronized (index) {
                mine = isCurrent();
            }
            if (mine) {
                onEnd.accept(why);
            }
        }

        /** The watch runs. It is cancelled at once if this feed has been closed meanwhile. */
        void started(WatchSubscription running) {
            boolean mine;
            synchronized (index) {
                mine = isCurrent();
                subscription = Optional.of(running);
            }
            if (!mine) {
                running.cancel();
            }
        }

        /** Takes no more events and cancels the watch. */
        void close() {
            Optional<WatchSubscription> running;
            synchronized (index) {
                if (isCurrent()) {
                    current = Optional.empty();
                }
                running = subscription;
            }
            running.ifPresent(WatchSubscription::cancel);
        }

        private boolean isCurrent() {
            return current.filter(feed -> feed == this).isPresent();
        }

        private void apply(WatchEvent event) {
            switch (event) {
                case WatchEvent.Added added -> keep(added.object());
                case WatchEvent.Modified modified -> keep(modified.object());
                case WatchEvent.Deleted deleted -> drop(deleted.object());
                case WatchEvent.Bookmark bookmark -> {
                    if (bookmark.endsInitialEvents()) {
                        endInitial();
                    }
                }
            }
            // The initial events come sorted by name, not by version: they prove nothing before they end.
            if (!initial) {
                version = Math.max(version, event.resourceVersion());
            }
        }

        private void keep(StoredObject object) {
            unconfirmed.remove(object.name());
            Optional<StoredObject> before = index.get(object.name());
            if (before.filter(known -> known.resourceVersion() >= object.resourceVersion())
                    .isEmpty()) {
                index.put(object);
                tell(noted(before, Optional.of(object), object.resourceVersion()));
            }
        }

        private void drop(StoredObject last) {
            unconfirmed.remove(last.name());
            index.remove(last.name())
                    .ifPresent(before -> tell(noted(Optional.of(before), Optional.empty(), last.resourceVersion())));
        }

        private void endInitial() {
            for (NamespacedName gone : unconfirmed) {
                index.remove(gone)
                        .ifPresent(
                                before -> tell(noted(Optional.of(before), Optional.empty(), before.resourceVersion())));
            }
            unconfirmed.clear();
            initial = false;
            synced.complete(null);
        }
    }

    private void tell(ChangeBuffer.Noted noted) {
        buffers.forEach(buffer -> buffer.offer(noted));
    }

    private List<CompletableFuture<Void>> takeReached() {
        List<CompletableFuture<Void>> reached = new ArrayList<>();
        waiting.removeIf(one -> {
            if (one.version() > version) {
                return false;
            }
            reached.add(one.reached());
            return true;
        });
        return reached;
    }

    private static ChangeBuffer.Noted noted(
            Optional<StoredObject> before, Optional<StoredObject> after, long resourceVersion) {
        return new ChangeBuffer.Noted(new ObservedChange(before, after), resourceVersion);
    }
}
