package dev.troupe.actors.cluster;

import com.typesafe.config.Config;
import dev.troupe.actors.allocation.AllocationSettings;
import dev.troupe.actors.allocation.NodePortStrategy;
import dev.troupe.actors.api.ActorResourceApi;
import dev.troupe.actors.api.ApiSettings;
import dev.troupe.actors.cache.CacheFollower;
import dev.troupe.actors.cache.CacheSettings;
import dev.troupe.actors.cache.CacheSources;
import dev.troupe.actors.cache.WatchCache;
import dev.troupe.actors.sequencer.LocalVersions;
import dev.troupe.actors.sequencer.Sequencers;
import dev.troupe.model.admission.Admission;
import dev.troupe.model.api.IdGenerator;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.status.Status;
import dev.troupe.persistence.JournalAccess;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;

/** A running member of the control plane: its actor system, caches and API. */
public final class TroupeCluster {
    private static final String SYSTEM_NAME = "troupe";

    private final ActorSystem<Void> system;
    private final ActorResourceApi api;
    private final Map<GroupResource, WatchCache> caches;

    private TroupeCluster(ActorSystem<Void> system, ActorResourceApi api, Map<GroupResource, WatchCache> caches) {
        this.system = system;
        this.api = api;
        this.caches = caches;
    }

    /** What a member is made of beside its settings; tests replace one or the other. */
    record Parts(
            ResourceRegistry registry,
            Admission admission,
            InstantSource clock,
            IdGenerator ids,
            UnaryOperator<Sequencers> betweenEntitiesAndSequencers) {}

    /**
     * Starts a member and returns at once; {@link #ready()} tells when it serves.
     *
     * @throws dev.troupe.persistence.JournalUnusable if the journal's folder cannot be used; nothing runs then
     */
    public static TroupeCluster start(
            MemberSettings settings, ResourceRegistry registry, InstantSource clock, IdGenerator ids) {
        return start(settings, new Parts(registry, Admission.builtIn(), clock, ids, UnaryOperator.identity()));
    }

    static TroupeCluster start(MemberSettings settings, Parts parts) {
        Config config = settings.toConfig();
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), SYSTEM_NAME, config);
        JournalAccess journal;
        try {
            journal = JournalAccess.get(system);
        } catch (RuntimeException e) {
            system.terminate();
            throw e;
        }
        ResourceRegistry kinds = withReservations(parts.registry());
        ShardedActors actors = new ShardedActors(system, parts.clock());
        LocalVersions versions = new LocalVersions();
        actors.startSequencers(versions);
        actors.startEntities(kinds, parts.betweenEntitiesAndSequencers().apply(actors::sequencer));
        CacheSources sources = new CacheSources(
                actors::sequencer,
                actors::entity,
                journal.scan(),
                system.dispatchers().lookup(DispatcherSelector.fromConfig("troupe.persistence.io-dispatcher")));
        CacheSettings cacheSettings = CacheSettings.from(config.getConfig("troupe.cache"));
        Map<GroupResource, WatchCache> caches = startCaches(system, kinds, sources, cacheSettings, parts.clock());
        ActorResourceApi api = ActorResourceApi.create(
                new ActorResourceApi.Environment(
                        system,
                        caches,
                        sources,
                        versions,
                        actors::quotaGate,
                        parts.admission(),
                        parts.clock(),
                        parts.ids()),
                new ActorResourceApi.Settings(
                        ApiSettings.from(config.getConfig("troupe.api")),
                        AllocationSettings.from(config.getConfig("troupe.services"))));
        actors.startQuotaGates(api);
        join(system, settings.join());
        TroupeCluster cluster = new TroupeCluster(system, api, caches);
        if (parts.registry().find(BuiltInTypes.SERVICES.groupResource()).isPresent()) {
            cluster.ready().thenRun(cluster::repairFromTimeToTime);
        }
        return cluster;
    }

    /** The kinds that are served, and those that only the API itself writes. */
    private static ResourceRegistry withReservations(ResourceRegistry registry) {
        List<ResourceStrategy> kinds = new ArrayList<>(registry.all());
        kinds.add(new NodePortStrategy());
        return new ResourceRegistry(kinds);
    }

    private void repairFromTimeToTime() {
        system.scheduler()
                .scheduleWithFixedDelay(
                        Duration.ZERO,
                        system.settings().config().getDuration("troupe.services.repair-interval"),
                        () -> Thread.ofVirtual().name("reservation-repair").start(api::repairReservations),
                        system.executionContext());
    }

    /**
     * Makes the objects that every cluster has: namespaces and the {@code kubernetes} service. Blocking, idempotent.
     *
     * @param address where pods reach the API server, an IPv4 address
     * @param port of the same
     * @return failures; the cluster runs without what they speak of
     */
    public List<Status> bootstrap(String address, int port) {
        AllocationSettings allocation =
                AllocationSettings.from(system.settings().config().getConfig("troupe.services"));
        return new BootstrapObjects(api)
                .make(address, port, allocation.clusterIps().address(0));
    }

    private static Map<GroupResource, WatchCache> startCaches(
            ActorSystem<Void> system,
            ResourceRegistry registry,
            CacheSources sources,
            CacheSettings settings,
            InstantSource clock) {
        Map<GroupResource, WatchCache> caches = new LinkedHashMap<>();
        for (ResourceStrategy strategy : registry.all()) {
            WatchCache cache = new WatchCache(strategy, settings, clock);
            GroupResource resource = strategy.type().groupResource();
            caches.put(resource, cache);
            system.systemActorOf(
                    CacheFollower.create(cache, sources, settings),
                    "watch-cache-" + resource,
                    org.apache.pekko.actor.typed.Props.empty());
        }
        return Map.copyOf(caches);
    }

    private static void join(ActorSystem<Void> system, List<String> members) {
        Cluster cluster = Cluster.get(system);
        if (members.isEmpty()) {
            cluster.manager().tell(Join.create(cluster.selfMember().address()));
            return;
        }
        List<Address> addresses = members.stream()
                .map(member -> {
                    int colon = member.lastIndexOf(':');
                    return Address.apply(
                            "pekko",
                            SYSTEM_NAME,
                            member.substring(0, colon),
                            Integer.parseInt(member.substring(colon + 1)));
                })
                .toList();
        cluster.manager().tell(new JoinSeedNodes(addresses));
    }

    /** The one door to all objects. Usable at once; before {@link #ready()} it answers 503 to reads. */
    public ResourceApi api() {
        return api;
    }

    public ActorSystem<Void> system() {
        return system;
    }

    /** Completes when every resource can be read; exceptionally if the journal cannot be. */
    public CompletionStage<Done> ready() {
        CompletableFuture<?>[] each = caches.values().stream()
                .map(cache -> cache.ready().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(each).thenApply(ignored -> Done.getInstance());
    }

    /** The resources that cannot be read yet, for {@code /readyz}. */
    public List<GroupResource> notReady() {
        return caches.entrySet().stream()
                .filter(cache -> !cache.getValue().isReady())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Leaves the cluster, hands its shards over, closes the journal. */
    public CompletionStage<Done> stop() {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        // Alone there is nobody to hand over to, and waiting for an answer would end in a timeout.
        return isAlone()
                ? shutdown.run(
                        CoordinatedShutdown.clusterLeavingReason(),
                        Optional.of(CoordinatedShutdown.PhaseBeforeActorSystemTerminate()))
                : shutdown.runAll(CoordinatedShutdown.clusterLeavingReason());
    }

    private boolean isAlone() {
        Cluster cluster = Cluster.get(system);
        for (Member member : cluster.state().getMembers()) {
            if (!member.uniqueAddress().equals(cluster.selfMember().uniqueAddress())) {
                return false;
            }
        }
        return true;
    }

    /** Stops without a word to anybody, as near to a crash as one process can come. */
    CompletionStage<Done> abort() {
        system.classicSystem().terminate();
        return system.getWhenTerminated();
    }
}
