package dev.troupe.http.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.http.discovery.BareKinds;
import dev.troupe.http.discovery.ReviewTypes;
import dev.troupe.http.discovery.ServedApi;
import dev.troupe.http.openapi.KubectlStub.Result;
import dev.troupe.model.kind.BuiltInTypes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl reads the documents; without one on the path there is nothing to try. */
class KubectlExplainTest {
    @TempDir
    static Path home;

    private static KubectlStub server;

    @BeforeAll
    static void serveDocuments() throws IOException {
        server = new KubectlStub(
                home,
                ServedApi.of(BareKinds.common(), List.of(ReviewTypes.SELF_SUBJECT_ACCESS_REVIEWS)),
                path -> BuiltInTypes.PODS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void listsTheServedResources() throws Exception {
        Result result = server.kubectl("api-resources", "--namespaced=false", "-o", "wide");
        assertEquals(0, result.code(), result.err());
        assertTrue(
                result.out()
                        .lines()
                        .anyMatch(line -> line.matches(
                                "namespaces +ns +v1 +false +Namespace +create,delete,get,list,patch,update,watch *")),
                result.out());
    }

    @Test
    void explainsAKind() throws Exception {
        server.assumeMinorVersionAtLeast(28);
        Result result = server.kubectl("explain", "pod");
        assertEquals(0, result.code(), result.err());
        assertTrue(result.out().startsWith("""
                                KIND:       Pod
                                VERSION:    v1

                                DESCRIPTION:
                                    Pod is a collection of containers that can run on a host. This resource is
                                    created by clients and scheduled onto hosts.
                                """), result.out());
        assertTrue(result.out().contains("""
                                  spec	<PodSpec>
                                    Specification of the desired behavior of the pod. More info:
                                    https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#spec-and-status
                                """), result.out());
    }

    @Test
    void explainsFieldsRecursively() throws Exception {
        server.assumeMinorVersionAtLeast(28);
        Result strategy = server.kubectl("explain", "deployment.spec.strategy", "--recursive");
        assertEquals(0, strategy.code(), strategy.err());
        assertTrue(
                strategy.out()
                        .startsWith("GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nFIELD: strategy"
                                + " <DeploymentStrategy>\n"),
                strategy.out());
        assertTrue(
                strategy.out()
                        .contains("  rollingUpdate\t<RollingUpdateDeployment>\n    maxSurge\t<IntOrString>\n"
                                + "    maxUnavailable\t<IntOrString>\n  type\t<string>\n"),
                strategy.out());
        Result service = server.kubectl("explain", "service.spec", "--recursive");
        assertTrue(
                service.out()
                        .contains(
                                "    port\t<integer> -required-\n    protocol\t<string>\n    targetPort\t<IntOrString>"),
                service.out());
        Result resources = server.kubectl("explain", "pod.spec.containers.resources");
        assertTrue(resources.out().contains("  limits\t<map[string]Quantity>\n"), resources.out());
        Result metadata = server.kubectl("explain", "pod.metadata");
        assertTrue(metadata.out().contains("  creationTimestamp\t<string>\n"), metadata.out());
        Result lease = server.kubectl("explain", "lease.spec");
        assertTrue(lease.out().contains("  renewTime\t<string>\n"), lease.out());
    }

    @Test
    void saysWhichFieldDoesNotExist() throws Exception {
        server.assumeMinorVersionAtLeast(28);
        Result result = server.kubectl("explain", "pod.spec.nosuchfield");
        assertEquals(1, result.code());
        assertEquals("error: field \"nosuchfield\" does not exist", result.err().strip());
    }

    @Test
    void explainsFromTheOlderDocument() throws Exception {
        server.assumeMinorVersionAtLeast(28);
        Result result = server.kubectl("explain", "service.spec", "--recursive", "--output=plaintext-openapiv2");
        assertEquals(0, result.code(), result.err());
        assertTrue(
                result.out()
                        .startsWith(
                                "KIND:     Service\nVERSION:  v1\n\nRESOURCE: spec <Object>\n\nDESCRIPTION:\n     Spec"
                                        + " defines the behavior of a service.\n"),
                result.out());
        assertTrue(
                result.out()
                        .contains("   sessionAffinityConfig\t<Object>\n      clientIP\t<Object>\n"
                                + "         timeoutSeconds\t<integer>\n"),
                result.out());
    }
}
