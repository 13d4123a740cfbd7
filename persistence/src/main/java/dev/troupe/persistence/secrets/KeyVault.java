package dev.troupe.persistence.secrets;

import java.util.Optional;

/** Keeps the wrapped data key of each encrypted object. */
public interface KeyVault {
    Optional<byte[]> find(String persistenceId);

    /** Keeps a key. It is durable no later than anything written to the journal afterwards. */
    void store(String persistenceId, byte[] wrappedKey);
}
