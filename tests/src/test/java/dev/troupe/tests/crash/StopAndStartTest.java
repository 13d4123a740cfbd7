package dev.troupe.tests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.json.Json;
import dev.troupe.tests.check.Action;
import dev.troupe.tests.check.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process leaves behind, and what the next one on the same folder makes of it. */
class StopAndStartTest {
    @TempDir
    private Path data;

    @Test
    void startsAgainAfterAKillAndRefusesASecondServer() throws IOException {
        Path pidFile = data.resolve("troupe.pid");
        try (ServerProcess killed = ServerProcess.start(data)) {
            killed.endpoint();
            killed.kill();
            assertEquals(Long.toString(killed.pid()), Files.readString(pidFile).strip());
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            server.endpoint();
            try (ServerProcess second = ServerProcess.start(data)) {
                assertEquals(1, second.exited(60));
                assertTrue(second.output().contains("a Troupe runs on " + data + " already"), second::output);
                assertFalse(second.output().contains("\tat "), second::output);
            }
            assertTrue(server.isAlive());
            assertEquals(Long.toString(server.pid()), Files.readString(pidFile).strip());
            server.terminate();
            assertFalse(Files.exists(pidFile));
        }
    }

    /** The pid file is a courtesy; what protects the journal is the lock on it. */
    @Test
    void refusesAJournalThatAnotherProcessHasOpen() throws IOException {
        try (ServerProcess first = ServerProcess.start(data)) {
            first.endpoint();
            Files.delete(data.resolve("troupe.pid"));
            try (ServerProcess second = ServerProcess.start(data)) {
                assertEquals(1, second.exited(60));
                assertTrue(second.output().contains("is in use by another process"), second::output);
            }
        }
    }

    @Test
    void refusesAJournalThatItCannotReadAndSaysWhy() throws IOException {
        try (ServerProcess server = ServerProcess.start(data)) {
            ApiConnection api = server.connect();
            Shape.makeRoom(api);
            new RecordingClient(1, api, new Recording())
                    .act(Shape.SECRET, "object-0", new Action.Create(new Content("value", "")), Json.object());
            server.kill();
        }
        Path key = data.resolve("journal").resolve("master.key");
        byte[] right = Files.readAllBytes(key);
        Files.write(key, new byte[3]);
        refused("restore it from a backup");
        Files.write(key, right);

        Path format = data.resolve("journal").resolve("format");
        String known = Files.readString(format);
        Files.writeString(format, "99\n");
        refused("newer than this Troupe's");
        Files.writeString(format, known);

        List<Path> manifests;
        try (Stream<Path> files = Files.list(data.resolve("journal").resolve("db"))) {
            manifests = files.filter(file -> file.getFileName().toString().startsWith("MANIFEST"))
                    .toList();
        }
        assertNotEquals(List.of(), manifests);
        for (Path manifest : manifests) {
            Files.write(manifest, "this is no manifest".getBytes(StandardCharsets.US_ASCII));
        }
        refused("cannot be opened");
    }

    private void refused(String why) {
        try (ServerProcess server = ServerProcess.start(data)) {
            assertEquals(1, server.exited(60), server::output);
            assertTrue(server.output().contains(why), server::output);
            assertFalse(server.output().contains("\tat "), server::output);
        }
    }

    private static FutureTask<byte[]> toTheEnd(InputStream stream) {
        FutureTask<byte[]> reading = new FutureTask<>(stream::readAllBytes);
        Thread.ofVirtual().start(reading);
        return reading;
    }

    @Test
    void endsWatchesInOrderWhenItIsStopped() throws Exception {
        try (ServerProcess server = ServerProcess.start(data)) {
            ApiConnection api = server.connect();
            Shape.makeRoom(api);
            var watch = api.stream(1, Shape.CONFIG_MAP.collection() + "?watch=true");
            var other = api.stream(2, Shape.CONFIG_MAP.collection() + "?watch=true");
            // Read all the while, as watchers do: what a client leaves unread dies with its connection.
            var watched = toTheEnd(watch.body());
            var alsoWatched = toTheEnd(other.body());
            int code = server.terminate();
            // Both streams come to their proper end: one that is cut off makes this throw.
            watched.get(30, TimeUnit.SECONDS);
            alsoWatched.get(30, TimeUnit.SECONDS);
            assertTrue(code == 0 || code == 143, () -> "exit code " + code);
        }
    }
}
