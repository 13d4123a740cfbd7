package dev.troupe.actors.cache;

import dev.troupe.actors.sequencer.Publication;
import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.model.resource.GroupResource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds one member's watch cache of one resource: the only writer of the cache. It loads the objects from the journal,
 * then applies what the sequencer publishes; every publication names the version it follows on, so that a missed one is
 * seen and fetched. It keeps nothing itself; a member that starts loads again.
 */
public final class CacheFollower extends AbstractBehavior<CacheFollower.Command> {
    /** Without a sequencer's answer for so long, a load begins anew. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration RETRY = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(CacheFollower.class);

    public sealed interface Command {}

    private record FromSequencer(Sequencer.Feed feed) implements Command {}

    private record Scanned(CacheLoad load, CacheLoad.Journalled journalled) implements Command {}

    private record ScanFailed(CacheLoad load, Throwable failure) implements Command {}

    private record LookForMissed() implements Command {}

    private record LoadStalled() implements Command {}

    private record SendBookmarks() implements Command {}

    private final WatchCache cache;
    private final CacheSources sources;
    private final GroupResource resource;
    private final TimerScheduler<Command> timers;
    private final ActorRef<Sequencer.Feed> feed;
    private Optional<CacheLoad> loading = Optional.empty();

    public static Behavior<Command> create(WatchCache cache, CacheSources sources, CacheSettings settings) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new CacheFollower(context, timers, cache, sources, settings)));
    }

    private CacheFollower(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            WatchCache cache,
            CacheSources sources,
            CacheSettings settings) {
        super(context);
        this.cache = cache;
        this.sources = sources;
        this.resource = cache.strategy().type().groupResource();
        this.timers = timers;
        this.feed = context.messageAdapter(Sequencer.Feed.class, FromSequencer::new);
        timers.startTimerWithFixedDelay(new LookForMissed(), settings.followInterval());
        timers.startTimerWithFixedDelay(
                new SendBookmarks(), settings.bookmarkInterval().dividedBy(6));
        load();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onAnyMessage(this::receive).build();
    }

    private Behavior<Command> receive(Command command) {
        switch (command) {
            case FromSequencer from -> onFeed(from.feed());
            case Scanned scanned -> onScanned(scanned);
            case ScanFailed failed -> onScanFailed(failed);
            case LookForMissed look -> follow();
            case LoadStalled stalled -> {
                LOG.warn("{}: the sequencer does not answer; the cache loads again", resource);
                load();
            }
            case SendBookmarks send -> cache.bookmarks();
        }
        return this;
    }

    private void follow() {
        if (loading.isEmpty()) {
            tellSequencer(cache.view().version());
        } else {
            loading.get().incomplete().forEach(sources::wake);
        }
    }

    private void tellSequencer(long version) {
        sources.sequencers().of(resource).tell(new Sequencer.Follow(version, feed));
    }

    private void load() {
        loading = Optional.of(new CacheLoad(cache.strategy()));
        timers.startSingleTimer(new LoadStalled(), PATIENCE);
        tellSequencer(-1);
    }

    private void onFeed(Sequencer.Feed message) {
        switch (message) {
            case Sequencer.Published published -> onPublished(published);
            case Sequencer.BasePage page -> onBasePage(page);
        }
    }

    private void onPublished(Sequencer.Published published) {
        if (loading.isPresent()) {
            CacheLoad load = loading.get();
            if (!load.add(published)) {
                LOG.warn("{}: a publication was missed while loading; the cache loads again", resource);
                load();
            } else {
                finishIfComplete(load);
            }
            return;
        }
        long version = cache.view().version();
        if (published.previousVersion() > version) {
            follow();
            return;
        }
        List<Publication> later = published.publications().stream()
                .filter(publication -> publication.resourceVersion() > version)
                .toList();
        if (!later.isEmpty()) {
            cache.apply(later);
        }
    }

    private void onBasePage(Sequencer.BasePage page) {
        if (loading.isEmpty()) {
            LOG.info("{}: the sequencer no longer has what was missed; the cache loads again", resource);
            loading = Optional.of(new CacheLoad(cache.strategy()));
        }
        CacheLoad load = loading.get();
        timers.startSingleTimer(new LoadStalled(), PATIENCE);
        if (load.add(page)) {
            timers.cancel(new LoadStalled());
            getContext()
                    .pipeToSelf(
                            sources.scan(() -> load.read(sources.journal())),
                            (journalled, failure) ->
                                    failure == null ? new Scanned(load, journalled) : new ScanFailed(load, failure));
        }
    }

    private void onScanned(Scanned scanned) {
        if (loading.filter(load -> load == scanned.load()).isPresent()) {
            scanned.load().accept(scanned.journalled()).forEach(key -> {
                LOG.info("{}: its last event has no version yet; waking its entity", key);
                sources.wake(key);
            });
            finishIfComplete(scanned.load());
        }
    }

    private void onScanFailed(ScanFailed failed) {
        LOG.error("{}: the journal cannot be read for the cache", resource, failed.failure());
        cache.failed(failed.failure());
        timers.startSingleTimer(new LoadStalled(), RETRY);
    }

    private void finishIfComplete(CacheLoad load) {
        load.complete().ifPresent(view -> {
            loading = Optional.empty();
            timers.cancel(new LoadStalled());
            cache.reset(view);
            LOG.debug("{}: {} objects at version {}", resource, view.objects().size(), view.version());
        });
    }
}
