package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Decision;
import dev.troupe.model.entity.ObjectState;
import dev.troupe.model.entity.ResourceDecider;
import dev.troupe.model.entity.Write;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.testkit.InMemoryResourceApi;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodLifeTest {
    private static final Instant NOW = Instant.parse("2026-11-23T08:30:00Z");
    private static final ObjectKey KEY = BuiltInTypes.PODS.key("rec", "p");
    private static final Caller ADMIN = InMemoryResourceApi.admin();

    private final InMemoryResourceApi api = new InMemoryResourceApi(BuiltInKinds.registry(), InstantSource.fixed(NOW));

    private static DeleteOptions grace(long seconds) {
        return new DeleteOptions(false, OptionalLong.of(seconds), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private Outcome<WriteResult> bind(String node) {
        ObjectNode binding = Manifests.yaml("{target: {kind: Node, name: " + node + "}}");
        return api.createSubresource(ADMIN, KEY, "binding", binding, WriteOptions.internal())
                .toCompletableFuture()
                .join();
    }

    @Test
    void beginsPendingWithoutAGeneration() {
        StoredObject pod =
                api.given(Manifests.pod("{containers: [{name: c, image: i}]}").toString());

        assertEquals("Pending", pod.tree().at("/status/phase").asText());
        assertEquals(false, pod.tree().path("metadata").has("generation"));
    }

    /** Recording 497. */
    @Test
    void isBoundOnce() {
        api.given(Manifests.pod("{containers: [{name: c, image: i}]}").toString());

        assertEquals(
                "n1", bind("n1").orThrow().object().tree().at("/spec/nodeName").asText());
        assertEquals(
                "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"n1\"",
                ((Outcome.Failure<WriteResult>) bind("n2")).status().message());
    }

    /** A scheduler may still hold a pod that another of the same name has replaced. */
    @Test
    void isNotBoundForAnotherOfItsName() {
        StoredObject pod =
                api.given(Manifests.pod("{containers: [{name: c, image: i}]}").toString());
        ObjectNode binding = Manifests.yaml("{metadata: {uid: gone}, target: {name: n1}}");

        Outcome<WriteResult> outcome = api.createSubresource(ADMIN, KEY, "binding", binding, WriteOptions.internal())
                .toCompletableFuture()
                .join();

        assertEquals(
                "Operation cannot be fulfilled on pods/binding \"p\": Precondition failed: UID in precondition: gone, UID"
                        + " in object meta: " + pod.meta().uid(),
                ((Outcome.Failure<WriteResult>) outcome).status().message());
    }

    @Test
    void isNotBoundWhileGated() {
        api.given(Manifests.pod("{schedulingGates: [{name: a.b/c}], containers: [{name: c, image: i}]}")
                .toString());

        assertEquals(
                "Operation cannot be fulfilled on pods/binding \"p\": pod p has non-empty .spec.schedulingGates",
                ((Outcome.Failure<WriteResult>) bind("n1")).status().message());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // specification, phase, grace period of the request, seconds that the node gets; -1: gone at once
                "{nodeName: n}|Running||30",
                "{nodeName: n}|Running|5|5",
                "{nodeName: n}|Running|0|-1",
                "{nodeName: n, terminationGracePeriodSeconds: 7}|Running||7",
                "{nodeName: n, terminationGracePeriodSeconds: -7}|Running||1",
                "{nodeName: n}|Succeeded||-1",
                "{nodeName: n}|Failed|5|-1",
                "{}|Pending||-1",
            })
    void isDeletedGracefullyWhileANodeMayRunIt(String spec, String phase, String asked, long seconds) {
        ObjectNode pod = Manifests.pod("{containers: [{name: c, image: i}]}");
        pod.withObject("spec").setAll(Manifests.yaml(spec));
        api.given(pod.toString());
        api.patch(
                        ADMIN,
                        KEY,
                        "status",
                        new Patch.MergePatch(Manifests.yaml("{status: {phase: " + phase + "}}")),
                        WriteOptions.internal())
                .toCompletableFuture()
                .join()
                .orThrow();

        api.delete(ADMIN, KEY, asked == null ? DeleteOptions.defaults() : grace(Long.parseLong(asked)))
                .toCompletableFuture()
                .join()
                .orThrow();

        Optional<StoredObject> left = api.find(BuiltInTypes.PODS, "rec", "p");
        assertEquals(seconds < 0, left.isEmpty());
        left.ifPresent(object -> {
            assertEquals(
                    seconds,
                    object.tree().at("/metadata/deletionGracePeriodSeconds").asLong());
            assertEquals(Optional.of(NOW.plusSeconds(seconds)), object.meta().deletionTimestamp());
        });
    }

    @Test
    void isSelectedByTheFieldsOfKubernetes() {
        StoredObject pod = api.given(Manifests.pod("{nodeName: n1, containers: [{name: c, image: i}]}")
                .toString());

        for (String selected : List.of(
                "spec.nodeName=n1",
                "spec.restartPolicy=Always",
                "spec.schedulerName=default-scheduler",
                "spec.serviceAccountName=default",
                "spec.hostNetwork=false",
                "status.phase=Pending",
                "status.podIP=",
                "status.nominatedNodeName=")) {
            String[] parts = selected.split("=", 2);
            assertTrue(FieldSelector.equal(parts[0], parts[1]).matches(pod), selected);
            assertTrue(new PodStrategy().selectableFields().contains(parts[0]), selected);
        }
    }

    /** The life of a pod as the journal tells it. */
    @Test
    void isToldInWordsOfTheDomain() {
        ResourceDecider decider = new ResourceDecider(new PodStrategy());
        List<Write> life = List.of(
                new Write.Create(Manifests.pod("{containers: [{name: c, image: i}]}"), WriteOptions.internal()),
                new Write.BindPod(Manifests.yaml("{target: {name: n1}}"), WriteOptions.internal()),
                new Write.ApplyPatch(
                        "status",
                        new Patch.MergePatch(Manifests.yaml("{status: {phase: Running}}")),
                        WriteOptions.internal()),
                new Write.ApplyPatch(
                        "",
                        new Patch.MergePatch(Manifests.yaml("{metadata: {labels: {a: b}}}")),
                        WriteOptions.internal()),
                new Write.Delete(DeleteOptions.defaults()),
                new Write.Delete(grace(0)));
        ObjectState state = ObjectState.ABSENT;
        List<String> words = new ArrayList<>();
        for (Write write : life) {
            Decision decision = decider.decide(state, 1, new Write.Request(KEY, write, ADMIN, NOW, "uid-1"));
            Decision.Persist persist = (Decision.Persist) decision;
            words.add(persist.event().name());
            state = state.apply(persist.event());
        }

        assertEquals(
                List.of(
                        "PodCreated",
                        "PodBound",
                        "PodStatusReported",
                        "ResourceUpdated",
                        "PodDeletionRequested",
                        "PodDeleted"),
                words);
    }
}
