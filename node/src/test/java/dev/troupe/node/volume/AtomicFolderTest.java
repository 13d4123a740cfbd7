package dev.troupe.node.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.node.volume.AtomicFolder.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFolderTest {
    @TempDir
    Path folder;

    private static Entry entry(String text) {
        return new Entry(text.getBytes(StandardCharsets.UTF_8), 0640);
    }

    private void write(Map<String, Entry> entries) throws IOException {
        new AtomicFolder(folder, OptionalLong.empty()).write(entries);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString())
                    .filter(name -> !name.startsWith("..v"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void showsFilesWithTheirModes() throws IOException {
        write(Map.of("a", entry("1"), "deep/er/b", entry("2")));
        assertEquals("1", Files.readString(folder.resolve("a")));
        assertEquals("2", Files.readString(folder.resolve("deep/er/b")));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("a"))));
        assertEquals(List.of("..data", "a", "deep"), names());
    }

    @Test
    void changesEverythingByOneRename() throws IOException {
        write(Map.of("a", entry("1"), "b", entry("1")));
        Path before = Files.readSymbolicLink(folder.resolve("..data"));
        write(Map.of("a", entry("2"), "c", entry("2")));
        Path after = Files.readSymbolicLink(folder.resolve("..data"));
        assertTrue(!before.equals(after));
        assertEquals(List.of("..data", "a", "c"), names());
        assertEquals("2", Files.readString(folder.resolve("a")));
        assertTrue(Files.notExists(folder.resolve(before)), "the old files stay");
    }

    @Test
    void leavesAloneWhatIsRight() throws IOException {
        write(Map.of("a", entry("1")));
        Path before = Files.readSymbolicLink(folder.resolve("..data"));
        write(Map.of("a", entry("1")));
        assertEquals(before, Files.readSymbolicLink(folder.resolve("..data")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc/passwd", "../x", "a/../../x", "..data"})
    void refusesPathsThatLeadOut(String path) {
        assertThrows(VolumeException.class, () -> write(Map.of(path, entry("x"))));
    }
}
