package dev.troupe.tests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.troupe.model.json.Json;
import dev.troupe.persistence.JournalKind;
import dev.troupe.tests.check.Action;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server is killed at random moments, in the middle of writes, of its start, or idle, and started again on the same
 * data, round after round. {@code -Dtroupe.crash.rounds=N} and {@code -Dtroupe.crash.seed=N} say how often, and which
 * moments.
 */
class CrashTest {
    private static final int ROUNDS = Integer.getInteger("troupe.crash.rounds", 8);
    private static final int LEVELDB_ROUNDS = Integer.getInteger("troupe.crash.leveldb.rounds", 2);
    private static final long SEED = Long.getLong("troupe.crash.seed", System.nanoTime());
    private static final int CLIENTS = 6;

    /** Reads what is there between two rounds. */
    private static final int READER = 100;

    @TempDir
    private Path data;

    private final Recording recording = new Recording();

    @Test
    void losesNoAcknowledgedWriteAndRepeatsNoVersion() {
        killAndStart(ROUNDS);
    }

    @Test
    void losesAsLittleOnPekkosLeveldbPlugin() {
        killAndStart(LEVELDB_ROUNDS, "--journal", "leveldb");
        assertEquals(JournalKind.LEVELDB, JournalKind.in(data.resolve("journal")));
    }

    private void killAndStart(int rounds, String... options) {
        System.out.println("troupe.crash.seed=" + SEED + " rounds=" + rounds);
        SplittableRandom random = new SplittableRandom(SEED);
        long began = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            round(round, random, options);
            System.out.printf(
                    "round %d of %d, %d s: %s%n",
                    round, rounds, (System.nanoTime() - began) / 1_000_000_000, recording.summary());
        }
        // Without a word about its kind: what is in the folder says it.
        try (ServerProcess server = ServerProcess.start(data)) {
            readAll(server.connect());
            server.terminate();
        }
        recording.check();
        recording.checkVersions();
        JournalTruth.check(data, recording);
    }

    private void round(int round, SplittableRandom random, String... options) {
        if (random.nextInt(6) == 0) {
            killDuringStart(random, options);
        }
        try (ServerProcess server = ServerProcess.start(data, options)) {
            ApiConnection api = server.connect();
            Shape.makeRoom(api);
            readAll(api);
            recording.check();
            Workload workload = new Workload(api, recording);
            workload.start(CLIENTS, random);
            pause(random.nextInt(50, round % 8 == 0 ? 8_000 : 2_500));
            server.kill();
            workload.stop();
            recording.processDied();
            recording.check();
        }
    }

    /** The first start makes keys and folders; each later one reads them, and commits what the last process left. */
    private void killDuringStart(SplittableRandom random, String... options) {
        try (ServerProcess server = ServerProcess.start(data, options)) {
            pause(random.nextInt(200, 5_000));
            server.kill();
        }
    }

    /** LIST and GET, which must agree with each other and with all before. */
    private void readAll(ApiConnection api) {
        RecordingClient reader = new RecordingClient(READER, api, recording);
        for (Shape shape : Shape.values()) {
            reader.list(shape, Workload.NAMES);
            Workload.NAMES.forEach(name -> reader.act(shape, name, new Action.Get(), Json.object()));
        }
    }

    /** The moment of the kill is the test's input: nothing is waited for. */
    private static void pause(int millis) {
        long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }
}
