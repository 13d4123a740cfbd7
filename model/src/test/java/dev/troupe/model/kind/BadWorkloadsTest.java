package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import dev.troupe.model.testkit.InMemoryResourceApi;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.Yaml;

/** Manifests that must be refused, with the message that Kubernetes gives. */
class BadWorkloadsTest {
    private static final String DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n";
    private static final String POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n";
    private static final String CONTAINERS = "  containers: [{name: c, image: i}]\n";
    private static final String SELECTED = "  selector: {matchLabels: {a: b}}\n"
            + "  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}\n";

    /**
     * One case.
     *
     * @param name as the recordings have it, or of our own
     * @param message after {@code is invalid: }
     */
    private record Case(String name, String manifest, String message) {}

    private static final List<Case> CASES = List.of(
            new Case(
                    "302 no name",
                    "apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {containers: [{name: c, image: i}]}\n",
                    "metadata.name: Required value: name or generateName is required"),
            new Case("306 no containers", POD + "  containers: []\n", "spec.containers: Required value"),
            new Case("308 no image", POD + "  containers: [{name: c}]\n", "spec.containers[0].image: Required value"),
            new Case(
                    "310 duplicate container",
                    POD + "  containers: [{name: c, image: i},{name: c, image: i}]\n",
                    "spec.containers[1].name: Duplicate value: \"c\""),
            new Case(
                    "314 ports",
                    POD + "  containers: [{name: c, image: i, ports: [{containerPort: 70000},"
                            + "{containerPort: 80, protocol: XYZ},{name: \"Bad Name\", containerPort: 81}]}]\n",
                    "[spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535,"
                            + " inclusive, spec.containers[0].ports[1].protocol: Unsupported value: \"XYZ\": supported"
                            + " values: \"SCTP\", \"TCP\", \"UDP\", spec.containers[0].ports[2].name: Invalid value:"
                            + " \"Bad Name\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)]"),
            new Case(
                    "316 enumerations",
                    POD + "  restartPolicy: Maybe\n  dnsPolicy: Foo\n" + CONTAINERS,
                    "[spec.restartPolicy: Unsupported value: \"Maybe\": supported values: \"Always\", \"OnFailure\","
                            + " \"Never\", spec.dnsPolicy: Unsupported value: \"Foo\": supported values:"
                            + " \"ClusterFirstWithHostNet\", \"ClusterFirst\", \"Default\", \"None\"]"),
            new Case(
                    // 1.27 and later also name the limit.
                    "318 resources",
                    POD + "  containers: [{name: c, image: i, resources: {limits: {cpu: \"100m\"}, requests:"
                            + " {cpu: \"1\", memory: \"-5\"}}}]\n",
                    "[spec.containers[0].resources.requests: Invalid value: \"1\": must be less than or equal to cpu"
                            + " limit of 100m, spec.containers[0].resources.requests[memory]: Invalid value: \"-5\":"
                            + " must be greater than or equal to 0]"),
            new Case(
                    // 1.32 has the relaxed rule for names of variables.
                    "321 volume mount",
                    POD + "  containers: [{name: c, image: i, volumeMounts: [{name: nope, mountPath: /x}], env:"
                            + " [{name: \"1=2\", value: v}]}]\n",
                    "[spec.containers[0].env[0].name: Invalid value: \"1=2\": a valid environment variable name must"
                            + " consist only of printable ASCII characters other than '=',"
                            + " spec.containers[0].volumeMounts[0].name: Not found: \"nope\"]"),
            new Case(
                    "324 volumes",
                    POD + "  volumes: [{name: v},{name: v, emptyDir: {}}]\n" + CONTAINERS,
                    "spec.volumes[1].name: Duplicate value: \"v\""),
            new Case(
                    "325 probe",
                    POD + "  containers: [{name: c, image: i, livenessProbe: {httpGet: {path: \"\", port: 0},"
                            + " periodSeconds: -1}}]\n",
                    "[spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535,"
                            + " inclusive, spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be"
                            + " greater than or equal to 0]"),
            new Case(
                    "328 tolerations",
                    POD + "  tolerations: [{operator: Exists, value: v}]\n  nodeSelector: {\"bad key!\": v}\n"
                            + CONTAINERS,
                    "[spec.nodeSelector: Invalid value: \"bad key!\": name part must consist of alphanumeric"
                            + " characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g."
                            + " 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                            + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'), spec.tolerations[0].operator: Invalid"
                            + " value: core.Toleration{Key:\"\", Operator:\"Exists\", Value:\"v\", Effect:\"\","
                            + " TolerationSeconds:(*int64)(nil)}: value must be empty when `operator` is 'Exists']"),
            new Case(
                    "336 negative replicas",
                    DEPLOYMENT + "  replicas: -1\n" + SELECTED,
                    "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
            new Case(
                    "338 no selector",
                    DEPLOYMENT
                            + "  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}\n",
                    "[spec.selector: Required value, spec.template.metadata.labels: Invalid value:"
                            + " map[string]string{\"a\":\"b\"}: `selector` does not match template `labels`]"),
            new Case(
                    "340 selector mismatch",
                    DEPLOYMENT + "  selector: {matchLabels: {a: c}}\n"
                            + "  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}\n",
                    "spec.template.metadata.labels: Invalid value: map[string]string{\"a\":\"b\"}: `selector` does not"
                            + " match template `labels`"),
            new Case(
                    "342 restart policy",
                    DEPLOYMENT + "  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec:"
                            + " {restartPolicy: Never, containers: [{name: c, image: i}]}}\n",
                    "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\""),
            new Case(
                    "344 strategy of nothing",
                    DEPLOYMENT + "  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}\n"
                            + SELECTED,
                    "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:0, IntVal:0,"
                            + " StrVal:\"\"}: may not be 0 when `maxSurge` is 0"),
            new Case(
                    "346 recreate with bounds",
                    DEPLOYMENT + "  strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}\n" + SELECTED,
                    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"),
            new Case(
                    "348 selector operator",
                    DEPLOYMENT + "  selector: {matchExpressions: [{key: a, operator: Foo, values: [b]}]}\n"
                            + "  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}\n",
                    "[spec.selector.matchExpressions[0].operator: Invalid value: \"Foo\": not a valid selector operator,"
                            + " spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil),"
                            + " MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{Key:\"a\","
                            + " Operator:\"Foo\", Values:[]string{\"b\"}}}}: invalid label selector]"),
            new Case(
                    "350 numbers",
                    DEPLOYMENT + "  minReadySeconds: -1\n  progressDeadlineSeconds: 0\n  revisionHistoryLimit: -2\n"
                            + SELECTED,
                    "[spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0,"
                            + " spec.revisionHistoryLimit: Invalid value: -2: must be greater than or equal to 0]"));

    @TestFactory
    List<DynamicTest> refusesWithKubernetesText() {
        return CASES.stream()
                .map(bad -> DynamicTest.dynamicTest(bad.name(), () -> assertEquals(bad.message(), fault(bad))))
                .toList();
    }

    private static String fault(Case bad) {
        ObjectNode object = Json.mapper().valueToTree(new Yaml().load(bad.manifest()));
        return switch (create(object)) {
            case Outcome.Success<WriteResult> success -> "accepted";
            case Outcome.Failure<WriteResult> failure -> afterName(failure.status());
        };
    }

    private static String afterName(Status status) {
        assertEquals(422, status.code(), status.message());
        String marker = " is invalid: ";
        return status.message().substring(status.message().indexOf(marker) + marker.length());
    }

    private static Outcome<WriteResult> create(ObjectNode object) {
        InMemoryResourceApi api = new InMemoryResourceApi(BuiltInKinds.registry(), InstantSource.fixed(Instant.EPOCH));
        ResourceType type = BuiltInKinds.registry()
                .findKind(text(object, "apiVersion"), text(object, "kind"))
                .orElseThrow()
                .type();
        return api.create(InMemoryResourceApi.admin(), type, "rec2", object, WriteOptions.internal())
                .toCompletableFuture()
                .join();
    }

    private static String text(JsonNode object, String field) {
        return object.path(field).asText();
    }
}
