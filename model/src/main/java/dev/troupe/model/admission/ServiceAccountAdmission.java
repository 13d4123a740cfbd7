package dev.troupe.model.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.Optional;

/**
 * A pod runs as a service account that exists, and pulls images with that account's secrets unless it names its own. No
 * token is mounted: tokens are not issued yet.
 */
final class ServiceAccountAdmission implements AdmissionPlugin {
    @Override
    public String name() {
        return "ServiceAccount";
    }

    @Override
    public Optional<Status> admit(AdmissionRequest request, ObjectLookup view) {
        if (!request.creates(BuiltInTypes.PODS) || isMirror(request.sent())) {
            return Optional.empty();
        }
        ObjectNode pod = request.object().orElseThrow();
        String account = Json.optionalText(pod, "spec", "serviceAccountName")
                .or(() -> Json.optionalText(pod, "spec", "serviceAccount"))
                .orElse("default");
        Optional<StoredObject> found = view.get(BuiltInTypes.SERVICE_ACCOUNTS.key(request.namespace(), account));
        if (found.isEmpty()) {
            return Optional.of(request.forbidden("error looking up service account " + request.namespace() + "/"
                    + account + ": serviceaccount \"" + account + "\" not found"));
        }
        JsonNode pullSecrets = found.get().tree().path("imagePullSecrets");
        if (pod.path("spec") instanceof ObjectNode spec
                && spec.path("imagePullSecrets").isEmpty()
                && !pullSecrets.isEmpty()) {
            spec.set("imagePullSecrets", pullSecrets.deepCopy());
        }
        return Optional.empty();
    }

    /** A kubelet's own pod, of which the object is but a reflection. */
    static boolean isMirror(JsonNode pod) {
        return pod.path("metadata").path("annotations").has("kubernetes.io/config.mirror");
    }
}
