package dev.troupe.model.controller.certificate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.controller.CertificateSigner;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.controller.object.Times;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Approves the requests that a node makes for itself, signs what is approved for the signers of nodes, and deletes old
 * requests. Requests for anything else are left for a person to judge, and for another to sign.
 */
public final class NodeCertificateReconciler implements Reconciler {
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration KEPT_WHEN_DECIDED = Duration.ofHours(1);
    private static final Duration KEPT_WHEN_PENDING = Duration.ofHours(24);
    private static final String FAILED = "Failed";

    private final CertificateSigner signer;

    public NodeCertificateReconciler(CertificateSigner signer) {
        this.signer = signer;
    }

    @Override
    public String name() {
        return "certificate-controller";
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(BuiltInTypes.CERTIFICATE_SIGNING_REQUESTS.groupResource(), BuiltInTypes.NODES.groupResource());
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        return change.key().resource().equals(BuiltInTypes.CERTIFICATE_SIGNING_REQUESTS.groupResource())
                ? List.of(change.key())
                : List.of();
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        Optional<StoredObject> found = view.get(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        StoredObject request = found.get();
        Instant end =
                request.meta().creationTimestamp().plus(isDecided(request) ? KEPT_WHEN_DECIDED : KEPT_WHEN_PENDING);
        if (!end.isAfter(now)) {
            return Plan.of(List.of(Steps.delete(request)));
        }
        return Plan.of(decide(request, view, now)).againAfter(Times.until(end, now));
    }

    private static boolean isDecided(StoredObject request) {
        JsonNode status = request.tree().path("status");
        return Conditions.isTrue(status, "Approved")
                || Conditions.isTrue(status, "Denied")
                || Conditions.isTrue(status, FAILED);
    }

    private List<PlanStep> decide(StoredObject request, ClusterView view, Instant now) {
        JsonNode spec = request.tree().path("spec");
        JsonNode status = request.tree().path("status");
        Optional<NodeSigner> known = NodeSigner.named(Json.text(spec, "signerName"));
        boolean over = Conditions.isTrue(status, "Denied")
                || Conditions.isTrue(status, FAILED)
                || !Json.text(status, "certificate").isEmpty();
        if (known.isEmpty() || over) {
            return List.of();
        }
        String pem =
                new String(Base64.getMimeDecoder().decode(Json.text(spec, "request")), StandardCharsets.ISO_8859_1);
        Set<String> usages = new HashSet<>();
        spec.path("usages").forEach(usage -> usages.add(usage.asText()));
        Optional<String> fault;
        boolean own = false;
        switch (signer.inspect(pem)) {
            case Outcome.Failure<CertificateSigner.Subject> failure ->
                fault = Optional.of(failure.status().message());
            case Outcome.Success<CertificateSigner.Subject> success -> {
                fault = known.get().faultOf(success.value(), usages);
                own = known.get().isOwn(success.value(), Json.text(spec, "username"), view);
            }
        }
        if (!Conditions.isTrue(status, "Approved")) {
            return fault.isEmpty() && own ? approval(request, known.get(), now) : List.of();
        }
        if (fault.isPresent()) {
            return failure(request, fault.get(), now);
        }
        Duration asked = Duration.ofSeconds(spec.path("expirationSeconds").asLong(LONGEST.toSeconds()));
        Duration lifetime = asked.compareTo(LONGEST) < 0 ? asked : LONGEST;
        return List.of(new PlanStep.SignCertificate(request, new CertificateSigner.Order(pem, usages, lifetime)));
    }

    private static List<PlanStep> approval(StoredObject request, NodeSigner signer, Instant now) {
        return changed(request, "approval", condition("Approved", "AutoApproved", signer.approval(), now));
    }

    private static List<PlanStep> failure(StoredObject request, String why, Instant now) {
        return changed(request, "status", condition(FAILED, "SignerValidationFailure", why, now));
    }

    private static ObjectNode condition(String type, String reason, String message, Instant now) {
        return Conditions.Condition.isTrue(type, reason, message).toJson(now).put("lastUpdateTime", Times.text(now));
    }

    private static List<PlanStep> changed(StoredObject request, String subresource, ObjectNode condition) {
        ObjectNode changed = request.copy();
        Conditions.put(Json.objectAt(changed, "status"), condition);
        return Steps.update(request, subresource, changed).map(List::of).orElse(List.of());
    }
}
