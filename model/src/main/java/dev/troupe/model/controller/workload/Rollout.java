package dev.troupe.model.controller.workload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How big each ReplicaSet of a Deployment shall be. Changes the drafts it was given.
 *
 * <p>A rolling step is taken only once every ReplicaSet has answered the step before: then the pods it has lie between
 * those it reports and those it shall have, and the step counts the worse of the two. Kubernetes counts the wanted pods
 * alone, and so exceeds the surge for the moment that a ReplicaSet takes to shrink.
 */
final class Rollout {
    private final DeploymentSpec spec;
    private final Optional<ReplicaSetDraft> current;
    private final List<ReplicaSetDraft> old;

    Rollout(DeploymentSpec spec, Optional<ReplicaSetDraft> current, List<ReplicaSetDraft> old) {
        this.spec = spec;
        this.current = current;
        this.old = old.stream().sorted(Revisions.byAge()).toList();
    }

    List<ReplicaSetDraft> all() {
        List<ReplicaSetDraft> all = new ArrayList<>(old);
        current.ifPresent(all::add);
        return all;
    }

    private List<ReplicaSetDraft> active() {
        return all().stream().filter(ReplicaSetDraft::isActive).toList();
    }

    private List<ReplicaSetDraft> activeOld() {
        return old.stream().filter(ReplicaSetDraft::isActive).toList();
    }

    private static int replicas(List<ReplicaSetDraft> sets) {
        return sets.stream().mapToInt(ReplicaSetDraft::replicas).sum();
    }

    /** The most pods that there may be now. */
    private static int present(List<ReplicaSetDraft> sets) {
        return sets.stream()
                .mapToInt(set -> Math.max(set.replicas(), set.status("replicas")))
                .sum();
    }

    /** The available pods of a ReplicaSet that surely stay. */
    private static int available(ReplicaSetDraft set) {
        return Math.min(set.replicas(), set.status("availableReplicas"));
    }

    private static int available(List<ReplicaSetDraft> sets) {
        return sets.stream().mapToInt(Rollout::available).sum();
    }

    /** Whether the wanted size changed since the active ReplicaSets were last scaled. */
    boolean isScaling() {
        List<ReplicaSetDraft> active = active();
        if (spec.recreates() && active.size() > 1) {
            // There is no proportion to keep: the old ones are about to be stopped.
            return false;
        }
        return active.stream()
                .anyMatch(set -> set.number(ReplicaSetDraft.DESIRED_REPLICAS)
                        .filter(noted -> noted != spec.replicas())
                        .isPresent());
    }

    /** Gives a new size without rolling on: in proportion where several ReplicaSets are active. */
    void scale() {
        Optional<ReplicaSetDraft> only = activeOrLatest();
        if (only.isPresent()) {
            only.get().scale(spec.replicas(), spec);
        } else if (current.filter(this::isSaturated).isPresent()) {
            activeOld().forEach(set -> set.scale(0, spec));
        } else if (!spec.recreates()) {
            scaleInProportion();
        }
    }

    private Optional<ReplicaSetDraft> activeOrLatest() {
        List<ReplicaSetDraft> active = active();
        return switch (active.size()) {
            case 0 -> current.or(() -> old.isEmpty() ? Optional.empty() : Optional.of(old.get(old.size() - 1)));
            case 1 -> Optional.of(active.get(0));
            default -> Optional.empty();
        };
    }

    private boolean isSaturated(ReplicaSetDraft set) {
        return set.replicas() == spec.replicas()
                && set.number(ReplicaSetDraft.DESIRED_REPLICAS)
                        .filter(noted -> noted == spec.replicas())
                        .isPresent()
                && set.status("availableReplicas") == spec.replicas();
    }

    private void scaleInProportion() {
        List<ReplicaSetDraft> active = new ArrayList<>(active());
        int toAdd = (spec.replicas() > 0 ? spec.mostReplicas() : 0) - replicas(active);
        Comparator<ReplicaSetDraft> biggest =
                Comparator.comparing(ReplicaSetDraft::replicas).reversed();
        // What cannot be divided goes to the biggest, of those to the newest when growing, to the oldest when
        // shrinking.
        active.sort(biggest.thenComparing(toAdd > 0 ? Revisions.byAge().reversed() : Revisions.byAge()));
        Map<ReplicaSetDraft, Integer> sizes = new HashMap<>();
        int added = 0;
        for (ReplicaSetDraft set : active) {
            int share = toAdd == 0 ? 0 : share(set, toAdd, added);
            sizes.put(set, set.replicas() + share);
            added += share;
        }
        boolean first = true;
        for (ReplicaSetDraft set : active) {
            int size = sizes.getOrDefault(set, 0) + (first ? toAdd - added : 0);
            set.scale(Math.max(0, size), spec);
            first = false;
        }
    }

    private int share(ReplicaSetDraft set, int toAdd, int added) {
        int fraction;
        if (spec.replicas() == 0) {
            fraction = -set.replicas();
        } else {
            int before = set.number(ReplicaSetDraft.MAX_REPLICAS)
                    .filter(most -> most > 0)
                    .orElse(spec.mostReplicas());
            fraction = Math.toIntExact(Math.round((double) set.replicas() * spec.mostReplicas() / before))
                    - set.replicas();
        }
        int left = toAdd - added;
        return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
    }

    /**
     * One step of a rolling update: more of the current ReplicaSet, or less of the old.
     *
     * @return whether something was scaled
     */
    boolean roll() {
        if (!isAnswered()) {
            return false;
        }
        ReplicaSetDraft newest = current.orElseThrow();
        return growCurrent(newest) || shrinkOld(newest);
    }

    private boolean growCurrent(ReplicaSetDraft newest) {
        if (newest.replicas() == spec.replicas()) {
            return false;
        }
        return newest.scale(newest.replicas() > spec.replicas() ? spec.replicas() : sizeOfCurrent(newest), spec);
    }

    private boolean isAnswered() {
        return all().stream().allMatch(ReplicaSetDraft::isObserved);
    }

    /** The size of a ReplicaSet that is about to be created. */
    int firstSize(ReplicaSetDraft fresh) {
        return spec.recreates() || isAnswered() ? sizeOfCurrent(fresh) : 0;
    }

    /** As many as the surge leaves room for. */
    private int sizeOfCurrent(ReplicaSetDraft newest) {
        if (spec.recreates()) {
            return spec.replicas();
        }
        int room = spec.mostReplicas() - present(all());
        return room <= 0 ? newest.replicas() : newest.replicas() + Math.min(room, spec.replicas() - newest.replicas());
    }

    private boolean shrinkOld(ReplicaSetDraft newest) {
        if (replicas(activeOld()) == 0) {
            return false;
        }
        int unavailable = newest.replicas() - available(newest);
        int most = replicas(all()) - spec.leastAvailable() - unavailable;
        if (most <= 0) {
            return false;
        }
        // Unhealthy ones first: they do not serve, and would hold up the rollout for ever.
        int removed = removeUnhealthy(most);
        return removed + removeSpare() > 0;
    }

    private int removeUnhealthy(int most) {
        int removed = 0;
        for (ReplicaSetDraft set : activeOld()) {
            int unhealthy = set.replicas() - available(set);
            int count = Math.min(most - removed, unhealthy);
            if (count > 0) {
                set.scale(set.replicas() - count, spec);
                removed += count;
            }
        }
        return removed;
    }

    private int removeSpare() {
        int spare = available(all()) - spec.leastAvailable();
        int removed = 0;
        for (ReplicaSetDraft set : activeOld()) {
            int count = Math.min(set.replicas(), spare - removed);
            if (count > 0) {
                set.scale(set.replicas() - count, spec);
                removed += count;
            }
        }
        return removed;
    }

    /**
     * Stops all old ones.
     *
     * @return whether something was scaled
     */
    boolean stopOld() {
        List<ReplicaSetDraft> active = activeOld();
        active.forEach(set -> set.scale(0, spec));
        return !active.isEmpty();
    }
}
