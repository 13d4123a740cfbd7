package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodDefaultsTest {
    private final PodStrategy strategy = new PodStrategy();

    private ObjectNode created(String spec) {
        ObjectNode pod = Manifests.pod(spec);
        strategy.prepareForCreate(pod);
        strategy.applyDefaults(pod);
        return pod;
    }

    private JsonNode container(String fields) {
        return created("{containers: [{name: c, image: i, " + fields + "}]}").at("/spec/containers/0");
    }

    /** Recording 078, without the token's volume. */
    @Test
    void fillsAPlainPodAsKubernetesDoes() {
        ObjectNode pod = created("{containers: [{name: p2, image: 'nginx:1.19'}]}");

        ObjectNode expected = Manifests.pod("""
                {containers: [{image: 'nginx:1.19', imagePullPolicy: IfNotPresent, name: p2, resources: {},
                    terminationMessagePath: /dev/termination-log, terminationMessagePolicy: File}],
                  dnsPolicy: ClusterFirst, enableServiceLinks: true, preemptionPolicy: PreemptLowerPriority,
                  priority: 0, restartPolicy: Always, schedulerName: default-scheduler, securityContext: {},
                  serviceAccount: default, serviceAccountName: default, terminationGracePeriodSeconds: 30,
                  tolerations: [
                    {effect: NoExecute, key: node.kubernetes.io/not-ready, operator: Exists, tolerationSeconds: 300},
                    {effect: NoExecute, key: node.kubernetes.io/unreachable, operator: Exists, tolerationSeconds: 300}]}
                """);
        expected.set("status", Manifests.yaml("{phase: Pending, qosClass: BestEffort}"));
        assertEquals(expected, pod);
    }

    @ParameterizedTest
    @CsvSource({
        "nginx, Always",
        "nginx:latest, Always",
        "nginx:1.19, IfNotPresent",
        "localhost:5000/a/b, Always",
        "localhost:5000/a/b:1, IfNotPresent",
        "registry.example/a:latest, Always",
        "nginx@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, IfNotPresent",
        "nginx:latest@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, Always",
        "Not-A-Name, IfNotPresent",
    })
    void pullsByTheImagesTag(String image, String policy) {
        assertEquals(
                policy,
                created("{containers: [{name: c, image: '" + image + "'}]}")
                        .at("/spec/containers/0/imagePullPolicy")
                        .asText());
    }

    @Test
    void fillsProbesAndHandlers() {
        JsonNode container = container("readinessProbe: {httpGet: {port: 80}}, livenessProbe: {grpc: {port: 1},"
                + " periodSeconds: 5, initialDelaySeconds: 0}, lifecycle: {preStop: {httpGet: {port: 81}}}");

        assertEquals(
                Manifests.yaml("{httpGet: {port: 80, path: /, scheme: HTTP}, timeoutSeconds: 1, periodSeconds: 10,"
                        + " successThreshold: 1, failureThreshold: 3}"),
                container.path("readinessProbe"));
        assertEquals(
                Manifests.yaml("{grpc: {port: 1, service: ''}, timeoutSeconds: 1, periodSeconds: 5,"
                        + " successThreshold: 1, failureThreshold: 3}"),
                container.path("livenessProbe"));
        assertEquals(
                Manifests.yaml("{preStop: {httpGet: {port: 81, path: /, scheme: HTTP}}}"), container.path("lifecycle"));
    }

    @Test
    void fillsPortsVariablesAndMounts() {
        JsonNode container = container("ports: [{containerPort: 80, hostPort: 0}], env: [{name: A, valueFrom:"
                + " {fieldRef: {fieldPath: metadata.name}}}, {name: B, valueFrom: {resourceFieldRef:"
                + " {resource: limits.cpu}}}], stdin: false, tty: false");

        assertEquals(
                Manifests.yaml("{ports: [{containerPort: 80, protocol: TCP}]}").path("ports"), container.path("ports"));
        assertEquals("v1", container.at("/env/0/valueFrom/fieldRef/apiVersion").asText());
        assertEquals(
                "0", container.at("/env/1/valueFrom/resourceFieldRef/divisor").asText());
        assertEquals(false, container.has("stdin") || container.has("tty"));
    }

    @Test
    void requestsWhatIsLimitedAndWritesQuantitiesCanonically() {
        JsonNode resources = container("resources: {limits: {cpu: '1000m', memory: 1024Mi, ephemeral-storage: '1e3'},"
                        + " requests: {cpu: '0.0001'}}")
                .path("resources");

        assertEquals(
                Manifests.yaml("{limits: {cpu: '1', memory: 1Gi, ephemeral-storage: '1e3'}, requests: {cpu: 1m,"
                        + " memory: 1Gi, ephemeral-storage: '1e3'}}"),
                resources);
    }

    @Test
    void givesTheHostsPortsToAPodInTheHostsNetwork() {
        ObjectNode pod =
                created("{hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 80}]}]}");

        assertEquals(80, pod.at("/spec/containers/0/ports/0/hostPort").asInt());
    }

    @Test
    void fillsVolumes() {
        ObjectNode pod = created("{containers: [{name: c, image: i}], volumes: [{name: a}, {name: b, configMap:"
                + " {name: m}}, {name: c, secret: {secretName: s, defaultMode: 0}}, {name: d, hostPath: {path: /d}},"
                + " {name: e, projected: {sources: [{serviceAccountToken: {path: t}}, {downwardAPI: {items: [{path: l,"
                + " fieldRef: {fieldPath: metadata.labels}}]}}]}}, {name: f, emptyDir: {sizeLimit: 1024Ki}}]}");

        assertEquals(
                Manifests.yaml("{volumes: [{name: a, emptyDir: {}}, {name: b, configMap: {name: m, defaultMode: 420}},"
                                + " {name: c, secret: {secretName: s, defaultMode: 0}}, {name: d, hostPath: {path: /d,"
                                + " type: ''}}, {name: e, projected: {defaultMode: 420, sources: [{serviceAccountToken:"
                                + " {path: t, expirationSeconds: 3600}}, {downwardAPI: {items: [{path: l, fieldRef:"
                                + " {apiVersion: v1, fieldPath: metadata.labels}}]}}]}}, {name: f, emptyDir:"
                                + " {sizeLimit: 1Mi}}]}")
                        .path("volumes"),
                pod.at("/spec/volumes"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | BestEffort",
                "{requests: {cpu: 1m}} | Burstable",
                "{limits: {cpu: '1', memory: 1Gi}} | Guaranteed",
                "{limits: {cpu: '1', memory: 1Gi}, requests: {cpu: 1000m, memory: 1024Mi}} | Guaranteed",
                "{limits: {cpu: '1', memory: 1Gi}, requests: {cpu: 1m}} | Burstable",
                "{limits: {cpu: '1'}} | Burstable",
                "{requests: {ephemeral-storage: 1Gi}} | BestEffort",
            })
    void tellsTheQualityOfServiceFromTheResources(String resources, String expected) {
        ObjectNode pod = created("{containers: [{name: c, image: i, resources: " + resources + "}]}");

        assertEquals(expected, Json.text(pod, "status", "qosClass"));
    }

    @Test
    void keepsTolerationsAndServiceAccountThatAreGiven() {
        ObjectNode pod = created("{containers: [{name: c, image: i}], serviceAccount: bot,"
                + " priorityClassName: system-node-critical, tolerations: [{operator: Exists}]}");

        assertEquals(1, pod.at("/spec/tolerations").size());
        assertEquals("bot", pod.at("/spec/serviceAccountName").asText());
        assertEquals(2_000_001_000, pod.at("/spec/priority").asInt());
    }

    @Test
    void saysWhyAGatedPodIsNotScheduled() {
        ObjectNode pod = created("{containers: [{name: c, image: i}], schedulingGates: [{name: example.com/wait}]}");

        assertEquals("SchedulingGated", pod.at("/status/conditions/0/reason").asText());
    }

    @Test
    void keepsTheTwoFormsOfAPodsAddressAlike() {
        ObjectNode single = Manifests.pod("{containers: []}");
        single.set("status", Manifests.yaml("{podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.2}]}"));
        ObjectNode list = Manifests.pod("{containers: []}");
        list.set("status", Manifests.yaml("{podIPs: [{ip: 10.0.0.2}]}"));

        strategy.applyDefaults(single);
        strategy.applyDefaults(list);

        assertEquals("10.0.0.1", single.at("/status/podIPs/0/ip").asText());
        assertEquals("10.0.0.2", list.at("/status/podIP").asText());
    }

    @Test
    void requiresOfOtherPodsTheLabelsThatItsAffinityNamesByKey() {
        ObjectNode pod = Manifests.pod("{containers: [{name: c, image: i}], affinity: {podAffinity:"
                + " {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: z, matchLabelKeys: [version, none],"
                + " mismatchLabelKeys: [tenant], labelSelector: {matchLabels: {app: web}}}]}}}");
        pod.withObject("metadata").set("labels", Manifests.yaml("{version: v1, tenant: t}"));

        strategy.prepareForCreate(pod);

        assertEquals(
                Manifests.yaml(
                        "{matchLabels: {app: web}, matchExpressions: [{key: version, operator: In, values: [v1]},"
                                + " {key: tenant, operator: NotIn, values: [t]}]}"),
                pod.at("/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/0/labelSelector"));
        assertEquals(List.of(), strategy.validateCreate(pod));
    }
}
