package dev.troupe.node;

import dev.troupe.model.resource.StoredObject;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.PodIdentity;
import dev.troupe.node.runtime.RuntimeSnapshot;
import dev.troupe.node.runtime.SandboxState;
import dev.troupe.node.worker.Orphans;
import dev.troupe.node.worker.PodVersion;
import dev.troupe.node.worker.PodWorker;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The workers of a node's pods, by uid: of two pods of one name each has its own. Owned by the node's actor. */
final class NodeWorkers {
    private static final String PREFIX = "pod-";
    private static final RuntimeSnapshot NOTHING = new RuntimeSnapshot(List.of(), List.of());

    private static final class Worker {
        private final ActorRef<PodWorker.Command> actor;
        private PodVersion pod;
        private RuntimeSnapshot seen = NOTHING;

        Worker(ActorRef<PodWorker.Command> actor, PodVersion pod) {
            this.actor = actor;
            this.pod = pod;
        }
    }

    private final ActorContext<NodeActor.Command> context;
    private final NodeContext node;
    private final ActorRef<PodWorker.StatusReported> reports;
    private final Optional<ActorRef<ReferenceFollower.Command>> references;
    private final Map<String, Worker> workers = new HashMap<>();
    private final Set<String> unreported = new HashSet<>();
    private RuntimeSnapshot snapshot = NOTHING;

    NodeWorkers(ActorContext<NodeActor.Command> context, NodeContext node, ActorRef<PodWorker.StatusReported> reports) {
        this.context = context;
        this.node = node;
        this.reports = reports;
        this.references = node.settings().simulated()
                ? Optional.empty()
                : Optional.of(context.spawn(ReferenceFollower.create(node.access()), "references"));
    }

    boolean isEmpty() {
        return workers.isEmpty();
    }

    /** The API has exactly these. */
    void replace(Collection<StoredObject> pods) {
        Set<String> present = pods.stream().map(pod -> pod.meta().uid()).collect(Collectors.toSet());
        workers.values().stream()
                .filter(worker -> !present.contains(worker.pod.identity().uid()))
                .forEach(worker -> worker.actor.tell(new PodWorker.PodRemoved(worker.pod)));
        pods.forEach(this::set);
    }

    void set(StoredObject pod) {
        PodVersion version = PodVersion.of(pod);
        Worker known = workers.get(version.identity().uid());
        if (known == null) {
            ActorRef<PodWorker.Command> actor = spawn(version, false);
            references.ifPresent(follower -> {
                var wanted = PodReferences.of(pod.tree());
                if (!wanted.isEmpty()) {
                    follower.tell(new ReferenceFollower.Follow(actor, wanted));
                }
            });
        } else {
            known.pod = version;
            known.actor.tell(new PodWorker.PodUpdated(version));
        }
    }

    private ActorRef<PodWorker.Command> spawn(PodVersion pod, boolean orphan) {
        String uid = pod.identity().uid();
        ActorRef<PodWorker.Command> actor = context.spawn(
                orphan ? PodWorker.createForOrphan(node.worker(), pod) : PodWorker.create(node.worker(), pod),
                PREFIX + uid);
        context.watch(actor);
        workers.put(uid, new Worker(actor, pod));
        return actor;
    }

    void removed(StoredObject pod) {
        Worker known = workers.get(pod.meta().uid());
        if (known != null) {
            known.pod = PodVersion.of(pod);
            known.actor.tell(new PodWorker.PodRemoved(known.pod));
        }
    }

    void stopped(ActorRef<Void> actor) {
        references.ifPresent(follower -> follower.tell(new ReferenceFollower.Forget(actor.unsafeUpcast())));
        workers.remove(actor.path().name().substring(PREFIX.length()));
    }

    void runtimeChanged(String uid) {
        Worker known = workers.get(uid);
        if (known != null) {
            known.actor.tell(new PodWorker.RuntimeChanged());
        }
    }

    /** What the runtime has: workers whose pods look otherwise than at the last time are told. */
    void observed(RuntimeSnapshot now) {
        snapshot = now;
        Map<String, RuntimeSnapshot> byUid = byUid(now);
        workers.forEach((uid, worker) -> {
            RuntimeSnapshot own = byUid.getOrDefault(uid, NOTHING);
            if (!own.equals(worker.seen)) {
                worker.seen = own;
                worker.actor.tell(new PodWorker.RuntimeChanged());
            }
        });
    }

    private static Map<String, RuntimeSnapshot> byUid(RuntimeSnapshot all) {
        Map<String, List<SandboxState>> sandboxes = all.sandboxes().stream()
                .collect(Collectors.groupingBy(sandbox -> sandbox.pod().uid()));
        Map<String, List<ContainerState>> containers = all.containers().stream()
                .collect(Collectors.groupingBy(container -> container.pod().uid()));
        Map<String, RuntimeSnapshot> byUid = new HashMap<>();
        uids(all)
                .map(PodIdentity::uid)
                .forEach(uid -> byUid.put(
                        uid,
                        new RuntimeSnapshot(
                                sandboxes.getOrDefault(uid, List.of()), containers.getOrDefault(uid, List.of()))));
        return byUid;
    }

    private static Stream<PodIdentity> uids(RuntimeSnapshot all) {
        return Stream.concat(
                        all.sandboxes().stream().map(sandbox -> sandbox.pod()),
                        all.containers().stream().map(container -> container.pod()))
                .distinct();
    }

    /** Ends what the runtime has and the API has not. */
    void endOrphans() {
        uids(snapshot)
                .filter(identity -> !workers.containsKey(identity.uid()))
                .toList()
                .forEach(identity -> {
                    context.getLog().info("ending pod {}: the API does not have it", identity);
                    spawn(Orphans.of(identity, snapshot.of(identity.uid())), true);
                });
    }

    void askForReports() {
        unreported.addAll(workers.keySet());
        workers.values().forEach(worker -> worker.actor.tell(new PodWorker.ReportStatus(reports)));
    }

    /** @return whether nobody's report is awaited any more */
    boolean reported(String uid) {
        unreported.remove(uid);
        return unreported.isEmpty();
    }
}
