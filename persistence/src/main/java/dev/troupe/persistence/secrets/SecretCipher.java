package dev.troupe.persistence.secrets;

import dev.troupe.persistence.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with a data key an object, itself encrypted under the master key in the data folder. The object's
 * persistence id is authenticated with the data, so that ciphertexts cannot be swapped between objects.
 */
public final class SecretCipher {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;

    /** Unwrapped keys held at a time; beyond it they are unwrapped again. */
    private static final int MAX_CACHED_KEYS = 10_000;

    private final SecretKey master;
    private final KeyVault vault;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, SecretKey> cache = new ConcurrentHashMap<>();

    public SecretCipher(byte[] masterKey, KeyVault vault) {
        this.master = new SecretKeySpec(masterKey, "AES");
        this.vault = vault;
    }

    /**
     * The master key of a data folder, made on first use, readable by its owner alone.
     *
     * @throws IOException if the file cannot be read or made, or is no key
     */
    public static byte[] masterKey(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] made = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(made);
            WholeFile.write(file, made);
        }
        byte[] key = Files.readAllBytes(file);
        if (key.length != KEY_BYTES) {
            throw new IOException(file + " holds no key of " + KEY_BYTES + " bytes; restore it from a backup: without"
                    + " it the Secrets in the journal cannot be read");
        }
        return key;
    }

    /** Encrypts under the object's own key, which is made on first use. */
    public byte[] encrypt(String persistenceId, byte[] plain) {
        return seal(dataKey(persistenceId).orElseGet(() -> newDataKey(persistenceId)), persistenceId, plain);
    }

    /**
     * Decrypts what {@link #encrypt} made.
     *
     * @return empty if the object's key was forgotten
     * @throws IllegalStateException if the master key is not the one that encrypted, or the bytes were altered
     */
    public Optional<byte[]> decrypt(String persistenceId, byte[] sealed) {
        return dataKey(persistenceId).map(key -> open(key, persistenceId, sealed));
    }

    private Optional<SecretKey> dataKey(String persistenceId) {
        SecretKey cached = cache.get(persistenceId);
        if (cached != null) {
            return Optional.of(cached);
        }
        Optional<SecretKey> key = vault.find(persistenceId)
                .map(wrapped -> new SecretKeySpec(open(master, persistenceId, wrapped), "AES"));
        key.ifPresent(found -> remember(persistenceId, found));
        return key;
    }

    private SecretKey newDataKey(String persistenceId) {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        vault.store(persistenceId, seal(master, persistenceId, bytes));
        SecretKey key = new SecretKeySpec(bytes, "AES");
        remember(persistenceId, key);
        return key;
    }

    private void remember(String persistenceId, SecretKey key) {
        if (cache.size() >= MAX_CACHED_KEYS) {
            cache.clear();
        }
        cache.put(persistenceId, key);
    }

    private byte[] seal(SecretKey key, String context, byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, context).doFinal(plain);
            return ByteBuffer.allocate(nonce.length + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to encrypt", e);
        }
    }

    private static byte[] open(SecretKey key, String context, byte[] sealed) {
        try {
            byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
            return cipher(Cipher.DECRYPT_MODE, key, nonce, context)
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "the journal's record of " + context + " cannot be decrypted: the master key is not the one it was"
                            + " written with, or the record was altered",
                    e);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String context)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
