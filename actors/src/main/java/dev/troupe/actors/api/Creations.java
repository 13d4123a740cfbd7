package dev.troupe.actors.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.admission.AdmissionRequest;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.IdGenerator;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Write;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Creates objects, making up names where only a prefix was given. */
final class Creations {
    /** As Kubernetes: so that prefix and suffix fit a DNS label. */
    private static final int MAX_PREFIX = 58;

    private static final int MAX_ATTEMPTS = 8;

    private final AdmissionGate gate;
    private final Writes writes;
    private final IdGenerator ids;

    Creations(AdmissionGate gate, Writes writes, IdGenerator ids) {
        this.gate = gate;
        this.writes = writes;
        this.ids = ids;
    }

    CompletionStage<Outcome<WriteResult>> create(
            Caller caller, ResourceType type, String namespace, ObjectNode object, WriteOptions options) {
        Optional<Status> mismatch = Identity.of(object).namespaceMismatch(type.namespaced() ? namespace : "");
        if (mismatch.isPresent()) {
            return CompletableFuture.completedFuture(Outcome.failure(mismatch.get()));
        }
        object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
        ObjectNode metadata = Json.objectAt(object, "metadata");
        if (type.namespaced()) {
            metadata.put("namespace", namespace);
        }
        ObjectKey key = type.key(namespace, Json.text(metadata, "name"));
        if (!gate.isServed(key)) {
            return CompletableFuture.completedFuture(Outcome.failure(Status.unknownResource()));
        }
        return gate.admit(AdmissionRequest.create(type, key, object, caller), () -> {
            if (key.name().name().isEmpty()
                    && !Json.text(object, "metadata", "generateName").isEmpty()) {
                return generated(new Generated(caller, type, namespace, object, options), 1);
            }
            return writes.write(caller, key, new Write.Create(object, options));
        });
    }

    private record Generated(
            Caller caller, ResourceType type, String namespace, ObjectNode object, WriteOptions options) {}

    private CompletionStage<Outcome<WriteResult>> generated(Generated wanted, int attempt) {
        ObjectNode object = wanted.object().deepCopy();
        ObjectNode metadata = Json.objectAt(object, "metadata");
        String prefix = Json.text(metadata, "generateName");
        String name = prefix.substring(0, Math.min(prefix.length(), MAX_PREFIX)) + ids.nameSuffix();
        metadata.put("name", name);
        return writes.write(
                        wanted.caller(),
                        wanted.type().key(wanted.namespace(), name),
                        new Write.Create(object, wanted.options()))
                .thenCompose(outcome -> {
                    boolean taken = outcome instanceof Outcome.Failure<WriteResult> failure
                            && failure.status().reason().equals("AlreadyExists");
                    if (taken && attempt < MAX_ATTEMPTS) {
                        return generated(wanted, attempt + 1);
                    }
                    return CompletableFuture.completedFuture(
                            taken
                                    ? Outcome.failure(Status.generatedNameTaken(
                                            wanted.type().groupResource(), name))
                                    : outcome);
                });
    }
}
