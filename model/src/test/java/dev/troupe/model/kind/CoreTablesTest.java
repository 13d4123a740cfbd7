package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rows of {@code kubectl get -o wide}, joined with bars. The objects are 90 s old. */
class CoreTablesTest {
    private record Case(ResourceType type, String columns, String object, String row) {}

    private static final String SERVICE = "NAME|TYPE|CLUSTER-IP|EXTERNAL-IP|PORT(S)|AGE|[SELECTOR]";
    private static final String NODE = "NAME|STATUS|ROLES|AGE|VERSION|[INTERNAL-IP]|[EXTERNAL-IP]|[OS-IMAGE]"
            + "|[KERNEL-VERSION]|[CONTAINER-RUNTIME]";
    private static final String EVENT =
            "LAST SEEN|TYPE|REASON|OBJECT|[SUBOBJECT]|[SOURCE]|MESSAGE|[FIRST SEEN]|[COUNT]|[NAME]";
    private static final String SLICE = "NAME|ADDRESSTYPE|PORTS|ENDPOINTS|AGE";
    private static final String REQUEST = "NAME|AGE|SIGNERNAME|REQUESTOR|REQUESTEDDURATION|CONDITION";

    private static final List<Case> CASES = List.of(
            new Case(BuiltInTypes.NAMESPACES, "NAME|STATUS|AGE", "{status: {phase: Active}}", "x|Active|90s"),
            new Case(
                    BuiltInTypes.SERVICES,
                    SERVICE,
                    "{spec: {type: NodePort, clusterIPs: [10.102.71.232], selector: {app: s2},"
                            + " ports: [{port: 80, nodePort: 30080, protocol: TCP}, {port: 53, protocol: UDP}]}}",
                    "x|NodePort|10.102.71.232|<none>|80:30080/TCP,53/UDP|90s|app=s2"),
            new Case(
                    BuiltInTypes.SERVICES,
                    SERVICE,
                    "{spec: {type: ExternalName, externalName: example.com}}",
                    "x|ExternalName|<none>|example.com|<none>|90s|<none>"),
            new Case(
                    BuiltInTypes.SERVICES,
                    SERVICE,
                    "{spec: {type: LoadBalancer, clusterIPs: [10.0.0.1], ports: [{port: 80, protocol: TCP}]}}",
                    "x|LoadBalancer|10.0.0.1|<pending>|80/TCP|90s|<none>"),
            new Case(
                    BuiltInTypes.SERVICES,
                    SERVICE,
                    "{spec: {type: LoadBalancer, clusterIPs: [10.0.0.1]},"
                            + " status: {loadBalancer: {ingress: [{ip: 192.0.2.9}, {hostname: a.example}]}}}",
                    "x|LoadBalancer|10.0.0.1|192.0.2.9,a.example|<none>|90s|<none>"),
            new Case(
                    BuiltInTypes.NODES,
                    NODE,
                    "{metadata: {labels: {node-role.kubernetes.io/worker: '', kubernetes.io/role: db}},"
                            + " spec: {unschedulable: true}, status: {conditions: [{type: Ready, status: 'True'}],"
                            + " addresses: [{type: InternalIP, address: 192.0.2.2}],"
                            + " nodeInfo: {kubeletVersion: v1.32.0, osImage: Debian, kernelVersion: '6'}}}",
                    "x|Ready,SchedulingDisabled|db,worker|90s|v1.32.0|192.0.2.2|<none>|Debian|6|<unknown>"),
            new Case(
                    BuiltInTypes.NODES,
                    NODE,
                    "{status: {conditions: [{type: Ready, status: Unknown}]}}",
                    "x|NotReady|<none>|90s||<none>|<none>|<unknown>|<unknown>|<unknown>"),
            new Case(
                    BuiltInTypes.ENDPOINTS,
                    "NAME|ENDPOINTS|AGE",
                    "{subsets: [{addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.2}], ports: [{port: 80}, {port: 90}]}]}",
                    "x|10.0.0.1:80,10.0.0.2:80,10.0.0.1:90 + 1 more...|90s"),
            new Case(BuiltInTypes.ENDPOINTS, "NAME|ENDPOINTS|AGE", "{}", "x|<none>|90s"),
            new Case(
                    BuiltInTypes.ENDPOINT_SLICES,
                    SLICE,
                    "{addressType: IPv4, ports: [{port: 80}], endpoints: [{addresses: [10.0.0.1]}]}",
                    "x|IPv4|80|10.0.0.1|90s"),
            new Case(BuiltInTypes.ENDPOINT_SLICES, SLICE, "{addressType: IPv6}", "x|IPv6|<unset>|<unset>|90s"),
            new Case(BuiltInTypes.CONFIG_MAPS, "NAME|DATA|AGE", "{data: {a: b}, binaryData: {c: AA==}}", "x|2|90s"),
            new Case(
                    BuiltInTypes.SECRETS,
                    "NAME|TYPE|DATA|AGE",
                    "{type: kubernetes.io/tls, data: {a: AA==, b: AA==}}",
                    "x|kubernetes.io/tls|2|90s"),
            new Case(BuiltInTypes.SERVICE_ACCOUNTS, "NAME|SECRETS|AGE", "{}", "x|0|90s"),
            new Case(
                    BuiltInTypes.EVENTS,
                    EVENT,
                    "{eventTime: '2025-12-31T23:59:20.000000Z', type: Normal, reason: Scheduled,"
                            + " involvedObject: {kind: Pod, name: p1}, reportingComponent: default-scheduler,"
                            + " reportingInstance: vm, message: ' done '}",
                    "2m10s|Normal|Scheduled|pod/p1||default-scheduler, vm|done|2m10s|1|x"),
            new Case(
                    BuiltInTypes.EVENTS,
                    EVENT,
                    "{firstTimestamp: '2025-12-31T23:00:00Z', lastTimestamp: '2026-01-01T00:00:00Z', count: 7,"
                            + " type: Warning, reason: BackOff, involvedObject: {kind: Pod, name: p1,"
                            + " fieldPath: 'spec.containers{c}'}, source: {component: kubelet, host: n1}, message: m}",
                    "90s|Warning|BackOff|pod/p1|spec.containers{c}|kubelet, n1|m|61m|7|x"),
            new Case(
                    BuiltInTypes.RESOURCE_QUOTAS,
                    "NAME|REQUEST|LIMIT|AGE",
                    "{status: {hard: {pods: '2', configmaps: '3', limits.cpu: '1'}, used: {pods: '1'}}}",
                    "x|configmaps: 0/3, pods: 1/2|limits.cpu: 0/1|90s"),
            new Case(BuiltInTypes.LEASES, "NAME|HOLDER|AGE", "{spec: {holderIdentity: n1}}", "x|n1|90s"),
            new Case(
                    BuiltInTypes.IP_ADDRESSES,
                    "NAME|PARENTREF|AGE",
                    "{spec: {parentRef: {resource: services, namespace: default, name: kubernetes}}}",
                    "x|services/default/kubernetes|90s"),
            new Case(
                    BuiltInTypes.CERTIFICATE_SIGNING_REQUESTS,
                    REQUEST,
                    "{spec: {signerName: kubernetes.io/kube-apiserver-client, username: bob, expirationSeconds: 3600},"
                            + " status: {conditions: [{type: Approved}], certificate: eA==}}",
                    "x|90s|kubernetes.io/kube-apiserver-client|bob|60m|Approved,Issued"));

    @TestFactory
    List<DynamicTest> printsRowsAsKubectlShowsThem() {
        KindFixture kinds = new KindFixture();
        return CASES.stream()
                .map(each -> DynamicTest.dynamicTest(each.row(), () -> {
                    ObjectNode object = KindFixture.yaml(each.object());
                    object.put("apiVersion", each.type().apiVersion())
                            .put("kind", each.type().kind());
                    Json.objectAt(object, "metadata")
                            .put("name", "x")
                            .put("creationTimestamp", KindFixture.NOW.toString());
                    String row =
                            kinds.cells(object).stream().map(String::valueOf).collect(Collectors.joining("|"));
                    assertEquals(each.row(), row);
                    assertEquals(
                            each.columns(),
                            String.join("|", kinds.columns(each.type())).toUpperCase(java.util.Locale.ROOT));
                }))
                .toList();
    }
}
