package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.schema.FieldChecker;
import dev.troupe.model.testkit.InMemoryResourceApi;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for any workload, tried on random ones. */
class WorkloadPropertiesTest {
    private static final int ROUNDS = 300;
    private static final long SEED = Long.getLong("troupe.test.seed", System.nanoTime());

    static List<ResourceStrategy> strategies() {
        return WorkloadKinds.all();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void defaultsAreIdempotentAndFitTheSchema(ResourceStrategy strategy) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            ObjectNode object = random(strategy, random);
            FieldChecker.check(strategy.type(), object).orThrow();
            strategy.applyDefaults(object);
            ObjectNode once = object.deepCopy();

            strategy.applyDefaults(object);
            assertEquals(once, object, "seed " + SEED + " round " + round);

            assertEquals(
                    List.of(),
                    FieldChecker.check(strategy.type(), object).orThrow(),
                    "seed " + SEED + " round " + round);
            strategy.applyDefaults(object);
            assertEquals(once, object, "seed " + SEED + " round " + round);
        }
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void writingBackWhatWasReadChangesNothing(ResourceStrategy strategy) {
        SplittableRandom random = new SplittableRandom(SEED);
        InMemoryResourceApi api = new InMemoryResourceApi(BuiltInKinds.registry(), InstantSource.fixed(Instant.EPOCH));
        for (int round = 0; round < ROUNDS; round++) {
            ObjectNode object = random(strategy, random);
            Json.objectAt(object, "metadata").put("name", "n" + round);
            StoredObject created = api.given(object.toString());

            WriteResult again = api.update(
                            InMemoryResourceApi.admin(), created.key(), "", created.copy(), WriteOptions.internal())
                    .toCompletableFuture()
                    .join()
                    .orThrow();

            assertEquals(WriteResult.Effect.UNCHANGED, again.effect(), "seed " + SEED + " round " + round);
        }
    }

    private static ObjectNode random(ResourceStrategy strategy, SplittableRandom random) {
        ObjectNode object = Json.object();
        object.put("apiVersion", strategy.type().apiVersion())
                .put("kind", strategy.type().kind());
        object.putObject("metadata").put("name", "n").put("namespace", "rec");
        ObjectNode spec = object.putObject("spec");
        if (strategy.type().kind().equals("Pod")) {
            podSpec(spec, random);
            return object;
        }
        maybe(random, () -> spec.put("replicas", random.nextInt(5)));
        maybe(random, () -> spec.put("minReadySeconds", random.nextInt(3)));
        if (strategy.type().kind().equals("Deployment")) {
            maybe(random, () -> spec.put("paused", random.nextBoolean()));
            maybe(random, () -> Json.objectAt(spec, "strategy", "rollingUpdate").put("maxSurge", 1));
        }
        if (!strategy.type().kind().equals("ReplicationController")) {
            Json.objectAt(spec, "selector", "matchLabels").put("app", "web");
        }
        Json.objectAt(spec, "template", "metadata", "labels").put("app", "web");
        podSpec(Json.objectAt(spec, "template", "spec"), random);
        return object;
    }

    private static void podSpec(ObjectNode spec, SplittableRandom random) {
        maybe(random, () -> spec.put("hostNetwork", random.nextBoolean()));
        maybe(random, () -> spec.put("terminationGracePeriodSeconds", random.nextInt(3)));
        maybe(random, () -> spec.put("serviceAccount", "bot"));
        maybe(random, () -> spec.putObject("nodeSelector"));
        ArrayNode volumes = spec.putArray("volumes");
        List<String> sources = List.of(
                "{}",
                "{emptyDir: {sizeLimit: 2048Ki}}",
                "{configMap: {name: m}}",
                "{hostPath: {path: /x}}",
                "{projected: {sources: [{serviceAccountToken: {path: t}}]}}",
                "{downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.name}}]}}");
        for (int i = random.nextInt(3); i > 0; i--) {
            ObjectNode volume = Manifests.yaml(sources.get(random.nextInt(sources.size())));
            volumes.add(volume.put("name", "v" + i));
        }
        for (String list : List.of("containers", "initContainers")) {
            ArrayNode containers = spec.putArray(list);
            for (int i = random.nextInt(2) + (list.equals("containers") ? 1 : 0); i > 0; i--) {
                container(containers.addObject().put("name", list.charAt(0) + "" + i), list, random);
            }
        }
    }

    private static void container(ObjectNode container, String list, SplittableRandom random) {
        int port = 1 + random.nextInt(65535);
        container.put(
                "image", List.of("nginx", "nginx:1.19", "localhost:1/a:latest").get(random.nextInt(3)));
        maybe(
                random,
                () -> container.set(
                        "resources", Manifests.yaml("{limits: {cpu: 1000m, memory: 1024Ki}, requests: {cpu: '0.5'}}")));
        maybe(random, () -> container.putArray("ports").addObject().put("containerPort", port));
        maybe(random, () -> container.put("tty", random.nextBoolean()));
        maybe(
                random,
                () -> container
                        .putArray("env")
                        .add(Manifests.yaml("{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}")));
        maybe(random, () -> container.putObject("securityContext"));
        if (list.equals("containers")) {
            maybe(random, () -> container.set("livenessProbe", Manifests.yaml("{httpGet: {port: http-x}}")));
            maybe(random, () -> container.set("readinessProbe", Manifests.yaml("{grpc: {port: 1}}")));
            maybe(random, () -> container.set("lifecycle", Manifests.yaml("{postStart: {httpGet: {port: 80}}}")));
        }
    }

    private static void maybe(SplittableRandom random, Runnable change) {
        if (random.nextBoolean()) {
            change.run();
        }
    }
}
