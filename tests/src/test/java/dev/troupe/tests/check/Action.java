package dev.troupe.tests.check;

/** What a client asked of one object. */
public sealed interface Action {

    record Get() implements Action {}

    record Create(Content content) implements Action {}

    /** Replaces the content if the object has this resourceVersion. */
    record Update(long expectedVersion, Content content) implements Action {}

    /** Replaces {@link Content#patched()} whatever the version. */
    record Patch(String patched) implements Action {}

    /** @param expectedVersion a precondition; 0 for none */
    record Delete(long expectedVersion) implements Action {}
}
