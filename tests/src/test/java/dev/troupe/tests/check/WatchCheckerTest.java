package dev.troupe.tests.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.tests.check.Truth.Change;
import dev.troupe.tests.check.Truth.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WatchCheckerTest {
    private static final Change A1 = new Change(10, Kind.ADDED, "a", "one");
    private static final Change B1 = new Change(20, Kind.ADDED, "b", "one");
    private static final Change A2 = new Change(30, Kind.MODIFIED, "a", "two");
    private static final Change B0 = new Change(40, Kind.DELETED, "b", "one");
    private static final Truth TRUTH = new Truth(List.of(A1, B1, A2, B0));

    private static final Sight EMPTY = new Sight.Listed(5, Map.of());

    private static Verdict check(Sight... sights) {
        return WatchChecker.check("watcher", List.of(sights), TRUTH, 40, 0);
    }

    private static void legal(Sight... sights) {
        assertEquals(new Verdict.Legal(), check(sights));
    }

    private static void illegal(String fault, Sight... sights) {
        String found = assertInstanceOf(Verdict.Illegal.class, check(sights)).fault();
        assertTrue(found.contains(fault), found);
    }

    private static Sight saw(Change change) {
        return new Sight.Event(change);
    }

    private static Sight began(long version) {
        return new Sight.Began(version);
    }

    @Test
    void acceptsEveryChangeOnce() {
        legal(EMPTY, began(5), saw(A1), saw(B1), saw(A2), saw(B0));
    }

    @Test
    void acceptsReconnectionsAndBookmarks() {
        legal(
                EMPTY,
                began(5),
                saw(A1),
                began(10),
                saw(B1),
                new Sight.Bookmark(25),
                began(25),
                saw(A2),
                saw(B0),
                new Sight.Bookmark(40),
                new Sight.Bookmark(45));
    }

    @Test
    void acceptsAListInTheMiddle() {
        legal(
                new Sight.Listed(20, Map.of("a", new Sight.Item(10, "one"), "b", new Sight.Item(20, "one"))),
                began(20),
                saw(A2),
                saw(B0));
    }

    @Test
    void seesAGap() {
        illegal("missed", EMPTY, began(5), saw(A1), saw(A2), saw(B0));
    }

    @Test
    void seesAGapAfterAReconnection() {
        illegal("missed", EMPTY, began(5), saw(A1), began(10), saw(A2), saw(B0));
    }

    @Test
    void seesAnEndThatIsMissing() {
        illegal("never saw", EMPTY, began(5), saw(A1), saw(B1), saw(A2));
    }

    @Test
    void seesADuplicate() {
        illegal("twice", EMPTY, began(5), saw(A1), saw(A1), saw(B1), saw(A2), saw(B0));
        illegal("twice", EMPTY, began(5), saw(A1), saw(B1), began(20), saw(B1), saw(A2), saw(B0));
    }

    @Test
    void seesAWrongOrder() {
        illegal("missed", EMPTY, began(5), saw(B1), saw(A1), saw(A2), saw(B0));
    }

    @Test
    void seesAnObjectThatIsOtherThanItWas() {
        illegal(
                "instead of",
                EMPTY,
                began(5),
                saw(new Change(10, Kind.ADDED, "a", "other")),
                saw(B1),
                saw(A2),
                saw(B0));
    }

    @Test
    void seesAWrongKindOfEvent() {
        illegal(
                "instead of",
                EMPTY,
                began(5),
                saw(new Change(10, Kind.MODIFIED, "a", "one")),
                saw(B1),
                saw(A2),
                saw(B0));
    }

    @Test
    void seesWhatNeverHappened() {
        illegal(
                "never happened",
                EMPTY,
                began(5),
                saw(A1),
                saw(B1),
                saw(A2),
                saw(B0),
                saw(new Change(50, Kind.ADDED, "c", "one")));
    }

    @Test
    void seesABookmarkThatSkipsAChange() {
        illegal("before the bookmark", EMPTY, began(5), saw(A1), new Sight.Bookmark(35), saw(B0));
    }

    @Test
    void seesABookmarkThatGoesBack() {
        illegal("bookmark of version 7", EMPTY, began(5), saw(A1), new Sight.Bookmark(7), saw(B1), saw(A2), saw(B0));
    }

    @Test
    void seesAListThatLacksAnObject() {
        illegal(
                "instead of",
                new Sight.Listed(25, Map.of("a", new Sight.Item(10, "one"))),
                began(25),
                saw(A2),
                saw(B0));
    }

    @Test
    void seesAListOfAnotherVersion() {
        illegal(
                "instead of",
                new Sight.Listed(35, Map.of("a", new Sight.Item(10, "one"), "b", new Sight.Item(20, "one"))),
                began(35),
                saw(B0));
    }

    @Test
    void countsHowOftenAClientHadToListAgain() {
        illegal(
                "list again",
                EMPTY,
                began(5),
                new Sight.Expired(),
                new Sight.Listed(45, Map.of("a", new Sight.Item(30, "two"))));
        assertEquals(
                new Verdict.Legal(),
                WatchChecker.check(
                        "watcher",
                        List.of(
                                EMPTY,
                                new Sight.Expired(),
                                new Sight.Listed(45, Map.of("a", new Sight.Item(30, "two")))),
                        TRUTH,
                        40,
                        1));
    }

    @Test
    void tellsAFilteredWatchOfObjectsThatBeginAndCeaseToMatch() {
        Truth ones = TRUTH.where(content -> content.equals("one"));
        List<Sight> sights = new ArrayList<>(List.of(EMPTY, began(5), saw(A1), saw(B1)));
        sights.add(saw(new Change(30, Kind.DELETED, "a", "one")));
        sights.add(saw(B0));
        assertEquals(new Verdict.Legal(), WatchChecker.check("watcher", sights, ones, 40, 0));
        assertInstanceOf(Verdict.Illegal.class, WatchChecker.check("watcher", sights, TRUTH, 40, 0));
    }
}
