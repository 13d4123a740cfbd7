package dev.troupe.tests.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LinearizabilityCheckerTest {
    private static final Content A = new Content("a", "");
    private static final Content B = new Content("b", "");
    private static final Content C = new Content("c", "");

    private static Operation op(long invoked, long ended, Action action, Answer answer) {
        return new Operation((int) invoked, "x", action, answer, invoked, ended);
    }

    private static Operation create(long invoked, long ended, Content content, long version) {
        return op(invoked, ended, new Action.Create(content), new Answer.Present(version, content));
    }

    private static Operation update(long invoked, long ended, long expected, Content content, long version) {
        return op(invoked, ended, new Action.Update(expected, content), new Answer.Present(version, content));
    }

    private static Operation get(long invoked, long ended, Content content, long version) {
        return op(invoked, ended, new Action.Get(), new Answer.Present(version, content));
    }

    private static Operation gone(long invoked, long ended) {
        return op(invoked, ended, new Action.Get(), new Answer.NotFound());
    }

    private static Operation unknown(long invoked, long ended, Action action) {
        return op(invoked, ended, action, new Answer.Unknown());
    }

    private static void legal(Operation... operations) {
        assertEquals(new Verdict.Legal(), LinearizabilityChecker.check("x", List.of(operations)));
    }

    private static void illegal(Operation... operations) {
        assertInstanceOf(Verdict.Illegal.class, LinearizabilityChecker.check("x", List.of(operations)));
    }

    @Test
    void acceptsOneAfterTheOther() {
        legal(
                gone(1, 2),
                create(3, 4, A, 10),
                get(5, 6, A, 10),
                update(7, 8, 10, B, 20),
                op(9, 10, new Action.Patch("p"), new Answer.Present(30, B.withPatched("p"))),
                op(11, 12, new Action.Delete(30), new Answer.Deleted()),
                gone(13, 14),
                create(15, 16, C, 40));
    }

    @Test
    void acceptsEitherOrderOfWhatWasConcurrent() {
        legal(create(1, 2, A, 10), update(3, 10, 10, B, 20), get(4, 5, A, 10), get(6, 7, B, 20));
        legal(create(1, 2, A, 10), update(3, 10, 10, B, 20), get(4, 5, B, 20), get(6, 7, B, 20));
    }

    @Test
    void seesALostWrite() {
        illegal(create(1, 2, A, 10), update(3, 4, 10, B, 20), get(5, 6, A, 10));
    }

    @Test
    void seesALostCreation() {
        illegal(create(1, 2, A, 10), gone(3, 4));
    }

    @Test
    void seesADeletionUndone() {
        illegal(create(1, 2, A, 10), op(3, 4, new Action.Delete(0), new Answer.Deleted()), get(5, 6, A, 10));
    }

    @Test
    void seesAReadThatGoesBackWhileAWriteIsOpen() {
        illegal(create(1, 2, A, 10), update(3, 10, 10, B, 20), get(4, 5, B, 20), get(6, 7, A, 10));
    }

    @Test
    void seesALostUpdate() {
        illegal(create(1, 2, A, 10), update(3, 6, 10, B, 20), update(4, 5, 10, C, 21));
    }

    @Test
    void seesAConflictWithoutAReason() {
        illegal(create(1, 2, A, 10), op(3, 4, new Action.Update(10, B), new Answer.Conflict()));
    }

    @Test
    void seesAStaleUpdateAccepted() {
        illegal(create(1, 2, A, 10), update(3, 4, 10, B, 20), update(5, 6, 10, C, 30));
    }

    @Test
    void seesAPatchOfAnOldObject() {
        illegal(
                create(1, 2, A, 10),
                update(3, 4, 10, B, 20),
                op(5, 6, new Action.Patch("p"), new Answer.Present(30, A.withPatched("p"))));
    }

    @Test
    void seesAVersionThatDoesNotGrow() {
        illegal(create(1, 2, A, 10), update(3, 4, 10, B, 10));
        illegal(create(1, 2, A, 10), op(3, 4, new Action.Delete(0), new Answer.Deleted()), create(5, 6, A, 9));
    }

    @Test
    void seesAnObjectCreatedTwice() {
        illegal(create(1, 2, A, 10), create(3, 4, B, 20));
        illegal(op(1, 2, new Action.Create(A), new Answer.AlreadyExists()));
    }

    @Test
    void seesAVersionThatChangesWithoutAWrite() {
        illegal(create(1, 2, A, 10), get(3, 4, A, 11));
    }

    @Test
    void keepsUnknownOutcomesOpenUntilTheirEnd() {
        Operation lost = unknown(3, 10, new Action.Update(10, B));
        legal(create(1, 2, A, 10), lost, get(11, 12, A, 10));
        legal(create(1, 2, A, 10), lost, get(11, 12, B, 20), get(13, 14, B, 20));
        legal(create(1, 2, A, 10), lost, get(4, 5, A, 10), get(6, 7, B, 20));
        illegal(create(1, 2, A, 10), lost, get(11, 12, B, 20), get(13, 14, A, 10));
        illegal(create(1, 2, A, 10), lost, get(11, 12, A, 10), get(13, 14, B, 20));
        illegal(create(1, 2, A, 10), lost, get(11, 12, B, 20), get(13, 14, B, 21));
        illegal(create(1, 2, A, 10), lost, get(11, 12, B, 9));
        illegal(create(1, 2, A, 10), lost, get(11, 12, C, 20));
    }

    @Test
    void keepsUnknownCreationsAndDeletionsOpen() {
        Operation creation = unknown(1, 10, new Action.Create(A));
        legal(creation, gone(11, 12));
        legal(creation, get(11, 12, A, 5));
        legal(creation, update(11, 12, 5, B, 20));
        Operation deletion = unknown(3, 10, new Action.Delete(0));
        legal(create(1, 2, A, 10), deletion, gone(11, 12));
        legal(create(1, 2, A, 10), deletion, get(11, 12, A, 10));
        illegal(create(1, 2, A, 10), deletion, gone(11, 12), get(13, 14, A, 10));
    }

    @Test
    void goesOnFromOnePartToTheNext() {
        LinearizabilityChecker checker = new LinearizabilityChecker("x");
        assertEquals(new Verdict.Legal(), checker.next(List.of(create(1, 2, A, 10))));
        assertEquals(new Verdict.Legal(), checker.next(List.of(unknown(3, 10, new Action.Update(10, B)))));
        assertInstanceOf(Verdict.Illegal.class, checker.next(List.of(get(11, 12, B, 20), get(13, 14, A, 10))));
    }

    /** Many clients at once on one register that is right, then the same history with one answer made wrong. */
    @Test
    void decidesLongConcurrentHistories() {
        for (long seed = 1; seed <= 20; seed++) {
            List<Operation> history = history(new SplittableRandom(seed), 2_000);
            assertEquals(new Verdict.Legal(), LinearizabilityChecker.check("x", history), "seed " + seed);
            int wrong = damage(history);
            assertTrue(
                    LinearizabilityChecker.check("x", history) instanceof Verdict.Illegal,
                    "seed " + seed + ": operation " + wrong + " was made wrong unseen");
        }
    }

    /** Operations take effect one by one, in the middle of the time between their invocation and their end. */
    private static List<Operation> history(SplittableRandom random, int length) {
        List<Operation> history = new ArrayList<>();
        ObjectState state = ObjectState.ABSENT;
        long version = 0;
        for (int i = 1; i <= length; i++) {
            long effect = i * 10L;
            Content content = new Content("v" + i, "");
            Action action = switch (random.nextInt(6)) {
                case 0 -> new Action.Create(content);
                case 1 -> new Action.Update(random.nextInt(4) == 0 ? version - 1 : version, content);
                case 2 -> new Action.Patch("p" + i);
                case 3 -> random.nextInt(3) == 0 ? new Action.Delete(0) : new Action.Get();
                default -> new Action.Get();
            };
            Answer answer = right(state, action, i * 3L);
            state = state.after(action, answer).getFirst();
            version = state.version();
            boolean unknown = !(action instanceof Action.Get) && random.nextInt(10) == 0;
            history.add(new Operation(
                    i,
                    "x",
                    action,
                    unknown ? new Answer.Unknown() : answer,
                    effect - random.nextInt(1, 40),
                    effect + random.nextInt(1, 40)));
        }
        return history;
    }

    private static Answer right(ObjectState state, Action action, long next) {
        List<Answer> answers = new ArrayList<>(List.of(
                new Answer.NotFound(), new Answer.AlreadyExists(), new Answer.Conflict(), new Answer.Deleted()));
        switch (action) {
            case Action.Get get -> answers.add(new Answer.Present(state.version(), state.content()));
            case Action.Create create -> answers.add(new Answer.Present(next, create.content()));
            case Action.Update update -> answers.add(new Answer.Present(next, update.content()));
            case Action.Patch patch ->
                answers.add(new Answer.Present(next, state.content().withPatched(patch.patched())));
            case Action.Delete delete -> {
                // Listed above.
            }
        }
        return answers.stream()
                .filter(answer -> !state.after(action, answer).isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private static int damage(List<Operation> history) {
        for (int i = history.size() / 2; i < history.size(); i++) {
            Operation operation = history.get(i);
            if (operation.action() instanceof Action.Get && operation.answer() instanceof Answer.Present present) {
                Answer stale = new Answer.Present(present.version(), new Content("never written", ""));
                history.set(
                        i,
                        new Operation(
                                operation.client(),
                                "x",
                                operation.action(),
                                stale,
                                operation.invoked(),
                                operation.ended()));
                return i;
            }
        }
        throw new IllegalStateException("no read to damage");
    }
}
