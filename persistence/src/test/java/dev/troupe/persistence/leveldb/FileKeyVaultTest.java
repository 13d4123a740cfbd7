package dev.troupe.persistence.leveldb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKeyVaultTest {
    @TempDir
    private Path folder;

    private void keep(String id, int first) throws IOException {
        try (FileKeyVault vault = FileKeyVault.open(folder.resolve("keys"))) {
            vault.store(id, new byte[] {(byte) first, 2, 3});
        }
    }

    @Test
    void findsKeysAfterAnotherStart() throws IOException {
        keep("secrets|default/a", 1);
        keep("secrets|default/b", 2);
        try (FileKeyVault vault = FileKeyVault.open(folder.resolve("keys"))) {
            assertArrayEquals(
                    new byte[] {1, 2, 3}, vault.find("secrets|default/a").orElseThrow());
            assertArrayEquals(
                    new byte[] {2, 2, 3}, vault.find("secrets|default/b").orElseThrow());
            assertEquals(Optional.empty(), vault.find("secrets|default/c"));
        }
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("keys"))));
    }

    @Test
    void goesOnAfterARecordThatACrashCutOff() throws IOException {
        keep("secrets|default/a", 1);
        byte[] one = Files.readAllBytes(folder.resolve("keys"));
        keep("secrets|default/b", 2);
        byte[] two = Files.readAllBytes(folder.resolve("keys"));
        for (int length = one.length; length < two.length; length++) {
            Files.write(folder.resolve("keys"), Arrays.copyOf(two, length));
            keep("secrets|default/c", 3);
            try (FileKeyVault vault = FileKeyVault.open(folder.resolve("keys"))) {
                assertTrue(vault.find("secrets|default/a").isPresent());
                assertTrue(vault.find("secrets|default/b").isEmpty());
                assertArrayEquals(
                        new byte[] {3, 2, 3}, vault.find("secrets|default/c").orElseThrow());
            }
        }
    }

    @Test
    void saysWhatToDoAboutDamage() throws IOException {
        keep("secrets|default/a", 1);
        byte[] bytes = Files.readAllBytes(folder.resolve("keys"));
        bytes[0] = 77;
        Files.write(folder.resolve("keys"), bytes);
        IOException damaged = assertThrows(IOException.class, () -> FileKeyVault.open(folder.resolve("keys")));
        assertTrue(damaged.getMessage().contains("restore it from a backup"), damaged::getMessage);
    }
}
