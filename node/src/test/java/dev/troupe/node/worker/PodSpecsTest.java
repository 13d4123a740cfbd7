package dev.troupe.node.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerSpec;
import dev.troupe.node.runtime.DnsSettings;
import dev.troupe.node.runtime.ImageInfo;
import dev.troupe.node.runtime.PodAddress;
import dev.troupe.node.runtime.SandboxSpec;
import dev.troupe.node.volume.NoVolumes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodSpecsTest {
    private static final ImageInfo ROOT_IMAGE = new ImageInfo("sha256:1", List.of("i:1"), 1, Optional.empty());

    @TempDir
    Path folder;

    private PodSpecs specs;

    @BeforeEach
    void make() throws Exception {
        Path resolvConf = Files.writeString(
                folder.resolve("resolv.conf"), "nameserver 192.0.2.53\nsearch example.com\noptions timeout:1\n");
        NodeProfile node = new NodeProfile(
                "n1",
                List.of("192.0.2.1"),
                Map.of("memory", Quantity.of("1000Mi")),
                List.of("10.96.0.10"),
                "cluster.local",
                resolvConf,
                "/kubepods",
                false,
                "docker");
        specs = new PodSpecs(node, new NoVolumes(), key -> Optional.empty(), ServiceSource.none());
    }

    private static PodView pod(String spec) {
        return new PodView(Json.parseObject("""
                {"metadata":{"name":"web-0","namespace":"ns","uid":"u-1"},
                 "spec":{"dnsPolicy":"ClusterFirst",%s}}""".formatted(spec)));
    }

    private static PodView container(String fields) {
        return pod("\"containers\":[{\"name\":\"a\",\"image\":\"i:1\"%s}]"
                .formatted(fields.isEmpty() ? "" : "," + fields));
    }

    private ContainerSpec spec(PodView pod) throws Exception {
        return specs.container(pod, pod.containers().get(0), 0, List.of("10.244.0.5"), ROOT_IMAGE);
    }

    private DnsSettings dns(String spec) throws Exception {
        return specs.sandbox(pod(spec), 0, Optional.of(PodAddress.of("10.244.0.5")))
                .dns();
    }

    @Test
    void namesAreResolvedInTheClusterFirst() throws Exception {
        assertEquals(
                new DnsSettings(
                        List.of("10.96.0.10"),
                        List.of("ns.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.com"),
                        List.of("ndots:5")),
                dns("\"containers\":[]"));
    }

    @Test
    void hostNetworkAndOtherPoliciesResolveOtherwise() throws Exception {
        DnsSettings ofNode = new DnsSettings(List.of("192.0.2.53"), List.of("example.com"), List.of("timeout:1"));
        assertEquals(ofNode, dns("\"hostNetwork\":true,\"containers\":[]"));
        assertEquals(
                ofNode,
                specs.sandbox(
                                new PodView(Json.parseObject(
                                        "{\"metadata\":{\"name\":\"a\",\"namespace\":\"ns\",\"uid\":\"u\"},"
                                                + "\"spec\":{\"dnsPolicy\":\"Default\"}}")),
                                0,
                                Optional.empty())
                        .dns());
        PodView none = new PodView(Json.parseObject("""
                {"metadata":{"name":"a","namespace":"ns","uid":"u"},"spec":{"dnsPolicy":"None",
                 "dnsConfig":{"nameservers":["1.1.1.1"],"searches":["x"],"options":[{"name":"ndots","value":"2"},{"name":"edns0"}]}}}"""));
        assertEquals(
                new DnsSettings(List.of("1.1.1.1"), List.of("x"), List.of("ndots:2", "edns0")),
                specs.sandbox(none, 0, Optional.empty()).dns());
    }

    @ParameterizedTest
    @CsvSource({
        "'', web-0",
        "'\"hostname\":\"own\",', own",
        "'\"hostname\":\"own\",\"subdomain\":\"sub\",', own",
        "'\"hostname\":\"own\",\"subdomain\":\"sub\",\"setHostnameAsFQDN\":true,', own.sub.ns.svc.cluster.local"
    })
    void hostNames(String spec, String hostname) throws Exception {
        SandboxSpec sandbox = specs.sandbox(pod(spec + "\"containers\":[]"), 0, Optional.empty());
        assertEquals(hostname, sandbox.hostname());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 2 | 0 | 0 | 1000 | /kubepods/besteffort/podu-1",
                "{\"requests\":{\"cpu\":\"250m\",\"memory\":\"100Mi\"}} | 256 | 0 | 0 | 900 | /kubepods/burstable/podu-1",
                "{\"limits\":{\"cpu\":\"500m\",\"memory\":\"64Mi\"},\"requests\":{\"cpu\":\"500m\",\"memory\":\"64Mi\"}}"
                        + " | 512 | 50000 | 67108864 | -997 | /kubepods/podu-1"
            })
    void resourcesInTheKernelsTerms(String resources, long shares, long quota, long memory, int oomScore, String cgroup)
            throws Exception {
        ContainerSpec spec = spec(container(resources.isEmpty() ? "" : "\"resources\":" + resources));
        assertEquals(
                new ContainerSpec.Resources(
                        shares,
                        quota == 0 ? OptionalLong.empty() : OptionalLong.of(quota),
                        memory == 0 ? OptionalLong.empty() : OptionalLong.of(memory),
                        oomScore),
                spec.resources());
        assertEquals(cgroup, spec.cgroupParent());
    }

    @Test
    void securitySettingsOfThePodHoldWhereTheContainerHasNone() throws Exception {
        PodView pod = pod("""
                "securityContext":{"runAsUser":1000,"runAsGroup":2000,"fsGroup":3000,"supplementalGroups":[4000]},
                "containers":[{"name":"a","image":"i:1","securityContext":{"runAsUser":1001,
                  "allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,
                  "capabilities":{"add":["NET_ADMIN"],"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}}]""");
        assertEquals(
                new ContainerSpec.Security(
                        OptionalLong.of(1001),
                        OptionalLong.of(2000),
                        List.of(4000L, 3000L),
                        false,
                        true,
                        true,
                        List.of("NET_ADMIN"),
                        List.of("ALL"),
                        Optional.empty()),
                spec(pod).security());
    }

    @Test
    void rootIsRefusedWhereItMustNotBe() {
        ContainerConfigException refused = assertThrows(
                ContainerConfigException.class, () -> spec(container("\"securityContext\":{\"runAsNonRoot\":true}")));
        assertEquals(
                "container has runAsNonRoot and image will run as root (pod: \"web-0_ns(u-1)\", container: a)",
                refused.getMessage());
    }

    @Test
    void commandsAreExpanded() throws Exception {
        ContainerSpec spec = spec(container("""
                "env":[{"name":"X","value":"1"}],"command":["run","$(X)","$(Y)"],"args":["$$(X)"]"""));
        assertEquals(List.of("run", "1", "$(Y)"), spec.command());
        assertEquals(List.of("$(X)"), spec.arguments());
        assertEquals("web-0", spec.environment().get("HOSTNAME"));
    }

    @ParameterizedTest
    @CsvSource({
        "busybox, busybox:latest",
        "troupe/web:1, troupe/web:1",
        "localhost:5000/a/b, localhost:5000/a/b:latest",
        "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef,"
                + " a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    })
    void imagesGetTheirDefaultTag(String image, String complete) {
        assertEquals(Optional.of(complete), ImageReference.withDefaultTag(image));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Not/An/Image", "a b", "a:", "", "-a", "a/", "a::b"})
    void whatIsNoImageIsRefused(String image) {
        assertEquals(Optional.empty(), ImageReference.withDefaultTag(image));
    }
}
