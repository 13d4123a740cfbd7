package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a created object looks like, metadata left out. */
class CoreDefaultsTest {

    /**
     * One case.
     *
     * @param expected all fields but apiVersion, kind and metadata
     */
    private record Case(String name, String manifest, String expected) {}

    private static final List<Case> CASES = List.of(
            new Case(
                    "Namespace",
                    "{apiVersion: v1, kind: Namespace, metadata: {name: a}, status: {phase: Terminating}}",
                    "{spec: {finalizers: [kubernetes]}, status: {phase: Active}}"),
            new Case(
                    "Service of recording 095, with what 1.32 adds",
                    "{apiVersion: v1, kind: Service, metadata: {name: web},"
                            + " spec: {ports: [{port: 80, targetPort: http}], selector: {app: web}}}",
                    "{spec: {ports: [{port: 80, targetPort: http, protocol: TCP}], selector: {app: web},"
                            + " sessionAffinity: None, type: ClusterIP, internalTrafficPolicy: Cluster,"
                            + " ipFamilies: [IPv4], ipFamilyPolicy: SingleStack}, status: {loadBalancer: {}}}"),
            new Case(
                    "headless Service of recording 558",
                    "{apiVersion: v1, kind: Service, metadata: {name: hl},"
                            + " spec: {clusterIP: None, selector: {a: b}, ports: [{port: 80}]}}",
                    "{spec: {clusterIP: None, clusterIPs: [None], ports: [{port: 80, protocol: TCP, targetPort: 80}],"
                            + " selector: {a: b}, sessionAffinity: None, type: ClusterIP,"
                            + " internalTrafficPolicy: Cluster, ipFamilies: [IPv4], ipFamilyPolicy: SingleStack},"
                            + " status: {loadBalancer: {}}}"),
            new Case(
                    "headless Service without selector",
                    "{apiVersion: v1, kind: Service, metadata: {name: hl}, spec: {clusterIP: None}}",
                    "{spec: {clusterIP: None, clusterIPs: [None], sessionAffinity: None, type: ClusterIP,"
                            + " internalTrafficPolicy: Cluster, ipFamilies: [IPv4, IPv6],"
                            + " ipFamilyPolicy: RequireDualStack}, status: {loadBalancer: {}}}"),
            new Case(
                    "NodePort Service with affinity",
                    "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: NodePort,"
                            + " sessionAffinity: ClientIP, ports: [{port: 80, protocol: UDP, nodePort: 0}]}}",
                    "{spec: {type: NodePort, sessionAffinity: ClientIP,"
                            + " sessionAffinityConfig: {clientIP: {timeoutSeconds: 10800}},"
                            + " ports: [{port: 80, protocol: UDP, targetPort: 80}], externalTrafficPolicy: Cluster,"
                            + " internalTrafficPolicy: Cluster, ipFamilies: [IPv4], ipFamilyPolicy: SingleStack},"
                            + " status: {loadBalancer: {}}}"),
            new Case(
                    "ExternalName Service",
                    "{apiVersion: v1, kind: Service, metadata: {name: a},"
                            + " spec: {type: ExternalName, externalName: example.com}}",
                    "{spec: {type: ExternalName, externalName: example.com, sessionAffinity: None},"
                            + " status: {loadBalancer: {}}}"),
            new Case(
                    "LoadBalancer Service",
                    "{apiVersion: v1, kind: Service, metadata: {name: a},"
                            + " spec: {type: LoadBalancer, ports: [{port: 80}]}}",
                    "{spec: {type: LoadBalancer, ports: [{port: 80, protocol: TCP, targetPort: 80}],"
                            + " sessionAffinity: None, allocateLoadBalancerNodePorts: true,"
                            + " externalTrafficPolicy: Cluster, internalTrafficPolicy: Cluster, ipFamilies: [IPv4],"
                            + " ipFamilyPolicy: SingleStack}, status: {loadBalancer: {}}}"),
            new Case(
                    "Secret with stringData",
                    "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {k: b2xk, o: eA==},"
                            + " stringData: {k: new}}",
                    "{data: {k: bmV3, o: eA==}, type: Opaque}"),
            new Case(
                    "Node that registers with its status",
                    "{apiVersion: v1, kind: Node, metadata: {name: a}, spec: {podCIDR: 10.1.0.0/24},"
                            + " status: {capacity: {cpu: 2000m, memory: 1024Mi}, nodeInfo: {kubeletVersion: v1}}}",
                    "{spec: {podCIDR: 10.1.0.0/24, podCIDRs: [10.1.0.0/24]},"
                            + " status: {capacity: {cpu: '2', memory: 1Gi}, allocatable: {cpu: '2', memory: 1Gi},"
                            + " daemonEndpoints: {kubeletEndpoint: {Port: 0}}, nodeInfo: {kubeletVersion: v1,"
                            + " machineID: '', systemUUID: '', bootID: '', kernelVersion: '', osImage: '',"
                            + " containerRuntimeVersion: '', kubeProxyVersion: '', operatingSystem: '',"
                            + " architecture: ''}}}"),
            new Case(
                    "Endpoints",
                    "{apiVersion: v1, kind: Endpoints, metadata: {name: a},"
                            + " subsets: [{addresses: [{ip: 10.1.1.1}], ports: [{port: 80}]}]}",
                    "{subsets: [{addresses: [{ip: 10.1.1.1}], ports: [{port: 80, protocol: TCP}]}]}"),
            new Case(
                    "EndpointSlice",
                    "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a}, addressType: IPv4,"
                            + " endpoints: [{addresses: [10.1.1.1]}], ports: [{port: 80}]}",
                    "{addressType: IPv4, endpoints: [{addresses: [10.1.1.1], conditions: {}}],"
                            + " ports: [{port: 80, name: '', protocol: TCP}]}"),
            new Case(
                    "empty EndpointSlice",
                    "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: a}, addressType: IPv4}",
                    "{addressType: IPv4, endpoints: null, ports: null}"),
            new Case(
                    "Event of recording 131",
                    "{apiVersion: v1, kind: Event, metadata: {name: p1.18ea9f431b1e8857}, action: Binding,"
                            + " eventTime: '2026-11-23T08:28:32.027169Z', involvedObject: {kind: Pod, namespace: n},"
                            + " reason: Scheduled, reportingComponent: default-scheduler,"
                            + " reportingInstance: default-scheduler-vm, type: Normal, message: done}",
                    "{action: Binding, eventTime: '2026-11-23T08:28:32.027169Z', firstTimestamp: null,"
                            + " involvedObject: {kind: Pod, namespace: n}, lastTimestamp: null, message: done,"
                            + " reason: Scheduled, reportingComponent: default-scheduler,"
                            + " reportingInstance: default-scheduler-vm, source: {}, type: Normal}"),
            new Case(
                    "ResourceQuota",
                    "{apiVersion: v1, kind: ResourceQuota, metadata: {name: a},"
                            + " spec: {hard: {pods: 2, requests.cpu: 0.5}}, status: {hard: {pods: 1}}}",
                    "{spec: {hard: {pods: '2', requests.cpu: 500m}}, status: {}}"),
            new Case(
                    "ServiceAccount",
                    "{apiVersion: v1, kind: ServiceAccount, metadata: {name: a},"
                            + " secrets: [{name: s, namespace: other}]}",
                    "{secrets: [{name: s}]}"),
            new Case(
                    "Lease",
                    "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: a},"
                            + " spec: {holderIdentity: x, renewTime: '2026-01-01T00:00:00Z'}}",
                    "{spec: {holderIdentity: x, renewTime: '2026-01-01T00:00:00.000000Z'}}"),
            new Case(
                    "IPAddress",
                    "{apiVersion: networking.k8s.io/v1beta1, kind: IPAddress, metadata: {name: 10.96.0.1},"
                            + " spec: {parentRef: {resource: services, namespace: default, name: kubernetes}}}",
                    "{spec: {parentRef: {resource: services, namespace: default, name: kubernetes}}}"),
            new Case(
                    "ConfigMap",
                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: ''}, binaryData: {b: AA==}}",
                    "{data: {k: ''}, binaryData: {b: AA==}}"));

    @TestFactory
    List<DynamicTest> fillsDefaults() {
        return CASES.stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> {
                    KindFixture kinds = new KindFixture();
                    ObjectNode created =
                            KindFixture.object(kinds.create(each.manifest())).deepCopy();
                    created.remove(List.of("apiVersion", "kind", "metadata"));
                    assertEquals(KindFixture.yaml(each.expected()), created);
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> writingBackWhatWasReadChangesNothing() {
        return CASES.stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> {
                    KindFixture kinds = new KindFixture();
                    JsonNode created = KindFixture.object(kinds.create(each.manifest()));
                    JsonNode updated = KindFixture.object(kinds.update(created.toString(), ""));
                    assertEquals(created, updated);
                }))
                .toList();
    }
}
