package dev.troupe.actors.cluster;

import dev.troupe.model.api.IdGenerator;
import java.security.SecureRandom;
import java.util.UUID;

/** Real chance. Safe for threads. */
public final class RandomIdGenerator implements IdGenerator {
    /** Kubernetes' alphabet: no vowels, so that no words arise, and nothing that reads like another character. */
    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX_LENGTH = 5;

    private final SecureRandom random = new SecureRandom();

    @Override
    public String uid() {
        return UUID.randomUUID().toString();
    }

    @Override
    public String nameSuffix() {
        StringBuilder suffix = new StringBuilder(SUFFIX_LENGTH);
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            suffix.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return suffix.toString();
    }
}
