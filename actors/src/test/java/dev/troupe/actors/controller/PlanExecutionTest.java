package dev.troupe.actors.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actors.cluster.RandomIdGenerator;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.controller.Announcement;
import dev.troupe.model.controller.CertificateSigner;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import dev.troupe.model.testkit.InMemoryResourceApi;
import dev.troupe.model.testkit.TestClock;
import dev.troupe.model.testkit.TestKinds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class PlanExecutionTest {
    private final ResourceRegistry registry = TestKinds.registry();
    private final InMemoryResourceApi store = new InMemoryResourceApi(registry, new TestClock());
    private final InterposedApi api = new InterposedApi(store, Runnable::run);
    private final List<String> events = new ArrayList<>();
    private final StoredObject about =
            store.given("{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"}}");

    private final CertificateSigner signer = new CertificateSigner() {
        @Override
        public Outcome<Subject> inspect(String request) {
            return Outcome.failure(Status.badRequest("unused"));
        }

        @Override
        public CompletionStage<Outcome<String>> sign(Order order) {
            return CompletableFuture.completedStage(
                    order.request().equals("good")
                            ? Outcome.success("-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n")
                            : Outcome.failure(Status.internalError("no key")));
        }
    };

    private PlanResult run(List<PlanStep> steps) {
        ControllerSettings settings =
                new ControllerSettings(1, 1, Duration.ofMillis(5), Duration.ofMillis(5), Duration.ofSeconds(5), 1);
        ControllerRuntime runtime = new ControllerRuntime(
                api, registry, new TestClock(), new RandomIdGenerator(), () -> 0.5, settings, Optional.of(signer));
        return new PlanExecution(
                        runtime,
                        InMemoryResourceApi.admin(),
                        event -> events.add(event.reason() + " " + event.message()))
                .run(Plan.of(steps))
                .toCompletableFuture()
                .join();
    }

    private PlanStep create(String name) {
        ObjectNode object = Json.object();
        object.put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", name);
        return new PlanStep.Create(
                BuiltInTypes.CONFIG_MAPS,
                "a",
                object,
                Optional.of(new Announcement(
                        about,
                        Optional.of(Announcement.Text.normal("Made", "made ")),
                        Optional.of(Announcement.Text.warning("NotMade", "not made: ")))));
    }

    private List<PlanStep> creates(int count) {
        List<PlanStep> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(create("m" + i));
        }
        return steps;
    }

    @Test
    void startsSlowlyAndKeepsTheOrderOfOthers() {
        List<PlanStep> steps = new ArrayList<>(creates(10));
        steps.add(Steps.normal(about, "Told", "m"));
        steps.addAll(creates(3));
        steps.add(Steps.delete(about));
        steps.add(Steps.delete(about));
        assertEquals(
                List.of(1, 2, 4, 3, 1, 1, 2, 1, 1),
                PlanExecution.batches(steps).stream().map(List::size).toList());
        assertEquals(
                steps,
                PlanExecution.batches(steps).stream().flatMap(List::stream).toList());
    }

    @Test
    void meetsARefusalOnceAndTellsOfIt() {
        api.refuseCreations(Optional.of(Status.forbidden(BuiltInTypes.CONFIG_MAPS.groupResource(), "m", "no")));
        PlanResult result = run(creates(100));
        assertEquals(1, api.creations().size());
        assertFalse(result.stale());
        assertEquals(403, result.failure().orElseThrow().status().code());
        assertEquals(List.of("NotMade not made: configmaps \"m\" is forbidden: no"), events);
    }

    @Test
    void tellsWhatItMadeAndWhichVersionsItWrote() {
        PlanResult result = run(creates(2));
        assertEquals(List.of("Made made m0", "Made made m1"), events);
        assertEquals(
                store.find(BuiltInTypes.CONFIG_MAPS, "a", "m1").orElseThrow().resourceVersion(),
                result.versions().get(BuiltInTypes.CONFIG_MAPS.groupResource()));
        assertTrue(result.failure().isEmpty());
    }

    @Test
    void aStaleStepEndsThePlanWithoutAFault() {
        run(creates(1));
        StoredObject old = store.find(BuiltInTypes.CONFIG_MAPS, "a", "m0").orElseThrow();
        ObjectNode changed = old.copy();
        changed.putObject("data").put("a", "b");
        assertFalse(run(List.of(Steps.update(old, changed).orElseThrow())).stale());
        for (PlanStep stale : List.of(
                Steps.update(old, old.copy().put("immutable", true)).orElseThrow(),
                create("m0"),
                new PlanStep.RequireNone(BuiltInTypes.CONFIG_MAPS, "a"),
                new PlanStep.Require(old.key(), old.meta().uid(), PlanStep.Expectation.GONE),
                new PlanStep.Require(old.key(), "another", PlanStep.Expectation.ACTIVE))) {
            PlanResult result = run(List.of(stale, create("never")));
            assertTrue(result.stale() && result.ended(), stale.toString());
        }
        assertEquals(Optional.empty(), store.find(BuiltInTypes.CONFIG_MAPS, "a", "never"));
    }

    @Test
    void anObjectGoneAlreadyIsAsGoodAsDeleted() {
        run(creates(1));
        StoredObject object = store.find(BuiltInTypes.CONFIG_MAPS, "a", "m0").orElseThrow();
        run(List.of(Steps.delete(object)));
        PlanResult again = run(List.of(Steps.delete(object), create("next")));
        assertTrue(again.stale());
        assertFalse(again.ended());
        assertTrue(store.find(BuiltInTypes.CONFIG_MAPS, "a", "next").isPresent());
        assertEquals(
                PlanResult.NOTHING,
                run(List.of(new PlanStep.Require(object.key(), object.meta().uid(), PlanStep.Expectation.GONE))));
    }

    @Test
    void aTerminatingNamespaceIsNoFault() {
        api.refuseCreations(Optional.of(Status.forbidden(
                BuiltInTypes.CONFIG_MAPS.groupResource(),
                "m",
                "unable to create new content in namespace a because it is being terminated",
                new Status.Cause("NamespaceTerminating", "namespace a is being terminated", "metadata.namespace"))));
        PlanResult result = run(creates(1));
        assertTrue(result.stale() && result.ended());
        assertEquals(List.of(), events);
    }

    @Test
    void putsASignedCertificateIntoItsRequest() {
        String pem = "-----BEGIN CERTIFICATE REQUEST-----\nMA==\n-----END CERTIFICATE REQUEST-----\n";
        StoredObject request =
                store.given("""
                {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"r"},
                 "spec":{"request":"%s","signerName":"kubernetes.io/kubelet-serving","usages":["server auth"]}}""".formatted(Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII))));
        Duration day = Duration.ofDays(1);
        PlanResult failed =
                run(List.of(new PlanStep.SignCertificate(request, new CertificateSigner.Order("bad", Set.of(), day))));
        assertEquals(500, failed.failure().orElseThrow().status().code());
        PlanResult signed =
                run(List.of(new PlanStep.SignCertificate(request, new CertificateSigner.Order("good", Set.of(), day))));
        assertEquals(Optional.empty(), signed.failure());
        String certificate = Json.text(
                store.find(BuiltInTypes.CERTIFICATE_SIGNING_REQUESTS, "", "r")
                        .orElseThrow()
                        .tree(),
                "status",
                "certificate");
        assertTrue(new String(Base64.getDecoder().decode(certificate), StandardCharsets.US_ASCII)
                .startsWith("-----BEGIN CERTIFICATE-----"));
    }
}
