package dev.troupe.model.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class QuotaChargeTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String POD = "{metadata: {name: x}, spec: {containers: [{name: c, image: i, resources: %s}]}}";

    private final ResourceRegistry registry = BuiltInKinds.registry();

    private static ObjectNode yaml(String text) {
        return Json.mapper().valueToTree(new Yaml().load(text));
    }

    private static QuotaState quota(String hard, String used) {
        return QuotaState.ofStatus(
                yaml("{metadata: {name: q}, spec: {}, status: {hard: " + hard + ", used: " + used + "}}"));
    }

    private QuotaCharge charge(ResourceType type, String manifest) {
        ObjectNode object = yaml(manifest);
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        ResourceStrategy strategy = registry.get(type.groupResource());
        return QuotaCharge.create(strategy, type.key("quo", Json.text(object, "metadata", "name")), object)
                .orThrow();
    }

    /** What is used afterwards; or the refusal. */
    private static String answer(QuotaCharge charge, QuotaState... quotas) {
        return switch (charge.chargeTo(List.of(quotas), NOW)) {
            case Outcome.Failure<List<QuotaState>> failure -> failure.status().message();
            case Outcome.Success<List<QuotaState>> success ->
                success.value().stream()
                        .map(quota -> new TreeMap<>(quota.used()).toString())
                        .collect(Collectors.joining("; "));
        };
    }

    @Test
    void aContainerMustStateWhatIsLimited() {
        assertEquals(
                "pods \"x\" is forbidden: failed quota: q: must specify requests.cpu for: c",
                answer(
                        charge(BuiltInTypes.PODS, POD.formatted("{}")),
                        quota("{requests.cpu: 500m}", "{requests.cpu: 0}")));
    }

    @Test
    void refusesWhatWouldBeTooMuchInTheWordsOfRecording431() {
        assertEquals(
                "pods \"x\" is forbidden: exceeded quota: q, requested: requests.cpu=450m, used: requests.cpu=100m,"
                        + " limited: requests.cpu=500m",
                answer(
                        charge(BuiltInTypes.PODS, POD.formatted("{limits: {cpu: 900m}, requests: {cpu: 450m}}")),
                        quota("{requests.cpu: 500m, pods: '2'}", "{requests.cpu: 100m, pods: '1'}")));
    }

    @Test
    void refusesOneObjectTooManyInTheWordsOfRecordings434And436() {
        assertEquals(
                "configmaps \"zz\" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=3,"
                        + " limited: configmaps=3",
                answer(
                        charge(BuiltInTypes.CONFIG_MAPS, "{metadata: {name: zz}}"),
                        quota("{configmaps: '3'}", "{configmaps: '3'}")));
        assertEquals(
                "deployments.apps \"d2\" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used:"
                        + " count/deployments.apps=1, limited: count/deployments.apps=1",
                answer(
                        charge(BuiltInTypes.DEPLOYMENTS, "{metadata: {name: d2}}"),
                        quota("{count/deployments.apps: '1'}", "{count/deployments.apps: '1'}")));
    }

    @Test
    void aLimitWithoutRequestCountsAsRequest() {
        assertEquals(
                "{cpu=200m, limits.cpu=200m, requests.cpu=200m}",
                answer(
                        charge(BuiltInTypes.PODS, POD.formatted("{limits: {cpu: 200m}}")),
                        quota("{cpu: 1, requests.cpu: 1, limits.cpu: 1}", "{cpu: 0, requests.cpu: 0, limits.cpu: 0}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[BestEffort] | {} | {pods=1}",
                "[BestEffort] | {requests: {cpu: 1}} | {pods=0}",
                "[NotBestEffort] | {requests: {cpu: 1}} | {pods=1}",
                "[NotTerminating] | {} | {pods=1}",
                "[Terminating] | {} | {pods=0}",
                "[BestEffort, Terminating] | {} | {pods=0}",
            })
    void countsOnlyWhatItsScopesSelect(String scopes, String resources, String used) {
        QuotaState quota = QuotaState.ofStatus(yaml("{metadata: {name: q}, spec: {scopes: " + scopes
                + "}, status: {hard: {pods: '1'}, used: {pods: '0'}}}"));
        assertEquals(used, answer(charge(BuiltInTypes.PODS, POD.formatted(resources)), quota));
    }

    @Test
    void aQuotaWithScopesNeverCountsOtherObjects() {
        QuotaState quota = QuotaState.ofStatus(yaml("{metadata: {name: q}, spec: {scopes: [BestEffort]},"
                + " status: {hard: {configmaps: '0'}, used: {configmaps: '0'}}}"));
        assertEquals("{configmaps=0}", answer(charge(BuiltInTypes.CONFIG_MAPS, "{metadata: {name: a}}"), quota));
    }

    @Test
    void waitsForUsageToBeKnown() {
        assertEquals(
                "configmaps \"a\" is forbidden: status unknown for quota: q, resources: configmaps",
                answer(charge(BuiltInTypes.CONFIG_MAPS, "{metadata: {name: a}}"), quota("{configmaps: '3'}", "{}")));
    }

    @Test
    void aServiceThatChangesPaysForWhatItAdds() {
        ObjectNode old = yaml("{apiVersion: v1, kind: Service, metadata: {name: s},"
                + " spec: {type: ClusterIP, ports: [{port: 80, name: a}, {port: 81, name: b}]}}");
        ObjectNode sent = old.deepCopy();
        Json.objectAt(sent, "spec").put("type", "NodePort");
        QuotaCharge charge = QuotaCharge.update(
                        registry.get(BuiltInTypes.SERVICES.groupResource()),
                        BuiltInTypes.SERVICES.key("quo", "s"),
                        sent,
                        old)
                .orThrow();
        assertEquals(
                "{services=1, services.nodeports=2}",
                answer(
                        charge,
                        quota("{services: '1', services.nodeports: '2'}", "{services: '1', services.nodeports: '0'}")));
        assertTrue(answer(charge, quota("{services.nodeports: '1'}", "{services.nodeports: '0'}"))
                .contains("requested: services.nodeports=2, used: services.nodeports=0"));
    }

    @Test
    void aChargeIsMadeToAllQuotasOrToNone() {
        QuotaCharge charge = charge(BuiltInTypes.CONFIG_MAPS, "{metadata: {name: a}}");
        QuotaState roomy = quota("{configmaps: '3'}", "{configmaps: '0'}");
        QuotaState full = quota("{count/configmaps: '0'}", "{count/configmaps: '0'}");
        assertTrue(charge.chargeTo(List.of(roomy, full), NOW) instanceof Outcome.Failure);
        assertEquals("{configmaps=1}; {configmaps=1}", answer(charge, roomy, roomy));
    }

    @Test
    void theSumOfChargesIsWhatIsComputedAnew() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        JsonNode quota = yaml("{metadata: {name: q}, spec: {hard: {pods: 1000, count/pods: 1000, requests.cpu: 1000,"
                + " limits.memory: 10Ti, services.nodeports: 1000, count/services: 1000}}}");
        List<QuotaState> charged = List.of(QuotaState.computed(quota, List.of(), NOW));
        List<QuotaState.Counted> objects = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            QuotaCharge charge = random.nextBoolean()
                    ? charge(
                            BuiltInTypes.PODS,
                            POD.formatted("{limits: {cpu: " + random.nextInt(1, 3000) + "m, memory: "
                                    + random.nextInt(1, 3000) + "Mi}}"))
                    : charge(
                            BuiltInTypes.SERVICES,
                            "{metadata: {name: x}, spec: {type: NodePort, ports: [{port: " + (i + 1) + "}]}}");
            charged = charge.chargeTo(charged, NOW).orThrow();
            objects.add(new QuotaState.Counted(charge.key().resource(), charge.object()));
        }
        assertEquals(
                QuotaState.computed(quota, objects, NOW).used().toString(),
                charged.get(0).used().toString(),
                () -> "seed " + seed);
    }

    @Test
    void aPodThatHasEndedUsesNothingButItsPlace() {
        JsonNode quota = yaml("{metadata: {name: q}, spec: {hard: {pods: 9, count/pods: 9, cpu: 9}}}");
        ObjectNode pod = yaml(POD.formatted("{requests: {cpu: 1}}"));
        Json.objectAt(pod, "status").put("phase", "Succeeded");
        List<QuotaState.Counted> objects = List.of(new QuotaState.Counted(BuiltInTypes.PODS.groupResource(), pod));
        assertEquals(
                "{count/pods=1, cpu=0, pods=0}",
                new TreeMap<>(QuotaState.computed(quota, objects, NOW).used()).toString());
    }

    @Test
    void namesTheResourcesThatAQuotaCounts() {
        assertEquals(
                "[configmaps, deployments.apps, pods, services]",
                QuotaState.resources(yaml("{spec: {hard: {configmaps: 1, count/deployments.apps: 1, limits.cpu: 1,"
                                + " services.nodeports: 1}}}"))
                        .toString());
    }
}
