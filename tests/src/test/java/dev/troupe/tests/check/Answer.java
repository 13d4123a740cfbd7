package dev.troupe.tests.check;

/** How an {@link Action} ended. */
public sealed interface Answer {

    /** The object as it was read, or as it is after the write. */
    record Present(long version, Content content) implements Answer {}

    /** A deletion was done. */
    record Deleted() implements Answer {}

    /** 404. */
    record NotFound() implements Answer {}

    /** 409 of a creation. */
    record AlreadyExists() implements Answer {}

    /** 409 of an update or a deletion with a precondition. */
    record Conflict() implements Answer {}

    /** No answer came, or one that does not tell: the action may have taken effect at any time up to its end, or not. */
    record Unknown() implements Answer {}
}
