package dev.troupe.tests.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says whether what a watching client saw is what happened: every change once, in order, with the object as it was, from
 * the first list on, through bookmarks and reconnections. A client that was told to list again must have been told so
 * before anything was left out.
 */
public final class WatchChecker {
    /** Faults after which the rest says nothing new. */
    private static final int MAX_FAULTS = 5;

    private final String client;
    private final Truth truth;
    private final List<String> faults = new ArrayList<>();
    private long position = -1;
    private int expiries;

    private WatchChecker(String client, Truth truth) {
        this.client = client;
        this.truth = truth;
    }

    /**
     * Checks one client.
     *
     * @param truth what happened to the objects that the client follows
     * @param until the version which the client must have reached
     * @param expiries how often it may have been told to list again
     */
    public static Verdict check(String client, List<Sight> sights, Truth truth, long until, int expiries) {
        WatchChecker checker = new WatchChecker(client, truth);
        for (Sight sight : sights) {
            checker.see(sight);
            if (checker.faults.size() >= MAX_FAULTS) {
                return Verdict.of(checker.faults);
            }
        }
        checker.reach(until);
        if (checker.expiries > expiries) {
            checker.fault("was told " + checker.expiries + " times to list again, " + expiries + " are allowed");
        }
        return Verdict.of(checker.faults);
    }

    private void see(Sight sight) {
        switch (sight) {
            case Sight.Listed listed -> list(listed);
            case Sight.Began began -> {
                if (began.version() != position) {
                    fault("went on from version " + began.version() + " though it had seen " + position);
                }
            }
            case Sight.Event event -> event(event.change());
            case Sight.Bookmark bookmark -> bookmark(bookmark.version());
            case Sight.Expired expired -> expiries++;
        }
    }

    private void list(Sight.Listed listed) {
        if (listed.version() < position) {
            fault("listed version " + listed.version() + " after version " + position);
        }
        Map<String, Truth.Change> expected = truth.at(listed.version());
        if (!expected.keySet().equals(listed.items().keySet())) {
            fault("the list at version " + listed.version() + " has "
                    + listed.items().keySet() + " instead of " + expected.keySet());
        } else {
            listed.items().forEach((object, item) -> {
                Truth.Change change = expected.get(object);
                if (change.version() != item.version() || !change.content().equals(item.content())) {
                    fault("the list at version " + listed.version() + " has " + object + " as " + item + " instead of "
                            + change);
                }
            });
        }
        position = listed.version();
    }

    private void event(Truth.Change seen) {
        if (seen.version() <= position) {
            fault("saw " + seen + " after version " + position + ": out of order, or twice");
            return;
        }
        Optional<Truth.Change> next = truth.after(position);
        if (next.isEmpty()) {
            fault("saw " + seen + ", which never happened");
        } else if (next.get().version() < seen.version()) {
            fault("missed " + next.get() + " before " + seen);
        } else if (!next.get().equals(seen)) {
            fault("saw " + seen + " instead of " + next.get());
        }
        position = seen.version();
    }

    private void bookmark(long version) {
        if (version < position) {
            fault("got a bookmark of version " + version + " after version " + position);
            return;
        }
        truth.after(position)
                .filter(change -> change.version() <= version)
                .ifPresent(change -> fault("missed " + change + " before the bookmark of version " + version));
        position = version;
    }

    private void reach(long version) {
        truth.after(position)
                .filter(change -> change.version() <= version)
                .ifPresent(change -> fault("never saw " + change + " nor anything later"));
    }

    private void fault(String text) {
        faults.add(client + " " + text);
    }
}
