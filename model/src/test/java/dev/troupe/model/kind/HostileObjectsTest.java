package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.entity.Decision;
import dev.troupe.model.entity.ObjectState;
import dev.troupe.model.entity.ResourceDecider;
import dev.troupe.model.entity.Scales;
import dev.troupe.model.entity.Write;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.schema.Schema;
import dev.troupe.model.schema.Schemas;
import dev.troupe.model.testkit.InMemoryResourceApi;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects of the right types and of random, mostly senseless values: each is taken or refused, none breaks anything. */
class HostileObjectsTest {
    private static final int ROUNDS = 150;
    private static final int DEPTH = 9;
    private static final long SEED = Long.getLong("troupe.test.seed", System.nanoTime());
    private static final Instant NOW = Instant.parse("2026-11-23T08:30:00Z");
    private static final List<String> TEXTS = List.of(
            "",
            "c",
            "a b",
            "..",
            "../x",
            "/x",
            "Always",
            "Never",
            "Exists",
            "In",
            "RollingUpdate",
            "Recreate",
            "app",
            "nginx:1.19",
            "metadata.name",
            "metadata.labels['a']",
            "Localhost",
            "None",
            "cpu",
            "a/b",
            "é\u0000",
            "10.0.0.1");
    private static final List<Long> NUMBERS =
            List.of(-1L, 0L, 1L, 80L, 600L, 70_000L, (long) Integer.MAX_VALUE, (long) Integer.MIN_VALUE);
    private static final List<String> QUANTITIES = List.of("0", "1", "-1", "100m", "1Ki", "1.5Gi", "1e3", "0.1n");

    /** {@code -----BEGIN CERTIFICATE REQUEST-----} in base64. */
    private static final String PEM = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K";

    private final SplittableRandom random = new SplittableRandom(SEED);
    private int size;

    static List<ResourceStrategy> strategies() {
        return List.copyOf(BuiltInKinds.registry().all());
    }

    static List<ResourceStrategy> strategiesWithStatus() {
        return strategies().stream()
                .filter(strategy -> strategy.type().hasSubresource("status"))
                .toList();
    }

    private static ObjectKey keyFor(ResourceStrategy strategy) {
        return strategy.type().key("rec", strategy.type().kind().equals("IPAddress") ? "10.96.0.1" : "n");
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void takesOrRefusesWhateverHasTheRightTypes(ResourceStrategy strategy) {
        Schema schema = Schemas.builtIn().find(strategy.type()).orElseThrow();
        ResourceDecider decider = new ResourceDecider(strategy);
        ObjectKey key = keyFor(strategy);
        for (int round = 0; round < ROUNDS; round++) {
            size = 0;
            ObjectNode object = (ObjectNode) value(schema, 0);
            object.put("apiVersion", strategy.type().apiVersion())
                    .put("kind", strategy.type().kind());
            name(object, key);
            if (strategy.type().kind().equals("Node")) {
                // Like Kubernetes, an update of a node refuses doubled addresses and its creation does not.
                object.remove("status");
            }
            String where = "seed " + SEED + " round " + round + " " + object;

            Decision decision = decider.decide(
                    ObjectState.ABSENT, 0, request(key, new Write.Create(object.deepCopy(), WriteOptions.internal())));

            assertTrue(
                    decision instanceof Decision.Persist
                            || decision instanceof Decision.Rejected rejected
                                    && List.of(400, 422)
                                            .contains(rejected.status().code()),
                    where);
            if (decision instanceof Decision.Persist persist) {
                servesWhatItTook(strategy, decider, ObjectState.ABSENT.apply(persist.event()), key, where);
            }
        }
    }

    /** A status may be anything too: nodes report it, and tables must still be printed. */
    @ParameterizedTest
    @MethodSource("strategiesWithStatus")
    void printsWhateverStatusIsReported(ResourceStrategy strategy) {
        Schema status = Schemas.builtIn()
                .find(strategy.type())
                .orElseThrow()
                .properties()
                .get("status");
        ResourceDecider decider = new ResourceDecider(strategy);
        ObjectKey key = keyFor(strategy);
        ObjectNode base = base(strategy);
        Decision.Persist created = (Decision.Persist)
                decider.decide(ObjectState.ABSENT, 0, request(key, new Write.Create(base, WriteOptions.internal())));
        ObjectState state = ObjectState.ABSENT.apply(created.event());
        for (int round = 0; round < ROUNDS; round++) {
            size = 0;
            ObjectNode object = Json.parseObject(state.object());
            object.withObject("metadata").remove("resourceVersion");
            object.set("status", value(status, 3));
            String where = "seed " + SEED + " round " + round + " " + object;

            Decision decision = decider.decide(
                    state, 7, request(key, new Write.Update("status", object.deepCopy(), WriteOptions.internal())));

            if (decision instanceof Decision.Persist persist) {
                servesWhatItTook(strategy, decider, state.apply(persist.event()), key, where);
            }
        }
    }

    private static ObjectNode base(ResourceStrategy strategy) {
        ObjectNode base = switch (strategy.type().kind()) {
            case "Pod" -> Manifests.pod("{initContainers: [{name: i, image: i}], containers: [{name: c, image: i}]}");
            case "ReplicationController" -> {
                ObjectNode controller = Manifests.deployment("");
                controller.withObject("spec").set("selector", Manifests.yaml("{app: web}"));
                yield controller;
            }
            case "ReplicaSet", "Deployment" -> Manifests.deployment("");
            case "Service" -> Manifests.yaml("{spec: {ports: [{port: 80}]}}");
            case "CertificateSigningRequest" ->
                Manifests.yaml("{spec: {request: " + PEM + ", signerName: example.com/a, usages: [any]}}");
            default -> Manifests.yaml("{spec: {}}");
        };
        name(base, keyFor(strategy));
        return base.put("apiVersion", strategy.type().apiVersion())
                .put("kind", strategy.type().kind());
    }

    private static void name(ObjectNode object, ObjectKey key) {
        ObjectNode metadata = Json.objectAt(object, "metadata");
        metadata.removeAll().put("name", key.name().name());
        if (!key.name().namespace().isEmpty()) {
            metadata.put("namespace", key.name().namespace());
        }
    }

    private static Write.Request request(ObjectKey key, Write write) {
        return new Write.Request(key, write, InMemoryResourceApi.admin(), NOW, "uid-1");
    }

    private static void servesWhatItTook(
            ResourceStrategy strategy, ResourceDecider decider, ObjectState state, ObjectKey key, String where) {
        StoredObject stored = StoredObject.versioned(state.object(), 7, strategy);
        assertEquals(
                strategy.table().columns().size(),
                strategy.table().cells(stored.tree(), NOW).size(),
                where);
        if (strategy.type().hasSubresource("scale")) {
            Scales.of(strategy.type(), stored.tree());
        }
        ObjectNode same = stored.copy();
        same.withObject("metadata").put("resourceVersion", "7");
        Decision again = decider.decide(state, 7, request(key, new Write.Update("", same, WriteOptions.internal())));
        String outcome =
                again instanceof Decision.Rejected rejected ? rejected.status().message() : "changed";
        assertTrue(again instanceof Decision.Answer, outcome + " " + where);
    }

    private JsonNode value(Schema schema, int depth) {
        JsonNodeFactory nodes = Json.mapper().getNodeFactory();
        size++;
        return switch (schema.shape()) {
            case OBJECT -> object(schema, depth);
            case MAP -> {
                ObjectNode map = Json.object();
                for (int i = random.nextInt(3); i > 0; i--) {
                    map.set(
                            pick(List.of("app", "a b", "cpu", "memory", "example.com/x")),
                            value(schema.items(), depth + 1));
                }
                yield map;
            }
            case ARRAY -> {
                ArrayNode array = Json.array();
                for (int i = depth > DEPTH || size > 300 ? 0 : random.nextInt(3); i > 0; i--) {
                    array.add(value(schema.items(), depth + 1));
                }
                yield array;
            }
            case STRING, RAW -> nodes.textNode(pick(TEXTS));
            case BYTES -> nodes.textNode("AAAA");
            case INT32, INT64, NUMBER -> nodes.numberNode(pick(NUMBERS).intValue());
            case BOOLEAN -> nodes.booleanNode(random.nextBoolean());
            case QUANTITY -> nodes.textNode(pick(QUANTITIES));
            case TIME, MICRO_TIME -> nodes.textNode("2026-11-23T08:29:00Z");
            case INT_OR_STRING ->
                random.nextBoolean()
                        ? nodes.textNode(pick(List.of("25%", "http", "1000%")))
                        : nodes.numberNode(pick(NUMBERS).intValue());
        };
    }

    private ObjectNode object(Schema schema, int depth) {
        ObjectNode object = Json.object();
        for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
            boolean often = List.of("spec", "template", "containers", "name", "image", "selector")
                    .contains(property.getKey());
            if (depth <= DEPTH && size < 300 && (often ? random.nextInt(8) > 0 : random.nextInt(6) == 0)) {
                object.set(property.getKey(), value(property.getValue(), depth + 1));
            }
        }
        return object;
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
