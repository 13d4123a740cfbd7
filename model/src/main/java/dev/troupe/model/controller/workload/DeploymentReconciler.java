package dev.troupe.model.controller.workload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanFailure;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.object.Owners;
import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.LabelSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Rolls a Deployment's pods from one template to the next by way of ReplicaSets, one a template, and keeps the old ones
 * to roll back to.
 */
public final class DeploymentReconciler implements Reconciler {
    private static final ResourceType DEPLOYMENTS = BuiltInTypes.DEPLOYMENTS;
    private static final GroupResource REPLICA_SETS = BuiltInTypes.REPLICA_SETS.groupResource();
    private static final GroupResource PODS = BuiltInTypes.PODS.groupResource();

    @Override
    public String name() {
        return "deployment-controller";
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(DEPLOYMENTS.groupResource(), REPLICA_SETS, PODS);
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        GroupResource changed = change.key().resource();
        if (changed.equals(DEPLOYMENTS.groupResource())) {
            return List.of(change.key());
        }
        if (changed.equals(REPLICA_SETS)) {
            return Owners.concerned(change, DEPLOYMENTS, DeploymentReconciler::selectorOf, view);
        }
        return changed.equals(PODS) ? waitingForPod(change, view) : List.of();
    }

    /** Only Recreate waits for pods themselves: until the last of the old ones has ended. */
    private static List<ObjectKey> waitingForPod(ObservedChange change, ClusterView view) {
        boolean ended =
                change.after().map(after -> new PodView(after).isTerminal()).orElse(true);
        if (!ended) {
            return List.of();
        }
        return Owners.controllerKey(change.object(), BuiltInTypes.REPLICA_SETS)
                .flatMap(view::get)
                .flatMap(set -> Owners.controllerKey(set, DEPLOYMENTS))
                .flatMap(view::get)
                .filter(deployment -> DeploymentSpec.of(deployment.tree()).recreates())
                .map(deployment -> List.of(deployment.key()))
                .orElse(List.of());
    }

    private static LabelSelector selectorOf(StoredObject deployment) {
        return LabelSelector.of(deployment.tree().path("spec").path("selector"));
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        return view.get(key)
                .map(deployment -> new Round(deployment, view, now).plan())
                .orElse(Plan.nothing());
    }

    /** One look at one Deployment. */
    private static final class Round {
        private final StoredObject deployment;
        private final ClusterView view;
        private final DeploymentSpec spec;
        private final DeploymentStatus status;
        private final List<PlanStep> steps = new ArrayList<>();
        private final List<ReplicaSetDraft> old;
        private final List<PlanStep> cleanup = new ArrayList<>();
        private Optional<ReplicaSetDraft> current;
        private Optional<String> revision = Optional.empty();
        private boolean statusFirst;

        private Round(StoredObject deployment, ClusterView view, Instant now) {
            this.deployment = deployment;
            this.view = view;
            this.spec = DeploymentSpec.of(deployment.tree());
            this.status = new DeploymentStatus(deployment, spec, now);
            List<StoredObject> candidates = Stream.concat(
                            view.controlledBy(REPLICA_SETS, deployment.meta().uid()).stream(),
                            view.uncontrolled(REPLICA_SETS, deployment.meta().namespace()).stream())
                    .toList();
            Owners.Claim claim = Owners.claim(deployment, selectorOf(deployment), candidates);
            steps.addAll(claim.steps());
            List<ReplicaSetDraft> sets =
                    claim.owned().stream().map(ReplicaSetDraft::of).toList();
            this.current = Revisions.current(deployment, sets);
            this.old = sets.stream()
                    .filter(set -> current.filter(newest -> newest == set).isEmpty())
                    .toList();
        }

        private Plan plan() {
            if (!steps.isEmpty()) {
                // The adopted have a new version, without which nothing more can be asked of them.
                return Plan.of(steps);
            }
            boolean judged = false;
            if (!deployment.meta().isDeleting()) {
                status.notePause();
                promote();
                if (spec.paused() || rollout().isScaling()) {
                    rollout().scale();
                    cleanUp();
                } else {
                    roll();
                    judged = true;
                }
            }
            List<ReplicaSetDraft> all = rollout().all();
            status.count(all, existing());
            if (judged && !statusFirst) {
                status.judge(current);
            }
            if (judged) {
                status.promoteFailures(all, current);
            }
            return finish(all);
        }

        private Optional<ReplicaSetDraft> existing() {
            return current.filter(ReplicaSetDraft::exists);
        }

        private Rollout rollout() {
            return new Rollout(spec, current, old);
        }

        private void promote() {
            int latest = Revisions.latest(old) + 1;
            existing().ifPresent(newest -> {
                Revisions.promote(deployment, newest, latest);
                newest.setMinReadySeconds(spec.minReadySeconds());
                revision = Optional.of(newest.annotation(ReplicaSetDraft.REVISION));
                status.noteFound(newest.name());
            });
        }

        private void roll() {
            if (spec.recreates()) {
                if (rollout().stopOld() || oldPodsRun()) {
                    return;
                }
                if (ensureCurrent()) {
                    current.orElseThrow().scale(spec.replicas(), spec);
                    cleanUpWhenComplete();
                }
            } else if (ensureCurrent() && !rollout().roll()) {
                cleanUp();
            }
        }

        private void cleanUpWhenComplete() {
            if (status.isComplete(deployment.tree().path("status"))) {
                cleanUp();
            }
        }

        private boolean oldPodsRun() {
            return old.stream().anyMatch(set -> set.status("replicas") > 0)
                    || old.stream()
                            .flatMap(set -> view.controlledBy(PODS, set.uid()).stream())
                            .anyMatch(pod -> !new PodView(pod).isTerminal());
        }

        /**
         * Sees to it that there is a ReplicaSet of the Deployment's template.
         *
         * @return false if its name is taken: then the next round tries another
         */
        private boolean ensureCurrent() {
            if (current.isPresent()) {
                return true;
            }
            ObjectKey wanted =
                    BuiltInTypes.REPLICA_SETS.key(deployment.meta().namespace(), Revisions.nameOfNew(deployment));
            if (view.get(wanted).isPresent()) {
                status.noteCollision();
                return false;
            }
            int number = Revisions.latest(old) + 1;
            ReplicaSetDraft fresh = Revisions.fresh(deployment, spec, number);
            fresh.startWith(new Rollout(spec, Optional.of(fresh), old).firstSize(fresh));
            current = Optional.of(fresh);
            Optional<PlanFailure> failure =
                    view.lastFailure(deployment.key()).filter(last -> last.step() instanceof PlanStep.Create);
            if (failure.isPresent()) {
                statusFirst = true;
                status.noteCreateError(fresh.name(), failure.get().status().message());
            } else {
                revision = Optional.of(Integer.toString(number));
                status.noteCreated(fresh.name());
            }
            return true;
        }

        /** Deletes the oldest revisions beyond the limit, but for those that still have something to do. */
        private void cleanUp() {
            List<ReplicaSetDraft> alive = old.stream()
                    .filter(set -> !set.isDeleting())
                    .sorted(Comparator.comparing(ReplicaSetDraft::revision).thenComparing(Revisions.byAge()))
                    .toList();
            long surplus = (long) alive.size() - spec.revisionHistoryLimit();
            alive.stream()
                    .limit(Math.max(0, surplus))
                    .filter(set -> set.replicas() == 0 && set.status("replicas") == 0 && set.isObserved())
                    .forEach(set -> cleanup.add(Steps.delete(set.observed().orElseThrow())));
        }

        private Plan finish(List<ReplicaSetDraft> all) {
            Optional<PlanStep> statusStep = statusStep();
            if (statusFirst) {
                statusStep.ifPresent(steps::add);
            }
            current.ifPresent(newest -> steps.addAll(newest.steps(deployment)));
            all.stream()
                    .filter(set -> current.filter(newest -> newest == set).isEmpty())
                    .forEach(set -> steps.addAll(set.steps(deployment)));
            steps.addAll(cleanup);
            if (!statusFirst) {
                statusStep.ifPresent(steps::add);
            }
            Plan plan = Plan.of(steps);
            return status.untilDeadline().map(plan::againAfter).orElse(plan);
        }

        private Optional<PlanStep> statusStep() {
            ObjectNode changed = deployment.copy();
            changed.set("status", status.json());
            revision.ifPresent(
                    number -> Json.objectAt(changed, "metadata", "annotations").put(ReplicaSetDraft.REVISION, number));
            return Steps.updateStatus(deployment, changed);
        }
    }
}
