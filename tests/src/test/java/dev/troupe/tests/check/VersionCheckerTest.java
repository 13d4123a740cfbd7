package dev.troupe.tests.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import org.junit.jupiter.api.Test;

class VersionCheckerTest {
    private static Operation write(String object, long invoked, long ended, long version) {
        Content content = new Content("v" + version, "");
        return new Operation(
                1, object, new Action.Create(content), new Answer.Present(version, content), invoked, ended);
    }

    private static ListRead list(long invoked, long ended, long version, long newest) {
        return new ListRead(1, "configmaps", version, newest, invoked, ended);
    }

    private static void legal(List<Operation> writes, ListRead... lists) {
        assertEquals(new Verdict.Legal(), VersionChecker.check(writes, List.of(lists)));
    }

    private static void illegal(List<Operation> writes, ListRead... lists) {
        assertInstanceOf(Verdict.Illegal.class, VersionChecker.check(writes, List.of(lists)));
    }

    @Test
    void acceptsGrowingVersions() {
        legal(List.of(write("a", 1, 2, 10), write("b", 3, 4, 11)), list(5, 6, 11, 11), list(7, 8, 12, 11));
    }

    @Test
    void acceptsAnyOrderOfConcurrentWrites() {
        legal(List.of(write("a", 1, 5, 11), write("b", 2, 4, 10)));
    }

    @Test
    void seesAVersionGivenTwice() {
        illegal(List.of(write("a", 1, 2, 10), write("b", 1, 2, 10)));
    }

    @Test
    void seesAVersionThatGoesBack() {
        illegal(List.of(write("a", 1, 2, 10), write("b", 3, 4, 9)));
    }

    @Test
    void seesAListThatIsOlderThanAnAcknowledgedWrite() {
        illegal(List.of(write("a", 1, 2, 10)), list(3, 4, 9, 9));
    }

    @Test
    void seesAListThatGoesBack() {
        illegal(List.of(), list(1, 2, 10, 0), list(3, 4, 9, 0));
    }

    @Test
    void seesAnItemNewerThanItsList() {
        illegal(List.of(), list(1, 2, 10, 11));
    }
}
