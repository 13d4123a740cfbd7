package dev.troupe.tests.check;

/**
 * One action of one client on one object.
 *
 * @param client for people who read a fault
 * @param object name of the object; actions on different objects are independent
 * @param invoked before it was sent, on one clock for all clients
 * @param ended when the answer was complete; for an unknown outcome the time after which it can no longer take effect
 *     (the death of the process that had it), {@link Long#MAX_VALUE} if there is none
 */
public record Operation(int client, String object, Action action, Answer answer, long invoked, long ended) {
    public Operation {
        if (ended < invoked) {
            throw new IllegalArgumentException("ended before it began");
        }
    }

    public boolean isUnknown() {
        return answer instanceof Answer.Unknown;
    }

    /** The version that an acknowledged write was given; 0 for all else. */
    public long writtenVersion() {
        return !(action instanceof Action.Get) && answer instanceof Answer.Present written ? written.version() : 0;
    }
}
