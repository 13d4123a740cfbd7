package dev.troupe.model.controller.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.controller.CertificateSigner;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import dev.troupe.model.testkit.ControllerWorld;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeCertificateReconcilerTest {
    private static final String CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    private static final String SERVING = "kubernetes.io/kubelet-serving";

    private final ControllerWorld world = new ControllerWorld();
    private Outcome<CertificateSigner.Subject> subject = Outcome.failure(Status.badRequest("unset"));
    private final NodeCertificateReconciler reconciler = new NodeCertificateReconciler(new CertificateSigner() {
        @Override
        public Outcome<Subject> inspect(String request) {
            return subject;
        }

        @Override
        public CompletionStage<Outcome<String>> sign(Order order) {
            throw new IllegalStateException("a reconciler signs nothing");
        }
    });

    private void asks(String commonName, List<String> dnsNames, List<String> addresses) {
        subject = Outcome.success(
                new CertificateSigner.Subject(commonName, List.of("system:nodes"), dnsNames, addresses, List.of()));
    }

    private StoredObject request(String user, String signer, String purpose) {
        String pem = "-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n";
        String json = """
                {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"r"},
                 "spec":{"request":"%s","signerName":"%s","expirationSeconds":7200,
                  "usages":["digital signature","key encipherment","%s"],"username":"%s"}}""".formatted(
                Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)), signer, purpose, user);
        return world.api()
                .create(
                        Caller.of(UserInfo.of(user, "system:nodes"), "test"),
                        BuiltInTypes.CERTIFICATE_SIGNING_REQUESTS,
                        "",
                        Json.parseObject(json),
                        WriteOptions.internal())
                .toCompletableFuture()
                .join()
                .orThrow()
                .object();
    }

    private Optional<String> reason(StoredObject request, String type) {
        return Conditions.find(world.now(request).tree().path("status"), type)
                .map(condition -> Json.text(condition, "reason"));
    }

    private String certificate(StoredObject request) {
        return world.text(request, "status", "certificate");
    }

    @Test
    void approvesAndSignsWhatANodeAsksForItself() {
        asks("system:node:n1", List.of(), List.of());
        StoredObject request = request("system:node:n1", CLIENT, "client auth");
        world.reconcile(reconciler, request.key());
        assertEquals(Optional.of("AutoApproved"), reason(request, "Approved"));
        PlanStep step = world.plan(reconciler, request.key()).steps().get(0);
        assertTrue(step instanceof PlanStep.SignCertificate sign
                && sign.order().lifetime().equals(Duration.ofHours(2)));
        world.settle(reconciler, request.key());
        assertEquals("UEVN", certificate(request));
    }

    @ParameterizedTest
    @CsvSource({
        "system:node:n2, system:node:n1",
        "alice, system:node:n1",
        "system:node:n1, alice",
        "system:serviceaccount:a:b, system:node:n1"
    })
    void approvesNothingForAnother(String user, String commonName) {
        asks(commonName, List.of(), List.of());
        StoredObject request = request(user, CLIENT, "client auth");
        world.settle(reconciler, request.key());
        assertEquals(Optional.empty(), reason(request, "Approved"));
        assertEquals("", certificate(request));
    }

    @Test
    void aServingCertificateNamesOnlyTheNodeItself() {
        world.given("""
                {'apiVersion':'v1','kind':'Node','metadata':{'name':'n1'},
                 'status':{'addresses':[{'type':'InternalIP','address':'10.0.0.1'}]}}""");
        asks("system:node:n1", List.of("n1"), List.of("10.0.0.2"));
        StoredObject request = request("system:node:n1", SERVING, "server auth");
        world.settle(reconciler, request.key());
        assertEquals(Optional.empty(), reason(request, "Approved"));
        asks("system:node:n1", List.of("n1"), List.of("10.0.0.1"));
        world.settle(reconciler, request.key());
        assertEquals("UEVN", certificate(request));
    }

    @Test
    void signsWhatAPersonApprovedAndSaysWhyItWillNot() {
        asks("system:node:n1", List.of("evil.example.com"), List.of());
        StoredObject request = request("alice", CLIENT, "client auth");
        world.api()
                .update(
                        Caller.of(UserInfo.of("admin", "system:masters"), "test"),
                        request.key(),
                        "approval",
                        approved(request),
                        WriteOptions.internal())
                .toCompletableFuture()
                .join()
                .orThrow();
        world.settle(reconciler, request.key());
        assertEquals(Optional.of("SignerValidationFailure"), reason(request, "Failed"));
        assertEquals("", certificate(request));
    }

    private static com.fasterxml.jackson.databind.node.ObjectNode approved(StoredObject request) {
        var changed = request.copy();
        Json.objectAt(changed, "status")
                .putArray("conditions")
                .addObject()
                .put("type", "Approved")
                .put("status", "True")
                .put("reason", "KubectlApprove");
        return changed;
    }

    @Test
    void leavesOtherSignersAlone() {
        asks("system:node:n1", List.of(), List.of());
        StoredObject request = request("system:node:n1", "kubernetes.io/kube-apiserver-client", "client auth");
        world.settle(reconciler, request.key());
        assertEquals(Optional.empty(), reason(request, "Approved"));
    }

    @Test
    void forgetsOldRequests() {
        asks("system:node:n1", List.of(), List.of());
        StoredObject pending = request("alice", CLIENT, "client auth");
        assertEquals(
                Optional.of(Duration.ofHours(24)),
                world.plan(reconciler, pending.key()).again());
        world.clock().advance(Duration.ofHours(24));
        world.settle(reconciler, pending.key());
        assertEquals(Optional.empty(), world.view().get(pending.key()));
        StoredObject signed = request("system:node:n1", CLIENT, "client auth");
        world.settle(reconciler, signed.key());
        assertEquals(
                Optional.of(Duration.ofHours(1)),
                world.plan(reconciler, signed.key()).again());
        world.clock().advance(Duration.ofHours(1));
        world.settle(reconciler, signed.key());
        assertEquals(Optional.empty(), world.view().get(signed.key()));
    }
}
