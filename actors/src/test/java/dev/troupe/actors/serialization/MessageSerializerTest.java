package dev.troupe.actors.serialization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.troupe.actors.ClusterMessage;
import dev.troupe.actors.TestKinds;
import dev.troupe.actors.entity.ResourceEntity;
import dev.troupe.actors.quota.QuotaGate;
import dev.troupe.actors.sequencer.Publication;
import dev.troupe.actors.sequencer.Sequencer;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Cause;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Write;
import dev.troupe.model.journal.VersionsCommitted;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every message that may cross a JVM's border comes back as it went. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MessageSerializerTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.000006007Z");
    private static final NamespacedName NAME = new NamespacedName("default", "größe");

    private ActorTestKit actors;
    private Serialization serialization;

    @BeforeAll
    void start() {
        actors = ActorTestKit.create(
                "serialization",
                ConfigFactory.parseString("pekko.actor.allow-java-serialization = off\n"
                        + "pekko.actor.serializers.troupe-message = \"" + MessageSerializer.class.getName() + "\"\n"
                        + "pekko.actor.serialization-bindings.\"" + ClusterMessage.class.getName()
                        + "\" = troupe-message"));
        serialization = SerializationExtension.get(actors.system());
    }

    @AfterAll
    void stop() {
        actors.shutdownTestKit();
    }

    private byte[] bytes(Object message) {
        var serializer = serialization.findSerializerFor(message);
        assertInstanceOf(MessageSerializer.class, serializer);
        return serializer.toBinary(message);
    }

    private Object roundTrip(Object message) {
        var serializer = serialization.findSerializerFor(message);
        return serialization
                .deserialize(bytes(message), serializer.identifier(), Serializers.manifestFor(serializer, message))
                .get();
    }

    @Test
    void bringsBackEveryKindOfWrite() {
        ActorRef<ResourceEntity.Answer> client =
                actors.<ResourceEntity.Answer>createTestProbe().ref();
        Caller caller = new Caller(
                new UserInfo("jane", "u1", List.of("a", "b"), Map.of("scopes", List.of("x", "y"))),
                "audit-1",
                Optional.of(new Cause(new ObjectKey(new GroupResource("apps", "deployments"), NAME), 42)));
        WriteOptions options =
                new WriteOptions(true, WriteOptions.FieldValidation.WARN, "kubectl", List.of("duplicate field \"a\""));
        DeleteOptions delete = new DeleteOptions(
                true,
                OptionalLong.of(0),
                Optional.of(DeleteOptions.Propagation.FOREGROUND),
                Optional.of("uid"),
                Optional.of("17"));
        List<Write> writes = List.of(
                new Write.Create(TestKinds.configMap("a", "red"), options),
                new Write.Update("status", TestKinds.configMap("a", "red"), WriteOptions.internal()),
                new Write.ApplyPatch(
                        "", new Patch.JsonPatch(Json.array().add(Json.object().put("op", "x"))), options),
                new Write.ApplyPatch("scale", new Patch.MergePatch(Json.object().putNull("a")), options),
                new Write.ApplyPatch(
                        "", new Patch.StrategicMergePatch(Json.object().put("n", 1.50)), options),
                new Write.BindPod(Json.object().put("target", "n"), options),
                new Write.Delete(delete),
                new Write.Delete(DeleteOptions.defaults()));
        for (Write write : writes) {
            ResourceEntity.Handle handle = new ResourceEntity.Handle(
                    new Write.Request(TestKinds.CONFIG_MAPS.key("default", "a"), write, caller, NOW, "fresh"),
                    NOW.plusSeconds(3),
                    client);
            assertEquals(handle.toString(), roundTrip(handle).toString());
        }
    }

    @Test
    void bringsBackAnswers() {
        ResourceEntity.Written written = new ResourceEntity.Written(
                new byte[] {1, 2, 3}, 4711, WriteResult.Effect.DELETION_REQUESTED, List.of("careful"));
        ResourceEntity.Written back = (ResourceEntity.Written) roundTrip(written);
        assertArrayEquals(written.object(), back.object());
        assertEquals(written.resourceVersion(), back.resourceVersion());
        assertEquals(written.effect(), back.effect());
        assertEquals(written.warnings(), back.warnings());

        for (Status status : List.of(
                Status.invalid("apps", "Deployment", "a", List.of(FieldError.required("spec.x", "why"))),
                Status.badRequest("no details"),
                Status.tooManyRequests("later", 3))) {
            assertEquals(new ResourceEntity.Refused(status), roundTrip(new ResourceEntity.Refused(status)));
        }
        assertEquals(new ResourceEntity.Wake(), roundTrip(new ResourceEntity.Wake()));
    }

    @Test
    void bringsBackWhatASequencerSays() {
        TestProbe<Sequencer.CommitAnswer> entity = actors.createTestProbe();
        TestProbe<Sequencer.Feed> follower = actors.createTestProbe();
        TestProbe<Sequencer.Latest> reader = actors.createTestProbe();
        Sequencer.Commit commit = new Sequencer.Commit(NAME, 7, true, new byte[] {9}, entity.ref());
        Sequencer.Commit back = (Sequencer.Commit) roundTrip(commit);
        assertArrayEquals(commit.object(), back.object());
        assertEquals(commit.name(), back.name());
        assertEquals(commit.replyTo(), back.replyTo());
        assertTrue(back.removed() && back.sequenceNr() == 7);

        for (Object message : List.of(
                new Sequencer.Committed(7, 8),
                new Sequencer.Fenced(7, 9),
                new Sequencer.Follow(-1, follower.ref()),
                new Sequencer.GetLatest(reader.ref()),
                new Sequencer.Latest(3),
                new Sequencer.BasePage(5, List.of(new VersionsCommitted.Commit(5, NAME, 2, false)), true, false))) {
            assertEquals(message, roundTrip(message));
        }
        Sequencer.Published published = new Sequencer.Published(
                3,
                List.of(
                        new Publication(4, NAME, 1, false, new byte[] {7}),
                        new Publication(5, NAME, 2, true, new byte[0])));
        Sequencer.Published publishedBack = (Sequencer.Published) roundTrip(published);
        assertEquals(3, publishedBack.previousVersion());
        assertEquals(2, publishedBack.publications().size());
        assertArrayEquals(new byte[] {7}, publishedBack.publications().get(0).object());
        assertTrue(publishedBack.publications().get(1).removed());
    }

    @Test
    void bringsBackWhatAQuotaGateSays() {
        TestProbe<QuotaGate.Verdict> writer = actors.createTestProbe();
        QuotaGate.Charge charge = new QuotaGate.Charge(
                TestKinds.CONFIG_MAPS.key("default", "a"), new byte[] {1}, new byte[0], writer.ref());
        QuotaGate.Charge back = (QuotaGate.Charge) roundTrip(charge);
        assertEquals(charge.key(), back.key());
        assertArrayEquals(charge.object(), back.object());
        assertEquals(charge.replyTo(), back.replyTo());
        for (Object message : List.of(
                new QuotaGate.Settle("t-1", QuotaGate.Result.UNKNOWN, 5),
                new QuotaGate.Allowed("t-1"),
                new QuotaGate.Denied(Status.badRequest("no")))) {
            assertEquals(message, roundTrip(message));
        }
    }

    /** The bytes of the first release: they must be read for ever. */
    @Test
    void keepsTheFirstFormat() {
        String published = "0000000000000003000000010000000000000004000000076465666175"
                + "6c740000000161000000000000000100000000020708";
        Publication publication = new Publication(4, new NamespacedName("default", "a"), 1, false, new byte[] {7, 8});
        assertEquals(published, HexFormat.of().formatHex(bytes(new Sequencer.Published(3, List.of(publication)))));
        assertEquals(
                "00000000000000070000000000000008", HexFormat.of().formatHex(bytes(new Sequencer.Committed(7, 8))));
    }

    @Test
    void splitsWhatDoesNotFitAFrame() {
        List<Publication> publications = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            publications.add(new Publication(10 + i, NAME, i, false, new byte[400_000]));
        }
        List<Sequencer.Published> messages = Sequencer.Published.messages(9, publications);

        long previous = 9;
        for (Sequencer.Published message : messages) {
            assertTrue(bytes(message).length < 2 << 20);
            assertEquals(previous, message.previousVersion());
            previous = message.publications()
                    .get(message.publications().size() - 1)
                    .resourceVersion();
        }
        assertEquals(19, previous);
    }
}
