package dev.troupe.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    private Path folder;

    @Test
    void findsTheProcessThatRunsOnIt() {
        DataDirectory data = new DataDirectory(folder);
        data.writePid(ProcessHandle.current().pid());
        assertEquals(
                ProcessHandle.current().pid(),
                data.runningProcess().orElseThrow().pid());
    }

    /** Where process 1 reaps late, a server that was killed stays in the table. */
    @Test
    void takesNoUnreapedProcessForARunningOne() throws Exception {
        // The child outlives the shell; the program that took the shell's place never asks for it.
        Process parent = new ProcessBuilder("sh", "-c", "sleep 0.5 & echo $!; exec sleep 30").start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            long child = Long.parseLong(lines.readLine().strip());
            while (state(child) != 'Z') {
                Thread.onSpinWait();
            }
            DataDirectory data = new DataDirectory(folder);
            data.writePid(child);
            assertTrue(ProcessHandle.of(child).filter(ProcessHandle::isAlive).isPresent(), "the trap itself");
            assertTrue(data.runningProcess().isEmpty());
        } finally {
            parent.destroyForcibly();
        }
    }

    private static char state(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.charAt(stat.lastIndexOf(')') + 2);
    }
}
