package dev.troupe.model.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.patch.Patches;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.schema.FieldChecker;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;
import io.kubernetes.client.proto.Meta.ObjectMeta;
import io.kubernetes.client.proto.Runtime.TypeMeta;
import io.kubernetes.client.proto.Runtime.Unknown;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Apps;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Bytes that began as good ones and were damaged: each is read or refused, and nothing else ever happens. */
class HostileBytesTest {
    private static final int ROUNDS = Integer.getInteger("troupe.test.rounds", 6_000);
    private static final long SEED = Long.getLong("troupe.test.seed", System.nanoTime());
    private static final ResourceType TYPE = BuiltInTypes.DEPLOYMENTS;

    private static final String DEPLOYMENT = """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","labels":{"app":"web"},
            "annotations":{"é":"\\u00e9\\n"},"finalizers":["a/b"],"creationTimestamp":"2026-01-01T00:00:00Z"},
            "spec":{"replicas":3,"paused":false,"selector":{"matchLabels":{"app":"web"}},"strategy":{"rollingUpdate":
            {"maxSurge":"25%","maxUnavailable":1}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":
            [{"name":"c","image":"i","resources":{"limits":{"cpu":"500m","memory":1e3}},"env":[{"name":"A","value":"1"}],
            "ports":[{"containerPort":80}]}],"volumes":[{"name":"v","emptyDir":{"sizeLimit":"1Gi"}}]}}}}""";

    private static final String YAML = """
            # a comment
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, labels: &labels {app: "web", 'tier': yes}}
            spec:
              replicas: 0x3
              selector: {matchLabels: *labels}
              template: &template
                metadata:
                  labels: {<<: *labels, extra: !!str 5}
                spec:
                  containers:
                  - name: c
                    args: [-a, |-
                      text]
                    command:
                    - >
                      folded
                      text
                    - "quoted \\u0041 \\
                      text"
                    resources: {limits: {cpu: .5, memory: 1_000}}
            ---
            ignored: true
            """;

    private static final List<String> TOKENS = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"",
            "\\u",
            "\\ud800",
            "null",
            "true",
            "1e999",
            "-0",
            "&a ",
            "*a",
            "<<: *a",
            "!!binary ",
            "!!int ",
            "|",
            ">",
            "? ",
            "- ",
            "---\n",
            "...\n",
            "%YAML 1.3\n",
            "\t",
            "\n",
            "\u0000",
            "\uFEFF",
            "\u0085",
            "𝄞",
            "$patch",
            "$retainKeys",
            "$setElementOrder/containers",
            "replace",
            "delete",
            "~1",
            "/-",
            "#",
            "=",
            "!=",
            " in (",
            ")",
            "notin",
            "99999999999999999999",
            "[[[[[[[[[[[[[[[[",
            "{\"a\":{\"a\":{\"a\":");

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void damagedJsonIsReadOrRefused() {
        damage(DEPLOYMENT.getBytes(StandardCharsets.UTF_8), body -> decode("application/json", body));
    }

    @Test
    void damagedYamlIsReadOrRefused() {
        damage(YAML.getBytes(StandardCharsets.UTF_8), body -> decode("application/yaml", body));
    }

    @Test
    void damagedProtobufIsReadOrRefused() {
        damage(protobuf(), body -> decode("application/vnd.kubernetes.protobuf", body));
    }

    /** What is read can be checked, checked again to the same effect, and written. */
    private static void decode(String contentType, byte[] body) {
        Outcome<BodyDecoder.DecodedBody> decoded = BodyDecoders.all().decode(TYPE, contentType, body);
        if (decoded instanceof Outcome.Success<BodyDecoder.DecodedBody> success) {
            ObjectNode object = success.value().object();
            if (FieldChecker.check(TYPE, object) instanceof Outcome.Success<List<String>>) {
                byte[] once = Json.bytes(object);
                assertEquals(Outcome.success(List.of()), FieldChecker.check(TYPE, object));
                assertTrue(Arrays.equals(once, Json.bytes(object)), "checked twice, it changed");
            }
        } else if (decoded instanceof Outcome.Failure<BodyDecoder.DecodedBody> failure) {
            assertTrue(failure.status().code() == 400 || failure.status().code() == 415);
        }
    }

    @Test
    void damagedPatchesApplyOrAreRefused() {
        ObjectNode object = Json.parseObject(DEPLOYMENT);
        ObjectNode before = object.deepCopy();
        List<String> patches = List.of(
                "[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/env/-\",\"value\":{\"name\":\"B\"}},"
                        + "{\"op\":\"move\",\"from\":\"/metadata/labels\",\"path\":\"/spec/a\"},"
                        + "{\"op\":\"copy\",\"from\":\"/spec\",\"path\":\"/b\"},{\"op\":\"test\",\"path\":\"/kind\","
                        + "\"value\":\"Deployment\"},{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":1}]",
                "{\"metadata\":{\"labels\":null,\"finalizers\":[\"x\"]},\"spec\":{\"template\":{\"spec\":{\"containers\":"
                        + "[{\"name\":\"c\",\"$patch\":\"replace\",\"env\":[{\"name\":\"A\",\"$patch\":\"delete\"}]},"
                        + "{\"name\":\"n\"}],\"$setElementOrder/containers\":[{\"name\":\"n\"},{\"name\":\"c\"}],"
                        + "\"volumes\":[{\"name\":\"v\",\"$retainKeys\":[\"name\"]}]}}}}");
        for (String patch : patches) {
            damage(patch.getBytes(StandardCharsets.UTF_8), bytes -> {
                if (!(JsonBodyDecoder.read(bytes, new ArrayList<>()) instanceof Outcome.Success<JsonNode> read)) {
                    return;
                }
                if (read.value() instanceof ArrayNode operations) {
                    apply(object, new Patch.JsonPatch(operations));
                } else if (read.value() instanceof ObjectNode changes) {
                    apply(object, new Patch.MergePatch(changes));
                    apply(object, new Patch.StrategicMergePatch(changes));
                }
                assertEquals(before, object, "the object itself changed");
            });
        }
    }

    private static void apply(ObjectNode object, Patch patch) {
        if (Patches.apply(TYPE, object, patch) instanceof Outcome.Success<ObjectNode> success) {
            FieldChecker.check(TYPE, success.value());
            Json.bytes(success.value());
        }
    }

    @Test
    void damagedSelectorsAndQuantitiesAreReadOrRefused() {
        damage(
                "app in (a, b),tier notin (x),!gone,has,k=v,k2==v2,k3!=v3".getBytes(StandardCharsets.UTF_8),
                bytes -> LabelSelector.parse(new String(bytes, StandardCharsets.UTF_8)));
        damage(
                "metadata.name=a,status.phase!=Running,spec.nodeName==n\\,m".getBytes(StandardCharsets.UTF_8),
                bytes -> FieldSelector.parse(new String(bytes, StandardCharsets.UTF_8)));
        damage(
                "-12345.6789e-3".getBytes(StandardCharsets.UTF_8),
                bytes -> Quantity.parse(new String(bytes, StandardCharsets.UTF_8)));
    }

    @Test
    void yamlReadsJsonAsJsonDoes() {
        for (int round = 0; round < 1_000; round++) {
            JsonNode tree = randomTree(4);
            byte[] json = Json.bytes(tree);
            YamlDocuments.Result result = YamlDocuments.read(json);
            String context = "seed " + SEED + ": " + new String(json, StandardCharsets.UTF_8);
            assertTrue(result instanceof YamlDocuments.Document, () -> context + " -> " + result);
            assertEquals(tree, ((YamlDocuments.Document) result).root(), context);
        }
    }

    private JsonNode randomTree(int depth) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> nodes.nullNode();
            case 1 -> nodes.booleanNode(random.nextBoolean());
            case 2 -> nodes.numberNode(random.nextInt());
            case 3 -> nodes.numberNode(random.nextLong(1L << 40, Long.MAX_VALUE));
            case 4 -> nodes.textNode(randomText());
            case 5 -> {
                ArrayNode array = Json.array();
                for (int i = random.nextInt(5); i > 0; i--) {
                    array.add(randomTree(depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = Json.object();
                for (int i = random.nextInt(5); i > 0; i--) {
                    object.set(randomText(), randomTree(depth - 1));
                }
                yield object;
            }
        };
    }

    private String randomText() {
        String alphabet = "ab: ,#-*&!|>'\"\\{}[]\n\t/é√𝄞0~%@`";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int at = random.nextInt(alphabet.codePointCount(0, alphabet.length()));
            text.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, at)));
        }
        return text.toString();
    }

    private void damage(byte[] good, Consumer<byte[]> reader) {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = good;
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                bytes = mutate(bytes);
            }
            try {
                reader.accept(bytes);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError(
                        "seed " + SEED + " round " + round + ": " + new String(bytes, StandardCharsets.UTF_8), e);
            }
        }
    }

    private byte[] mutate(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int length = Math.min(random.nextInt(20), bytes.length - at);
        byte[] head = Arrays.copyOf(bytes, at);
        byte[] tail = Arrays.copyOfRange(bytes, at, bytes.length);
        return switch (random.nextInt(6)) {
            case 0 -> {
                byte[] flipped = bytes.clone();
                if (at < flipped.length) {
                    flipped[at] ^= (byte) (1 << random.nextInt(8));
                }
                yield flipped;
            }
            case 1 -> join(head, Arrays.copyOfRange(bytes, at + length, bytes.length));
            case 2 -> join(head, TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8), tail);
            case 3 -> join(head, Arrays.copyOfRange(bytes, at, at + length), tail);
            case 4 -> {
                byte[] noise = new byte[1 + random.nextInt(4)];
                random.nextBytes(noise);
                yield join(head, noise, tail);
            }
            default -> random.nextInt(4) == 0 ? head : join(tail, head);
        };
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static byte[] protobuf() {
        V1Apps.Deployment deployment = V1Apps.Deployment.newBuilder()
                .setMetadata(ObjectMeta.newBuilder().setName("web").putLabels("app", "web"))
                .setSpec(V1Apps.DeploymentSpec.newBuilder()
                        .setReplicas(3)
                        .setTemplate(V1.PodTemplateSpec.newBuilder()
                                .setSpec(V1.PodSpec.newBuilder()
                                        .addVolumes(V1.Volume.newBuilder()
                                                .setName("v")
                                                .setVolumeSource(V1.VolumeSource.newBuilder()
                                                        .setEmptyDir(V1.EmptyDirVolumeSource.newBuilder())))
                                        .addContainers(V1.Container.newBuilder()
                                                .setName("c")
                                                .addPorts(V1.ContainerPort.newBuilder()
                                                        .setContainerPort(80))))))
                .build();
        byte[] unknown = Unknown.newBuilder()
                .setTypeMeta(TypeMeta.newBuilder().setApiVersion("apps/v1").setKind("Deployment"))
                .setRaw(deployment.toByteString())
                .build()
                .toByteArray();
        return join(new byte[] {'k', '8', 's', 0}, unknown);
    }
}
