package dev.troupe.persistence.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.journal.ObjectChange;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.JournalReader;
import dev.troupe.persistence.JournalUnusable;
import dev.troupe.persistence.serialization.JournalEventSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

class EmbeddedStoreTest {
    private static final String PLANTED = "a-password-that-must-not-be-found";

    @TempDir
    private Path folder;

    @Test
    void sharesOneSyncAmongWritesThatArriveTogether() throws Exception {
        try (JournalTestSystem journal = new JournalTestSystem(folder)) {
            List<CompletableFuture<Void>> writes = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                writes.add(journal.store()
                        .append(List.of(append("configmaps|default/c" + i, 1, new byte[100])))
                        .toCompletableFuture());
            }
            CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
            assertTrue(
                    journal.store().syncs() < 1_000,
                    () -> "syncs: " + journal.store().syncs());
        }
    }

    @Test
    void syncsForWhatMustBeDurableAndForNothingElse() throws Exception {
        try (JournalTestSystem journal = new JournalTestSystem(folder)) {
            EmbeddedStore store = journal.store();
            for (int i = 1; i <= 10; i++) {
                store.append(List.of(append("configmaps|default/c", i, new byte[100])), false)
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
            }
            assertEquals(0, store.syncs());
            store.append(List.of(append("seq|configmaps", 1, new byte[100])), true)
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            assertEquals(1, store.syncs());
        }
    }

    /** A journal of the first format has no marks of its streams. */
    @Test
    void upgradesAJournalOfTheFirstFormat() throws Exception {
        try (JournalTestSystem journal = new JournalTestSystem(folder)) {
            write(journal, event("configmaps|default/a", "{}"), 1);
            write(journal, event("configmaps|default/a", "{}"), 2);
            write(journal, event("configmaps|default/b", "{}"), 1);
            journal.store().putSnapshot("configmaps|default/a", 2, new StoredRecord(0, 1, "", "", new byte[] {7}));
        }
        Files.writeString(folder.resolve("format"), "1\n");
        try (RocksDB db = RocksDB.open(folder.resolve("db").toString())) {
            for (String mark : List.of("xconfigmaps|default/a", "xconfigmaps|default/b", "mconfigmaps|default/a")) {
                assertTrue(db.get(mark.getBytes(StandardCharsets.UTF_8)) != null, mark);
                db.delete(mark.getBytes(StandardCharsets.UTF_8));
            }
        }
        try (JournalTestSystem journal = new JournalTestSystem(folder)) {
            assertEquals(2, journal.store().highestSequenceNr("configmaps|default/a"));
            assertEquals(1, journal.store().highestSequenceNr("configmaps|default/b"));
            assertEquals(0, journal.store().highestSequenceNr("configmaps|default/c"));
            assertTrue(journal.store().hasSnapshots("configmaps|default/a"));
            assertFalse(journal.store().hasSnapshots("configmaps|default/b"));
        }
        assertEquals(JournalFolder.FORMAT + "\n", Files.readString(folder.resolve("format")));
    }

    @Test
    void keepsTheGlobalOrderAcrossRestarts() throws Exception {
        ResourceEvent event = event("configmaps|default/a", "{\"a\":1}");
        for (long sequenceNr = 1; sequenceNr <= 3; sequenceNr++) {
            try (JournalTestSystem journal = new JournalTestSystem(folder)) {
                write(journal, event, sequenceNr);
            }
        }
        List<Long> numbers = new ArrayList<>();
        try (JournalReader reader = JournalReader.open(folder)) {
            reader.replay(new EventsOnly((number, read) -> {
                numbers.add(number);
                assertEquals(event, read);
            }));
        }
        assertEquals(List.of(1L, 2L, 3L), numbers);
    }

    @Test
    void readsBesideARunningWriter() throws Exception {
        try (JournalTestSystem journal = new JournalTestSystem(folder)) {
            write(journal, event("configmaps|default/a", "{}"), 1);
            List<Long> numbers = new ArrayList<>();
            try (JournalReader reader = JournalReader.open(folder)) {
                reader.replay(new EventsOnly((number, read) -> numbers.add(number)));
            }
            assertEquals(List.of(1L), numbers);
        }
    }

    @Test
    void refusesASecondWriterAndSaysWhatToDo() throws Exception {
        try (JournalTestSystem first = new JournalTestSystem(folder)) {
            first.store();
            JournalUnusable refused = assertThrows(JournalUnusable.class, () -> JournalFolder.open(folder));
            assertTrue(refused.getMessage().contains("./troupe down"), refused::getMessage);
        }
    }

    @Test
    void refusesANewerFormatAndChangesNothing() throws Exception {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("format"), "99\n");
        JournalUnusable refused = assertThrows(JournalUnusable.class, () -> JournalFolder.open(folder));
        assertTrue(refused.getMessage().contains("newer than this Troupe's"), refused::getMessage);
        assertFalse(Files.exists(folder.resolve("db")));
    }

    @Test
    void writesNoSecretInPlainTextAnywhere() throws Exception {
        ResourceEvent secret = event("secrets|default/s", "{\"data\":\"" + PLANTED + "\"}");
        try (JournalTestSystem journal = new JournalTestSystem(folder)) {
            write(journal, secret, 1);
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(contains(file, PLANTED), () -> "in plain text in " + file);
            }
        }
        try (JournalReader reader = JournalReader.open(folder)) {
            reader.replay(new EventsOnly((number, read) -> assertEquals(secret, read)));
        }
    }

    private static boolean contains(Path file, String text) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
    }

    private static void write(JournalTestSystem journal, ResourceEvent event, long sequenceNr) throws Exception {
        byte[] payload = journal.store().codec().encode(event);
        journal.store()
                .append(List.of(append(event.key().persistenceId(), sequenceNr, payload)))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private static EmbeddedStore.Append append(String persistenceId, long sequenceNr, byte[] payload) {
        return new EmbeddedStore.Append(
                persistenceId,
                sequenceNr,
                JournalEventSerializer.IDENTIFIER,
                JournalEventSerializer.RESOURCE_EVENT,
                "writer",
                payload);
    }

    private static ResourceEvent event(String persistenceId, String object) {
        return new ResourceEvent(
                "ConfigMapCreated",
                ObjectKey.parse(persistenceId),
                "uid-1",
                Instant.ofEpochSecond(1_790_000_000L, 123_456_000),
                "alice",
                List.of("dev"),
                "create",
                "",
                "audit-1",
                Optional.empty(),
                new ObjectChange.Whole(object.getBytes(StandardCharsets.UTF_8)));
    }
}
