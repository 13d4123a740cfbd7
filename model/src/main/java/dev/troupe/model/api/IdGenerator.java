package dev.troupe.model.api;

/** Chance, handed in so that tests and simulation can replace it. Time is handed in as java.time.InstantSource. */
public interface IdGenerator {
    /** A random UUID in text form. */
    String uid();

    /** Five characters of {@code bcdfghjklmnpqrstvwxz2456789} for generated names. */
    String nameSuffix();
}
