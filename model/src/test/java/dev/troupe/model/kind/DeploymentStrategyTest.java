package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Scales;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.InMemoryResourceApi;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentStrategyTest {
    private static final ObjectKey KEY = BuiltInTypes.DEPLOYMENTS.key("rec", "web");

    private InMemoryResourceApi api = new InMemoryResourceApi(BuiltInKinds.registry(), InstantSource.system());

    @BeforeEach
    void given() {
        api = new InMemoryResourceApi(
                BuiltInKinds.registry(), InstantSource.fixed(Instant.parse("2026-11-23T08:30:00Z")));
        api.given(Manifests.deployment("replicas: 3").toString());
    }

    private Outcome<WriteResult> patch(String subresource, String patch) {
        return api.patch(
                        InMemoryResourceApi.admin(),
                        KEY,
                        subresource,
                        new Patch.MergePatch(Manifests.yaml(patch)),
                        WriteOptions.internal())
                .toCompletableFuture()
                .join();
    }

    private String refused(String subresource, String patch) {
        return switch (patch(subresource, patch)) {
            case Outcome.Success<WriteResult> success -> "accepted";
            case Outcome.Failure<WriteResult> failure -> failure.status().message();
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|{spec: {replicas: 4}}|2",
                "|{spec: {replicas: 3}}|1",
                "|{metadata: {annotations: {a: b}}}|2",
                "|{metadata: {labels: {a: b}}}|1",
                "scale|{spec: {replicas: 4}}|2",
                "status|{metadata: {annotations: {a: b}}, status: {replicas: 1}}|1",
            })
    void raisesItsGenerationWithSpecAndAnnotations(String subresource, String patch, long generation) {
        StoredObject after =
                patch(subresource == null ? "" : subresource, patch).orThrow().object();

        assertEquals(generation, after.meta().generation());
    }

    @Test
    void keepsLabelsAndSpecThroughAStatusUpdate() {
        StoredObject after = patch(
                        "status",
                        "{metadata: {labels: {a: b}, annotations: {c: d}}, spec: {replicas: 9}, status: {replicas: 2,"
                                + " readyReplicas: 0}}")
                .orThrow()
                .object();

        assertEquals(3, after.tree().at("/spec/replicas").asInt());
        assertEquals(false, after.tree().path("metadata").has("labels"));
        assertEquals(Manifests.yaml("{c: d}"), after.tree().at("/metadata/annotations"));
        assertEquals(Manifests.yaml("{replicas: 2}"), after.tree().path("status"));
    }

    /** Recording 411. */
    @Test
    void refusesAnotherSelector() {
        assertEquals(
                "Deployment.apps \"web\" is invalid: spec.selector: Invalid value:"
                        + " v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"z\"},"
                        + " MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable",
                refused("", "{spec: {selector: {matchLabels: {app: z}}, template: {metadata: {labels: {app: z}}}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{replicas: 1, readyReplicas: 2} | status.readyReplicas: Invalid value: 2: cannot be greater than"
                        + " status.replicas",
                "{replicas: 2, readyReplicas: 1, availableReplicas: 2} | status.availableReplicas: Invalid value: 2:"
                        + " cannot be greater than readyReplicas",
                "{unavailableReplicas: -1} | status.unavailableReplicas: Invalid value: -1: must be greater than or equal to 0",
                "{collisionCount: 0} | status.collisionCount: Invalid value: 0: cannot be decremented",
            })
    void refusesAStatusThatCannotBe(String status, String message) {
        patch("status", "{status: {collisionCount: 1}}").orThrow();

        assertEquals("Deployment.apps \"web\" is invalid: " + message, refused("status", "{status: " + status + "}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{spec: {replicas: 4}}|DeploymentScaled",
                "{spec: {paused: true}}|DeploymentPaused",
                "{spec: {template: {spec: {hostname: h}}}}|DeploymentTemplateChanged",
                "{spec: {replicas: 4, template: {spec: {hostname: h}}}}|DeploymentTemplateChanged",
                "{metadata: {labels: {a: b}}}|ResourceUpdated",
            })
    void tellsItsChangesInWordsOfTheDomain(String patch, String word) {
        ObjectNode old =
                api.find(BuiltInTypes.DEPLOYMENTS, "rec", "web").orElseThrow().copy();
        ObjectNode changed = patch("", patch).orThrow().object().copy();

        assertEquals(word, new DeploymentStrategy().eventName("patch", "", old, changed));
    }

    @Test
    void tellsThatItResumes() {
        ObjectNode paused =
                patch("", "{spec: {paused: true}}").orThrow().object().copy();
        ObjectNode resumed =
                patch("", "{spec: {paused: null}}").orThrow().object().copy();

        assertEquals("DeploymentResumed", new DeploymentStrategy().eventName("patch", "", paused, resumed));
        assertEquals(
                "DeploymentCreated",
                new DeploymentStrategy().eventName("create", "", Json.object().path("none"), resumed));
    }

    @Test
    void isScaledThroughItsScale() {
        StoredObject after = patch("scale", "{spec: {replicas: 0}}").orThrow().object();

        ObjectNode scale = Scales.of(BuiltInTypes.DEPLOYMENTS, after.tree());
        assertEquals(0, after.tree().at("/spec/replicas").asInt());
        assertEquals(Manifests.yaml("{}"), scale.path("spec"));
        assertEquals(Manifests.yaml("{replicas: 0, selector: app=web}"), scale.path("status"));
        assertEquals(
                "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal"
                        + " to 0",
                refused("scale", "{spec: {replicas: -1}}"));
    }

    /** Read as no number, it would stop every pod. */
    @Test
    void refusesAScaleThatIsNoNumber() {
        assertEquals(
                "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal string into Go struct field"
                        + " ScaleSpec.spec.replicas of type int32",
                refused("scale", "{spec: {replicas: 'five'}}"));
    }

    @Test
    void leavesDependentsOfAReplicationControllerByDefaultOnly() {
        api.given(
                "{\"apiVersion\":\"v1\",\"kind\":\"ReplicationController\",\"metadata\":{\"name\":\"rc\",\"namespace\":"
                        + "\"rec\"},\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":"
                        + "[{\"name\":\"c\",\"image\":\"i\"}]}}}}");

        for (ObjectKey key : List.of(KEY, BuiltInTypes.REPLICATION_CONTROLLERS.key("rec", "rc"))) {
            api.delete(InMemoryResourceApi.admin(), key, DeleteOptions.defaults())
                    .toCompletableFuture()
                    .join()
                    .orThrow();
        }

        assertEquals(List.of(), api.all(BuiltInTypes.DEPLOYMENTS));
        assertEquals(
                List.of("orphan"),
                api.all(BuiltInTypes.REPLICATION_CONTROLLERS).get(0).meta().finalizers());
    }
}
