package dev.troupe.actors.cache;

import dev.troupe.actors.sequencer.Publication;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WatchSubscription;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All objects of one resource as this member knows them, and the newest changes.
 *
 * <p>One thread at a time writes: the follower that applies the sequencer's publications. Lists read the immutable
 * {@link #view()} from any thread without a lock. Watches are begun and fed under one lock, which is held for no longer
 * than it takes to hand events to observers that do not block; the catching-up of a watch from an old version runs
 * outside of it but for its last few events. That no event is lost or told twice hangs on this: a watch joins the live
 * ones under the lock under which it has read the window to its end.
 */
public final class WatchCache {
    private static final Logger LOG = LoggerFactory.getLogger(WatchCache.class);

    /** So few changes may be told under the lock when a watch joins. */
    private static final int JOINING_CHANGES = 256;

    /** Reads that wait for a version at most. */
    private static final int MAX_WAITERS = 10_000;

    private final ResourceStrategy strategy;
    private final CacheSettings settings;
    private final InstantSource clock;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final Object lock = new Object();

    private volatile boolean loaded;
    private volatile CacheView view = new CacheView(0, SortedObjects.EMPTY);

    // Guarded by the lock.
    private EventWindow window;
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private CompletableFuture<Void> reaching = CompletableFuture.completedFuture(null);

    private record Waiter(long version, CompletableFuture<Boolean> reached) {}

    public WatchCache(ResourceStrategy strategy, CacheSettings settings, InstantSource clock) {
        this.strategy = strategy;
        this.settings = settings;
        this.clock = clock;
        this.window = newWindow(0);
    }

    private EventWindow newWindow(long start) {
        return new EventWindow(settings.windowEvents(), settings.windowBytes(), start);
    }

    public ResourceStrategy strategy() {
        return strategy;
    }

    /** Completes when the first state is loaded; exceptionally if it cannot be. */
    public CompletionStage<Void> ready() {
        return ready;
    }

    public boolean isReady() {
        return loaded;
    }

    void failed(Throwable why) {
        ready.completeExceptionally(why);
    }

    /** The newest state. */
    public CacheView view() {
        return view;
    }

    /**
     * The state at a version that is still in the window: the newest state with later changes undone.
     *
     * @return empty if the version is older than the window
     */
    public Optional<CacheView> viewAt(long version) {
        List<CachedChange> later;
        CacheView newest;
        synchronized (lock) {
            if (version < window.undoableFrom()) {
                return Optional.empty();
            }
            later = window.after(version);
            newest = view;
        }
        SortedObjects objects = newest.objects();
        for (int i = later.size() - 1; i >= 0; i--) {
            CachedChange change = later.get(i);
            objects = change.before().isPresent()
                    ? objects.with(change.before().get())
                    : objects.without(change.after().orElseThrow().name());
        }
        return Optional.of(new CacheView(Math.min(version, newest.version()), objects));
    }

    /**
     * Reads what a watch from a version would miss from the journal, if it is older than the window and not too much.
     * Completes in any case; whether it was found shows when the watch begins.
     */
    public CompletionStage<Void> reachBack(long version, CacheSources sources) {
        synchronized (lock) {
            if (version >= window.start()) {
                return CompletableFuture.completedFuture(null);
            }
            // One after the other: the next will mostly find that the one before it has read enough.
            reaching = reaching.thenCompose(before ->
                    sources.scan(() -> readBack(version, new PastChanges(sources.journal(), strategy))));
            return reaching;
        }
    }

    private @Nullable Void readBack(long version, PastChanges past) {
        EventWindow extended;
        long start;
        synchronized (lock) {
            extended = window;
            start = window.start();
        }
        if (version < start) {
            try {
                Optional<List<CachedChange>> older = past.between(version, start, settings.pastEvents());
                synchronized (lock) {
                    // Begun anew or moved on in the meantime, it would get a gap.
                    if (older.isPresent() && window == extended && window.start() == start) {
                        window.addBefore(older.get(), version);
                    }
                }
            } catch (RuntimeException e) {
                LOG.warn("{}: changes after {} cannot be read", strategy.type().groupResource(), version, e);
            }
        }
        return null;
    }

    /** Completes with true once the cache has the version, with false after the time. */
    public CompletionStage<Boolean> await(long version, long millis) {
        if (loaded && view.version() >= version) {
            return CompletableFuture.completedFuture(true);
        }
        Waiter waiter = new Waiter(version, new CompletableFuture<>());
        synchronized (lock) {
            if (loaded && view.version() >= version) {
                return CompletableFuture.completedFuture(true);
            }
            if (waiters.size() >= MAX_WAITERS) {
                return CompletableFuture.completedFuture(false);
            }
            waiters.add(waiter);
        }
        return waiter.reached()
                .completeOnTimeout(false, millis, TimeUnit.MILLISECONDS)
                .whenComplete((reached, failure) -> {
                    synchronized (lock) {
                        waiters.remove(waiter);
                    }
                });
    }

    /** Begins anew with a state read from the journal. Running watches end: what happened in between is not known. */
    void reset(CacheView state) {
        List<Watcher> ended;
        synchronized (lock) {
            ended = List.copyOf(watchers);
            long old = view.version();
            watchers.clear();
            window = newWindow(state.version());
            view = state;
            ended.forEach(watcher -> watcher.end(expired(old, state.version())));
        }
        loaded = true;
        ready.complete(null);
        wakeWaiters(state.version());
    }

    private static Status expired(long version, long oldest) {
        return Status.expired("too old resource version: " + version + " (" + oldest + ")");
    }

    /**
     * Applies publications that follow on the present version and tells the watches.
     *
     * @throws IllegalStateException if they do not follow
     */
    void apply(List<Publication> publications) {
        CacheView before = view;
        SortedObjects objects = before.objects();
        long version = before.version();
        List<CachedChange> changes = new ArrayList<>(publications.size());
        for (Publication publication : publications) {
            if (publication.resourceVersion() <= version) {
                throw new IllegalStateException("version " + publication.resourceVersion() + " after " + version
                        + " of " + strategy.type().groupResource());
            }
            version = publication.resourceVersion();
            Optional<StoredObject> old = objects.find(publication.name());
            if (publication.removed()) {
                objects = objects.without(publication.name());
                // A removal that is committed again long after: nobody has the object any more.
                if (old.isPresent()) {
                    changes.add(new CachedChange(version, old, Optional.empty(), strategy));
                }
            } else {
                StoredObject object = StoredObject.versioned(publication.object(), version, strategy);
                objects = objects.with(object);
                changes.add(new CachedChange(version, old, Optional.of(object), strategy));
            }
        }
        synchronized (lock) {
            changes.forEach(window::add);
            view = new CacheView(version, objects);
            watchers.removeIf(Watcher::isCancelled);
            for (Watcher watcher : List.copyOf(watchers)) {
                guarded(watcher, () -> watcher.tell(changes));
            }
        }
        wakeWaiters(version);
    }

    /** An observer that throws is a bug; it loses its watch, the others theirs not. */
    private void guarded(Watcher watcher, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error(
                    "an observer of {} failed; its watch ends", strategy.type().groupResource(), e);
            watcher.cancel();
            watchers.remove(watcher);
        }
    }

    private void wakeWaiters(long version) {
        List<Waiter> reached;
        synchronized (lock) {
            if (waiters.isEmpty()) {
                return;
            }
            reached = waiters.stream()
                    .filter(waiter -> waiter.version() <= version)
                    .toList();
            reached.forEach(waiters::remove);
        }
        reached.forEach(waiter -> waiter.reached().complete(true));
    }

    /** Sends bookmarks to the watches whose time has come. */
    void bookmarks() {
        Instant now = clock.instant();
        Instant next = now.plus(settings.bookmarkInterval());
        synchronized (lock) {
            for (Watcher watcher : List.copyOf(watchers)) {
                guarded(watcher, () -> watcher.bookmark(view.version(), now, next));
            }
        }
    }

    /** Running watches. */
    public int watchCount() {
        synchronized (lock) {
            watchers.removeIf(Watcher::isCancelled);
            return watchers.size();
        }
    }

    /** Begins a watch. For a streamed list the caller has awaited the version. */
    public Outcome<WatchSubscription> watch(WatchRequest request, WatchObserver observer) {
        Instant firstBookmark = clock.instant().plus(settings.bookmarkInterval());
        return switch (request.start()) {
            case WatchRequest.Start.After after -> {
                synchronized (lock) {
                    if (after.resourceVersion() < window.start()) {
                        yield Outcome.failure(expired(after.resourceVersion(), window.start()));
                    }
                }
                Watcher watcher = new Watcher(request, observer, after.resourceVersion(), firstBookmark);
                yield Outcome.success(join(watcher, after.resourceVersion()));
            }
            case WatchRequest.Start.State state -> {
                CacheView current = view;
                Watcher watcher = new Watcher(request, observer, current.version(), firstBookmark);
                watcher.tellState(current, false);
                yield Outcome.success(join(watcher, current.version()));
            }
            case WatchRequest.Start.StreamedList list -> {
                CacheView current = view;
                Watcher watcher = new Watcher(request, observer, current.version(), firstBookmark);
                watcher.tellState(current, true);
                yield Outcome.success(join(watcher, current.version()));
            }
        };
    }

    /** Tells what is newer than a version until so little is left that it may be told under the lock. */
    private WatchSubscription join(Watcher watcher, long after) {
        long told = after;
        while (true) {
            List<CachedChange> later;
            synchronized (lock) {
                if (told < window.start()) {
                    watcher.end(expired(told, window.start()));
                    return watcher::cancel;
                }
                later = window.after(told);
                if (later.size() <= JOINING_CHANGES) {
                    watcher.tell(later);
                    watchers.add(watcher);
                    return () -> leave(watcher);
                }
            }
            watcher.tell(later);
            told = later.get(later.size() - 1).resourceVersion();
        }
    }

    private void leave(Watcher watcher) {
        watcher.cancel();
        synchronized (lock) {
            watchers.remove(watcher);
        }
    }
}
