package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Manifests that must be refused, with the message that Kubernetes gives. */
class BadCoreObjectsTest {
    private static final String CONFIG_KEY = "a valid config key must consist of alphanumeric characters, '-', '_' or"
            + " '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is"
            + " '[-._a-zA-Z0-9]+')";
    private static final String QUALIFIED = "name part must consist of alphanumeric characters, '-', '_' or '.', and"
            + " must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex"
            + " used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private static final String IMMUTABLE = "field is immutable when `immutable` is set";

    /**
     * One case.
     *
     * @param message after {@code is invalid: }
     */
    private record Case(String name, String manifest, String message) {}

    private static Case service(String name, String spec, String message) {
        return new Case(name, "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: " + spec + "}", message);
    }

    private static Case of(String name, String apiVersion, String kind, String rest, String message) {
        return new Case(
                name,
                "{apiVersion: " + apiVersion + ", kind: " + kind + ", metadata: {name: x}, " + rest + "}",
                message);
    }

    private static final List<Case> CASES = List.of(
            service(
                    "363 type and affinity",
                    "{type: Wrong, ports: [{port: 80}], sessionAffinity: X}",
                    "[spec.sessionAffinity: Unsupported value: \"X\": supported values: \"ClientIP\", \"None\","
                            + " spec.type: Unsupported value: \"Wrong\": supported values: \"ClusterIP\","
                            + " \"ExternalName\", \"LoadBalancer\", \"NodePort\"]"),
            new Case(
                    "366 name",
                    "{apiVersion: v1, kind: Service, metadata: {name: 1abc}, spec: {ports: [{port: 80}]}}",
                    "metadata.name: Invalid value: \"1abc\": a DNS-1035 label must consist of lower case alphanumeric"
                            + " characters or '-', start with an alphabetic character, and end with an alphanumeric"
                            + " character (e.g. 'my-name',  or 'abc-123', regex used for validation is"
                            + " '[a-z]([-a-z0-9]*[a-z0-9])?')"),
            service(
                    "368 external name",
                    "{type: ExternalName, externalName: bad host!, ports: [{port: 80}]}",
                    "spec.externalName: Invalid value: \"bad host!\": a lowercase RFC 1123 subdomain must consist of"
                            + " lower case alphanumeric characters, '-' or '.', and must start and end with an"
                            + " alphanumeric character (e.g. 'example.com', regex used for validation is"
                            + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"),
            service("no ports", "{}", "spec.ports: Required value"),
            service(
                    "unnamed, doubled and bad ports",
                    "{ports: [{port: 80, name: a}, {port: 80, name: a}, {port: 70000, nodePort: 30000}]}",
                    "[spec.ports[1].name: Duplicate value: \"a\", spec.ports[2].name: Required value,"
                            + " spec.ports[2].port: Invalid value: 70000: must be between 1 and 65535, inclusive,"
                            + " spec.ports[2].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive,"
                            + " spec.ports[2].nodePort: Forbidden: may not be used when `type` is 'ClusterIP',"
                            + " spec.ports[1]: Duplicate value: core.ServicePort{Name:\"\", Protocol:\"TCP\","
                            + " AppProtocol:(*string)(nil), Port:80,"
                            + " TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}]"),
            service(
                    "headless NodePort",
                    "{type: NodePort, clusterIP: None, ports: [{port: 80}], selector: {a: b}}",
                    "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"),
            service(
                    "bad address",
                    "{clusterIP: 10.1.1.300, ports: [{port: 80}]}",
                    "spec.clusterIPs[0]: Invalid value: \"10.1.1.300\": must be a valid IP address, (e.g. 10.9.8.7 or"
                            + " 2001:db8::ffff)"),
            service(
                    "addresses out of step",
                    "{clusterIP: 10.1.1.1, clusterIPs: [10.1.1.2], ports: [{port: 80}]}",
                    "spec.clusterIPs: Invalid value: []string{\"10.1.1.2\"}: first value must match `clusterIP`"),
            service(
                    "external address that is local",
                    "{ports: [{port: 80}], externalIPs: [127.0.0.1]}",
                    "spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8,"
                            + " ::1/128)"),
            service(
                    "two families on a cluster of one",
                    "{ipFamilyPolicy: RequireDualStack, ports: [{port: 80}], selector: {a: b}}",
                    "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for"
                            + " dual-stack services"),
            service(
                    "policy for traffic that cannot come",
                    "{externalTrafficPolicy: Local, ports: [{port: 80}]}",
                    "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible"
                            + " services"),
            of(
                    "370 key",
                    "v1",
                    "ConfigMap",
                    "data: {'bad key!': v}",
                    "data[bad key!]: Invalid value: \"bad key!\": " + CONFIG_KEY),
            of(
                    "key in both bags",
                    "v1",
                    "ConfigMap",
                    "data: {a: v}, binaryData: {a: AA==}",
                    "[data[a]: Invalid value: \"a\": duplicate of key present in binaryData, binaryData[a]: Invalid"
                            + " value: \"a\": duplicate of key present in data]"),
            of(
                    "403 too big",
                    "v1",
                    "ConfigMap",
                    "data: {a: " + "x".repeat(1024 * 1024 + 1) + "}",
                    "[]: Too long: may not be more than 1048576 bytes"),
            of(
                    "374 TLS secret",
                    "v1",
                    "Secret",
                    "type: kubernetes.io/tls, data: {}",
                    "[data[tls.crt]: Required value, data[tls.key]: Required value]"),
            of(
                    "docker secret that is no JSON",
                    "v1",
                    "Secret",
                    "type: kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: c2VjcmV0}",
                    "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": invalid character in JSON"),
            of(
                    "token secret without account",
                    "v1",
                    "Secret",
                    "type: kubernetes.io/service-account-token",
                    "metadata.annotations[kubernetes.io/service-account.name]: Required value"),
            of(
                    "380 quota",
                    "v1",
                    "ResourceQuota",
                    "spec: {hard: {pods: '-1', foo bar: '1'}}",
                    "[spec.hard[foo bar]: Invalid value: \"foo bar\": " + QUALIFIED
                            + ", spec.hard[foo bar]: Invalid value: \"foo bar\": must be a standard resource for"
                            + " quota, spec.hard[pods]: Invalid value: \"-1\": must be greater than or equal to 0]"),
            of(
                    "quota of halves and of scopes that contradict",
                    "v1",
                    "ResourceQuota",
                    "spec: {hard: {pods: 500m}, scopes: [BestEffort, NotBestEffort]}",
                    "[spec.hard[pods]: Invalid value: \"500m\": must be an integer, spec.scopes: Invalid value:"
                            + " []core.ResourceQuotaScope{\"BestEffort\", \"NotBestEffort\"}: conflicting scopes]"),
            of(
                    "quota scope that cannot apply",
                    "v1",
                    "ResourceQuota",
                    "spec: {hard: {configmaps: '1'}, scopes: [Terminating]}",
                    "spec.scopes: Invalid value: []core.ResourceQuotaScope{\"Terminating\"}: unsupported scope applied"
                            + " to resource"),
            new Case(
                    "390 namespace",
                    "{apiVersion: v1, kind: Namespace, metadata: {name: Bad.Name}}",
                    "metadata.name: Invalid value: \"Bad.Name\": a lowercase RFC 1123 label must consist of lower case"
                            + " alphanumeric characters or '-', and must start and end with an alphanumeric character"
                            + " (e.g. 'my-name',  or '123-abc', regex used for validation is"
                            + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"),
            of(
                    "taints",
                    "v1",
                    "Node",
                    "spec: {taints: [{key: a, effect: Nope}, {key: b, effect: NoExecute}, {key: b, effect: NoExecute}]}",
                    "[metadata.taints[0].effect: Unsupported value: \"Nope\": supported values: \"NoSchedule\","
                            + " \"PreferNoSchedule\", \"NoExecute\", metadata.taints[2]: Duplicate value:"
                            + " core.Taint{Key:\"b\", Value:\"\", Effect:\"NoExecute\", TimeAdded:<nil>}: taints must"
                            + " be unique by key and effect pair]"),
            of(
                    "endpoints",
                    "v1",
                    "Endpoints",
                    "subsets: [{}, {addresses: [{ip: 169.254.1.1}], ports: [{port: 0}]}]",
                    "[subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`,"
                            + " subsets[1].addresses[0].ip: Invalid value: \"169.254.1.1\": may not be in the"
                            + " link-local range (169.254.0.0/16, fe80::/10), subsets[1].ports[0].port: Invalid value:"
                            + " 0: must be between 1 and 65535, inclusive]"),
            of(
                    "endpoint slice",
                    "discovery.k8s.io/v1",
                    "EndpointSlice",
                    "addressType: IPv4, endpoints: [{addresses: [127.0.0.1]}, {addresses: []}]",
                    "[endpoints[0].addresses[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range"
                            + " (127.0.0.0/8, ::1/128), endpoints[1].addresses: Required value: must contain at least"
                            + " 1 address]"),
            of(
                    "event of another namespace",
                    "v1",
                    "Event",
                    "involvedObject: {namespace: other}",
                    "involvedObject.namespace: Invalid value: \"other\": does not match event.namespace"),
            of(
                    "lease",
                    "coordination.k8s.io/v1",
                    "Lease",
                    "spec: {leaseDurationSeconds: 0, leaseTransitions: -1}",
                    "[spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0, spec.leaseTransitions:"
                            + " Invalid value: -1: must be greater than or equal to 0]"),
            new Case(
                    "address not in its canonical form",
                    "{apiVersion: networking.k8s.io/v1beta1, kind: IPAddress, metadata: {name: '2001:db8:0::1'},"
                            + " spec: {parentRef: {resource: services}}}",
                    "[metadata.name: Invalid value: \"2001:db8:0::1\": must be a canonical format IP address,"
                            + " spec.parentRef.name: Required value]"),
            of(
                    "signing request",
                    "certificates.k8s.io/v1",
                    "CertificateSigningRequest",
                    "spec: {request: YWI=, signerName: nodomain, usages: [fly], expirationSeconds: 5}",
                    "[spec.request: Invalid value: []byte{0x61, 0x62}: PEM block type must be CERTIFICATE REQUEST,"
                            + " spec.usages[0]: Unsupported value: \"fly\": supported values: \"any\", \"cert sign\","
                            + " \"client auth\", \"code signing\", \"content commitment\", \"crl sign\", \"data"
                            + " encipherment\", \"decipher only\", \"digital signature\", \"email protection\","
                            + " \"encipher only\", \"ipsec end system\", \"ipsec tunnel\", \"ipsec user\", \"key"
                            + " agreement\", \"key encipherment\", \"microsoft sgc\", \"netscape sgc\", \"ocsp"
                            + " signing\", \"s/mime\", \"server auth\", \"signing\", \"timestamping\","
                            + " spec.signerName: Invalid value: \"nodomain\": must be a fully qualified domain and"
                            + " path of the form 'example.com/signer-name', spec.expirationSeconds: Invalid value: 5:"
                            + " may not specify a duration less than 600 seconds (10 minutes)]"));

    @TestFactory
    List<DynamicTest> refusesCreate() {
        return CASES.stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> {
                    String answer = String.valueOf(new KindFixture().create(each.manifest()));
                    assertEquals(each.message(), answer.replaceFirst("^\\S+ \"[^\"]*\" is invalid: ", ""));
                }))
                .toList();
    }

    /** An update that must be refused. */
    private record Update(String name, String before, String after, String message) {}

    private static final String PORTS = "ports: [{port: 80}]";
    private static final String SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {";

    private static final List<Update> UPDATES = List.of(
            new Update(
                    "416 clusterIP",
                    SERVICE + "clusterIP: 10.96.0.9, " + PORTS + "}}",
                    SERVICE + "clusterIP: 10.96.77.77, clusterIPs: [10.96.0.9], " + PORTS + "}}",
                    "spec.clusterIPs[0]: Invalid value: []string{\"10.96.77.77\"}: may not change once set"),
            new Update(
                    "409 immutable ConfigMap",
                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, immutable: true, data: {a: '1'}}",
                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: '2'}}",
                    "[immutable: Forbidden: " + IMMUTABLE + ", data: Forbidden: " + IMMUTABLE + "]"),
            new Update(
                    "type of a Secret",
                    "{apiVersion: v1, kind: Secret, metadata: {name: x}, type: a/b}",
                    "{apiVersion: v1, kind: Secret, metadata: {name: x}, type: c/d}",
                    "type: Invalid value: \"c/d\": field is immutable"),
            new Update(
                    "podCIDR of a Node",
                    "{apiVersion: v1, kind: Node, metadata: {name: x}, spec: {podCIDR: 10.1.0.0/24}}",
                    "{apiVersion: v1, kind: Node, metadata: {name: x}, spec: {podCIDR: 10.2.0.0/24}}",
                    "spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid"),
            new Update(
                    "scopes of a ResourceQuota",
                    "{apiVersion: v1, kind: ResourceQuota, metadata: {name: x}, spec: {scopes: [BestEffort]}}",
                    "{apiVersion: v1, kind: ResourceQuota, metadata: {name: x}, spec: {}}",
                    "spec.scopes: Invalid value: []core.ResourceQuotaScope(nil): field is immutable"),
            new Update(
                    "address type of an EndpointSlice",
                    "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: x}, addressType: IPv4}",
                    "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: x}, addressType: IPv6}",
                    "addressType: Invalid value: \"IPv6\": field is immutable"));

    @TestFactory
    List<DynamicTest> refusesUpdate() {
        return UPDATES.stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> {
                    KindFixture kinds = new KindFixture();
                    KindFixture.object(kinds.create(each.before()));
                    String answer = String.valueOf(kinds.update(each.after(), ""));
                    assertEquals(each.message(), answer.replaceFirst("^\\S+ \"[^\"]*\" is invalid: ", ""));
                }))
                .toList();
    }
}
