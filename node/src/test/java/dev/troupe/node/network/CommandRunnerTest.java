package dev.troupe.node.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandRunnerTest {
    private final CommandRunner commands = CommandRunner.here(Duration.ofSeconds(30));

    @Test
    void givesInputAndReturnsOutput() throws IOException {
        String large = "line of text\n".repeat(50_000);
        assertEquals(large, commands.run(List.of("cat"), large));
    }

    @Test
    void tellsWhatAFailedCommandSaid() throws IOException {
        List<String> command = List.of("sh", "-c", "echo useful; echo why >&2; exit 3");
        assertEquals(new CommandRunner.Result(3, "useful\n", "why\n"), commands.attempt(command, "unread input"));
        IOException failure = assertThrows(IOException.class, () -> commands.run(command, ""));
        assertTrue(failure.getMessage().endsWith("failed with 3: why"), failure.getMessage());
    }

    @Test
    void killsACommandThatTakesTooLong() {
        CommandRunner hasty = CommandRunner.here(Duration.ofMillis(100));
        IOException failure = assertThrows(IOException.class, () -> hasty.run("sleep", "600"));
        assertTrue(failure.getMessage().contains("did not end within"), failure.getMessage());
    }

    @Test
    void saysThatACommandIsMissing() {
        IOException failure = assertThrows(IOException.class, () -> commands.run("no-such-command-anywhere"));
        assertTrue(failure.getMessage().contains("no-such-command-anywhere"), failure.getMessage());
    }
}
