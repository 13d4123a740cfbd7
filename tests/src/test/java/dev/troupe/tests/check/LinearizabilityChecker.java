package dev.troupe.tests.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Says whether the operations on one object can be put into one order, each between its invocation and its end, in which
 * every answer is right (Herlihy and Wing's linearizability).
 *
 * <p>The search is Wing and Gong's, just in time: it goes through the history as time went and keeps every
 * configuration that explains all answers so far, that is, a state and the open operations that have taken effect in
 * it. An operation takes effect no later than its end, so the configurations are extended only there. Memory depends on
 * how many operations are open at a time, not on the length of the history, and a history may come in parts.
 */
public final class LinearizabilityChecker {
    /** Possible explanations at a time; more than this is a history that tells too little. */
    private static final int MAX_CONFIGURATIONS = 200_000;

    /** Operations that a fault shows. */
    private static final int SHOWN = 25;

    private final String object;
    private Set<Configuration> configurations = Set.of(new Configuration(ObjectState.ABSENT, Set.of()));
    private final Deque<Operation> recent = new ArrayDeque<>();

    /** A state that explains the answers so far, and which open operations it includes. */
    private record Configuration(ObjectState state, Set<Operation> done) {}

    private record Moment(long time, boolean end, Operation operation) {}

    /** For an object that does not exist yet. */
    public LinearizabilityChecker(String object) {
        this.object = object;
    }

    /** Checks a whole history of one object. */
    public static Verdict check(String object, List<Operation> operations) {
        return new LinearizabilityChecker(object).next(operations);
    }

    /**
     * Checks the next part of the history: all operations of it ended before any of a later part began.
     *
     * @return once illegal or undecided, ask no more
     */
    public Verdict next(List<Operation> operations) {
        Set<Operation> open = new LinkedHashSet<>();
        for (Moment moment : moments(operations)) {
            Operation operation = moment.operation();
            if (!moment.end()) {
                open.add(operation);
                continue;
            }
            remember(operation);
            Set<Configuration> extended = new HashSet<>();
            for (Configuration configuration : configurations) {
                extend(configuration, operation, open, extended);
                if (extended.size() > MAX_CONFIGURATIONS) {
                    return new Verdict.Undecided(object + ": more than " + MAX_CONFIGURATIONS + " possible orders");
                }
            }
            if (extended.isEmpty()) {
                return new Verdict.Illegal(fault(operation, open));
            }
            open.remove(operation);
            configurations = extended;
        }
        return new Verdict.Legal();
    }

    private static List<Moment> moments(List<Operation> operations) {
        List<Moment> moments = new ArrayList<>();
        for (Operation operation : operations) {
            moments.add(new Moment(operation.invoked(), false, operation));
            moments.add(new Moment(operation.ended(), true, operation));
        }
        // At one instant beginnings come first: such operations count as concurrent.
        moments.sort(Comparator.comparingLong(Moment::time).thenComparing(Moment::end));
        return moments;
    }

    /** Adds the configurations in which the operation has taken effect, or, if its outcome is unknown, never will. */
    private static void extend(Configuration from, Operation ending, Set<Operation> open, Set<Configuration> extended) {
        Deque<Configuration> work = new ArrayDeque<>(List.of(from));
        Set<Configuration> seen = new HashSet<>(work);
        while (!work.isEmpty()) {
            Configuration configuration = work.pop();
            if (configuration.done().contains(ending) || ending.isUnknown()) {
                extended.add(new Configuration(configuration.state(), without(configuration.done(), ending)));
            }
            if (configuration.done().contains(ending)) {
                continue;
            }
            for (Operation candidate : open) {
                if (configuration.done().contains(candidate)) {
                    continue;
                }
                for (ObjectState after : configuration.state().after(candidate.action(), candidate.answer())) {
                    Configuration next = new Configuration(after, with(configuration.done(), candidate));
                    if (seen.add(next) && seen.size() <= MAX_CONFIGURATIONS) {
                        work.push(next);
                    }
                }
            }
        }
    }

    private static Set<Operation> with(Set<Operation> operations, Operation more) {
        Set<Operation> all = new HashSet<>(operations);
        all.add(more);
        return all;
    }

    private static Set<Operation> without(Set<Operation> operations, Operation less) {
        Set<Operation> rest = new HashSet<>(operations);
        rest.remove(less);
        return rest;
    }

    private void remember(Operation operation) {
        recent.add(operation);
        if (recent.size() > SHOWN) {
            recent.remove();
        }
    }

    private String fault(Operation operation, Set<Operation> open) {
        StringBuilder text = new StringBuilder(object + ": no order of the operations explains " + operation);
        text.append("\n  it could have been, before: ");
        configurations.stream()
                .limit(SHOWN)
                .map(Configuration::state)
                .distinct()
                .forEach(state -> text.append("\n    ").append(state));
        text.append("\n  open at that time:");
        open.stream().limit(SHOWN).forEach(other -> text.append("\n    ").append(other));
        text.append("\n  ended last:");
        recent.forEach(other -> text.append("\n    ").append(other));
        return text.toString();
    }
}
