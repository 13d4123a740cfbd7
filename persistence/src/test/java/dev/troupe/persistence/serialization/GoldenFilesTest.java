package dev.troupe.persistence.serialization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.api.Cause;
import dev.troupe.model.entity.ObjectState;
import dev.troupe.model.journal.ObjectChange;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.secrets.KeyVault;
import dev.troupe.persistence.secrets.SecretCipher;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every format that was ever written to a journal is read for ever: one file for each version and form, never changed
 * once it is there. A new one is written by {@code -Dtroupe.golden.write=true}.
 */
class GoldenFilesTest {
    private static final Path SOURCE = Path.of("src/test/resources/golden");
    private static final boolean WRITE = Boolean.getBoolean("troupe.golden.write");

    private static final ObjectKey CONFIG_MAP = ObjectKey.parse("configmaps|default/web");
    private static final ObjectKey SECRET = ObjectKey.parse("secrets|default/token");
    private static final ObjectKey DEPLOYMENT = ObjectKey.parse("deployments.apps|default/web");
    private static final String PASSWORD = "aHVudGVyMg==";

    private static final ObjectChange WHOLE =
            new ObjectChange.Whole(bytes("{\"kind\":\"ConfigMap\",\"data\":{\"ä\":\"€\"}}"));
    private static final ObjectChange SPLICE = new ObjectChange.Splice(7, 3, bytes("inserted"));
    private static final ObjectChange REMOVED = new ObjectChange.Removed();

    /** The key of the one encrypted object, itself encrypted under the master key. */
    private static final String WRAPPED_KEY = "secret-v1.key";

    private final EventCodec codec = new EventCodec(new SecretCipher(masterKey(), new OneKey()));

    private static byte[] masterKey() {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        return key;
    }

    /** Always gives the kept key; makes it only while golden files are written. */
    private static final class OneKey implements KeyVault {
        @Override
        public Optional<byte[]> find(String persistenceId) {
            return persistenceId.equals(SECRET.persistenceId()) ? GoldenFilesTest.find(WRAPPED_KEY) : Optional.empty();
        }

        @Override
        public void store(String persistenceId, byte[] wrappedKey) {
            write(WRAPPED_KEY, wrappedKey);
        }
    }

    private static ResourceEvent event(ObjectKey key, String name, ObjectChange change, Optional<Cause> cause) {
        return new ResourceEvent(
                name,
                key,
                "6f2d3f1e-0c2b-4c39-9d5e-6f1f2f3a4b5c",
                Instant.ofEpochSecond(1_790_000_000L, 123_456_000),
                "system:serviceaccount:default:ü",
                List.of("system:authenticated", "ops"),
                "update",
                "status",
                "0d3c9a6e-audit",
                cause,
                change);
    }

    private static Map<String, Object> values() {
        Map<String, Object> values = new TreeMap<>();
        Optional<Cause> cause = Optional.of(new Cause(DEPLOYMENT, 1_790_000_000_123_456L));
        values.put("resource-event-v1-whole.bin", event(CONFIG_MAP, "ConfigMapCreated", WHOLE, Optional.empty()));
        values.put("resource-event-v1-splice.bin", event(CONFIG_MAP, "ResourceUpdated", SPLICE, cause));
        values.put("resource-event-v1-removed.bin", event(CONFIG_MAP, "ConfigMapDeleted", REMOVED, Optional.empty()));
        values.put("resource-event-v1-secret-whole.bin", event(SECRET, "SecretCreated", secret(), Optional.empty()));
        values.put(
                "resource-event-v1-secret-splice.bin",
                event(SECRET, "ResourceUpdated", new ObjectChange.Splice(20, 0, bytes(PASSWORD)), cause));
        values.put("resource-event-v1-secret-removed.bin", event(SECRET, "SecretDeleted", REMOVED, Optional.empty()));
        values.put(
                "versions-committed-v1.bin",
                new VersionsCommitted(
                        new GroupResource("apps", "deployments"),
                        List.of(
                                new VersionsCommitted.Commit(
                                        1_790_000_000_000_001L, new NamespacedName("default", "web"), 1, false),
                                new VersionsCommitted.Commit(
                                        1_790_000_000_000_002L, new NamespacedName("kube-system", "dns"), 40, false),
                                new VersionsCommitted.Commit(
                                        1_790_000_000_000_009L, new NamespacedName("default", "web"), 2, true))));
        values.put("versions-committed-v1-empty.bin", new VersionsCommitted(new GroupResource("", "pods"), List.of()));
        values.put(
                "object-snapshot-v1.bin",
                new ObjectSnapshot(CONFIG_MAP, new ObjectState(bytes("{\"kind\":\"ConfigMap\"}"), "uid-1")));
        values.put("object-snapshot-v1-absent.bin", new ObjectSnapshot(SECRET, new ObjectState(new byte[0], "uid-1")));
        values.put(
                "object-snapshot-v1-secret.bin",
                new ObjectSnapshot(SECRET, new ObjectState(((ObjectChange.Whole) secret()).object(), "uid-2")));
        return values;
    }

    private static ObjectChange secret() {
        return new ObjectChange.Whole(bytes("{\"kind\":\"Secret\",\"data\":{\"password\":\"" + PASSWORD + "\"}}"));
    }

    @TestFactory
    Stream<DynamicTest> readsWhatWasEverWritten() {
        return values().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    byte[] golden =
                            find(entry.getKey()).orElseGet(() -> write(entry.getKey(), encode(entry.getValue())));
                    assertEquals(entry.getValue(), decode(golden, entry.getValue()));
                    byte[] encoded = encode(entry.getValue());
                    if (entry.getKey().contains("-secret-whole")
                            || entry.getKey().contains("-secret-splice")
                            || entry.getKey().contains("-secret.bin")) {
                        // Encryption takes a new nonce each time; all else is the same.
                        assertEquals(golden.length, encoded.length);
                        assertFalse(Arrays.equals(golden, encoded));
                        assertFalse(new String(golden, StandardCharsets.ISO_8859_1).contains(PASSWORD));
                        assertEquals(entry.getValue(), decode(encoded, entry.getValue()));
                    } else {
                        assertArrayEquals(golden, encoded, () -> HexFormat.of().formatHex(encoded));
                    }
                }));
    }

    @Test
    void ignoresWhatANewerTroupeAppended() {
        values().forEach((name, value) -> {
            byte[] golden = find(name).orElseThrow();
            byte[] longer = Arrays.copyOf(golden, golden.length + 9);
            Arrays.fill(longer, golden.length, longer.length, (byte) 77);
            assertEquals(value, decode(longer, value), name);
        });
    }

    @Test
    void refusesAnotherVersionAndWhatIsCutOff() {
        values().forEach((name, value) -> {
            byte[] golden = find(name).orElseThrow();
            byte[] other = golden.clone();
            other[0] = 99;
            UncheckedIOException unknown = assertThrows(UncheckedIOException.class, () -> decode(other, value), name);
            assertTrue(unknown.getMessage().contains("format version 99"), unknown::getMessage);
            for (int length = 0; length < golden.length; length++) {
                byte[] cut = Arrays.copyOf(golden, length);
                Object decoded;
                try {
                    decoded = decode(cut, value);
                } catch (UncheckedIOException | IllegalStateException e) {
                    continue;
                }
                assertNotEquals(value, decoded, name + " cut to " + length + " bytes was taken for whole");
            }
        });
    }

    /** A file without a value would be one that nobody reads any more. */
    @Test
    void hasAValueForEveryFile() throws IOException {
        try (Stream<Path> files = Files.list(SOURCE)) {
            List<String> unknown = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(WRAPPED_KEY) && !values().containsKey(name))
                    .toList();
            assertEquals(List.of(), unknown);
        }
    }

    private byte[] encode(Object value) {
        return switch (value) {
            case ResourceEvent event -> codec.encode(event);
            case VersionsCommitted versions -> codec.encode(versions);
            case ObjectSnapshot snapshot -> codec.encode(snapshot);
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    private Object decode(byte[] bytes, Object like) {
        return switch (like) {
            case ResourceEvent event -> codec.decodeResourceEvent(bytes);
            case VersionsCommitted versions -> codec.decodeVersionsCommitted(bytes);
            case ObjectSnapshot snapshot -> codec.decodeObjectSnapshot(bytes);
            default -> throw new IllegalArgumentException(like.toString());
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<byte[]> find(String name) {
        if (WRITE) {
            return read(SOURCE.resolve(name));
        }
        try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/golden/" + name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<byte[]> read(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] write(String name, byte[] content) {
        if (!WRITE) {
            throw new AssertionError("no golden file " + name + "; write it with -Dtroupe.golden.write=true");
        }
        try {
            return Files.readAllBytes(Files.write(SOURCE.resolve(name), content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
