package dev.troupe.tests.crash;

import dev.troupe.tests.check.Action;
import dev.troupe.tests.check.Answer;
import dev.troupe.tests.check.LinearizabilityChecker;
import dev.troupe.tests.check.ListRead;
import dev.troupe.tests.check.Operation;
import dev.troupe.tests.check.VersionChecker;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that clients asked and were answered, over all processes that served them. Outcomes that are unknown stay
 * open until the process that had the request is dead.
 */
final class Recording {
    private record Open(int client, Shape shape, String name, Action action, long invoked) {}

    private final Map<Shape, List<Operation>> acknowledged = new EnumMap<>(Shape.class);
    private final Map<Shape, List<ListRead>> lists = new EnumMap<>(Shape.class);
    private final Map<String, LinearizabilityChecker> checkers = new HashMap<>();
    private final Map<String, List<Operation>> unchecked = new HashMap<>();
    private final List<Open> open = new ArrayList<>();
    private final List<String> unexpected = new ArrayList<>();
    private long operations;
    private long unknowns;

    synchronized void ended(int client, Shape shape, String name, Action action, Answer answer, long invoked) {
        Operation operation = new Operation(client, name, action, answer, invoked, System.nanoTime());
        operations++;
        add(shape, operation);
        if (operation.writtenVersion() != 0) {
            acknowledged.computeIfAbsent(shape, any -> new ArrayList<>()).add(operation);
        }
    }

    private void add(Shape shape, Operation operation) {
        unchecked
                .computeIfAbsent(shape + " " + operation.object(), any -> new ArrayList<>())
                .add(operation);
    }

    synchronized void unknown(int client, Shape shape, String name, Action action, long invoked) {
        if (!(action instanceof Action.Get)) {
            open.add(new Open(client, shape, name, action, invoked));
        }
    }

    synchronized void list(Shape shape, ListRead list) {
        lists.computeIfAbsent(shape, any -> new ArrayList<>()).add(list);
    }

    synchronized void unexpected(String answer) {
        unexpected.add(answer);
    }

    /** The process that had all open requests is dead since now: what it did not do it never will. */
    synchronized void processDied() {
        long now = System.nanoTime();
        unknowns += open.size();
        for (Open one : open) {
            add(
                    one.shape(),
                    new Operation(one.client(), one.name(), one.action(), new Answer.Unknown(), one.invoked(), now));
        }
        open.clear();
    }

    /** Checks everything since the last check. No request may be under way. */
    synchronized void check() {
        if (!unexpected.isEmpty()) {
            throw new AssertionError("unexpected answers: " + String.join("\n", unexpected));
        }
        if (!open.isEmpty()) {
            throw new IllegalStateException("outcomes are open: " + open);
        }
        unchecked.forEach((object, part) -> checkers.computeIfAbsent(object, LinearizabilityChecker::new)
                .next(part)
                .orThrow());
        unchecked.clear();
    }

    /** Checks the versions of all acknowledged writes and lists. */
    synchronized void checkVersions() {
        for (Shape shape : Shape.values()) {
            VersionChecker.check(acknowledged(shape), lists.getOrDefault(shape, List.of()))
                    .orThrow();
        }
    }

    /** The writes that were acknowledged with a version. */
    synchronized List<Operation> acknowledged(Shape shape) {
        return List.copyOf(acknowledged.getOrDefault(shape, List.of()));
    }

    /** For people. */
    synchronized String summary() {
        long writes = acknowledged.values().stream().mapToLong(List::size).sum();
        return operations + " operations, " + writes + " acknowledged writes, " + unknowns + " unknown outcomes";
    }

    synchronized long operations() {
        return operations;
    }
}
