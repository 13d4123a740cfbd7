package dev.troupe.actors.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.admission.Admission;
import dev.troupe.model.admission.AdmissionRequest;
import dev.troupe.model.admission.AdmissionRequest.Operation;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Write;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.patch.Patches;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Lets the admission plugins see a write, with caches as new as every write that was acknowledged before. */
final class AdmissionGate {
    /** Tries of an unversioned patch against others that change the object while it is admitted. */
    private static final int MAX_TRIES = 5;

    private final Admission admission;
    private final CacheReads reads;
    private final Writes writes;

    AdmissionGate(Admission admission, CacheReads reads, Writes writes) {
        this.admission = admission;
        this.reads = reads;
        this.writes = writes;
    }

    /** Admits, then goes on; a refusal is the answer. */
    CompletionStage<Outcome<WriteResult>> admit(
            AdmissionRequest request, Supplier<CompletionStage<Outcome<WriteResult>>> then) {
        return fresh(request.type().groupResource()).thenCompose(late -> {
            Optional<Status> refused = late.or(() -> admission.admit(request, reads::glance));
            return refused.<CompletionStage<Outcome<WriteResult>>>map(
                            status -> CompletableFuture.completedFuture(Outcome.failure(status)))
                    .orElseGet(then);
        });
    }

    /** Waits until the caches that plugins look into have what was acknowledged. */
    private CompletionStage<Optional<Status>> fresh(GroupResource own) {
        List<GroupResource> seen = new ArrayList<>(List.of(own, BuiltInTypes.NAMESPACES.groupResource()));
        if (own.equals(BuiltInTypes.PODS.groupResource())) {
            seen.add(BuiltInTypes.SERVICE_ACCOUNTS.groupResource());
        }
        CompletionStage<Optional<Status>> all = CompletableFuture.completedFuture(Optional.empty());
        for (GroupResource resource : seen) {
            if (reads.cache(resource).isPresent()) {
                all = all.thenCombine(reads.upToDate(resource), (one, other) -> one.or(() -> other));
            }
        }
        return all;
    }

    private ResourceStrategy strategy(ObjectKey key) {
        return reads.cache(key.resource()).orElseThrow().strategy();
    }

    boolean isServed(ObjectKey key) {
        return reads.cache(key.resource()).isPresent();
    }

    private JsonNode old(ObjectKey key) {
        return reads.glance(key)
                .<JsonNode>map(StoredObject::tree)
                .orElse(Json.object().path("absent"));
    }

    CompletionStage<Outcome<WriteResult>> update(Caller caller, ObjectKey key, Write.Update update) {
        return fresh(key.resource()).thenCompose(late -> {
            if (late.isPresent()) {
                return CompletableFuture.completedFuture(Outcome.failure(late.get()));
            }
            JsonNode old = old(key);
            boolean creates = old.isMissingNode() && strategy(key).allowsCreateOnUpdate();
            AdmissionRequest request = new AdmissionRequest(
                    creates ? Operation.CREATE : Operation.UPDATE,
                    strategy(key).type(),
                    key,
                    update.subresource(),
                    Optional.of(update.object()),
                    old,
                    caller);
            return admit(request, () -> writes.write(caller, key, update));
        });
    }

    CompletionStage<Outcome<WriteResult>> delete(Caller caller, ObjectKey key, Write.Delete delete) {
        return fresh(key.resource())
                .thenCompose(late -> admit(
                        AdmissionRequest.delete(strategy(key).type(), key, old(key), caller),
                        () -> writes.write(caller, key, delete)));
    }

    /** Plugins see the patched object. If they object to nothing and change nothing the patch itself is written. */
    CompletionStage<Outcome<WriteResult>> patch(Caller caller, ObjectKey key, Write.ApplyPatch patch) {
        return patch(caller, key, patch, 1);
    }

    private CompletionStage<Outcome<WriteResult>> patch(
            Caller caller, ObjectKey key, Write.ApplyPatch patch, int attempt) {
        return fresh(key.resource()).thenCompose(late -> {
            Optional<StoredObject> stored = reads.glance(key);
            if (late.isPresent() || stored.isEmpty() || patch.subresource().equals("scale")) {
                return late.<CompletionStage<Outcome<WriteResult>>>map(
                                status -> CompletableFuture.completedFuture(Outcome.failure(status)))
                        .orElseGet(() -> writes.write(caller, key, patch));
            }
            ResourceType type = strategy(key).type();
            return switch (Patches.apply(type, stored.get().tree(), patch.patch())) {
                // The entity says it, after what it has to say before.
                case Outcome.Failure<ObjectNode> failure -> writes.write(caller, key, patch);
                case Outcome.Success<ObjectNode> patched ->
                    admitPatched(caller, patch, new Patched(type, stored.get(), patched.value()), attempt);
            };
        });
    }

    private record Patched(ResourceType type, StoredObject old, ObjectNode object) {}

    private CompletionStage<Outcome<WriteResult>> admitPatched(
            Caller caller, Write.ApplyPatch patch, Patched patched, int attempt) {
        ObjectKey key = patched.old().key();
        ObjectNode before = patched.object().deepCopy();
        AdmissionRequest request = new AdmissionRequest(
                Operation.UPDATE,
                patched.type(),
                key,
                patch.subresource(),
                Optional.of(patched.object()),
                patched.old().tree(),
                caller);
        return admit(request, () -> {
            if (patched.object().equals(before) && !mustSeeWhatIsWritten(caller)) {
                return writes.write(caller, key, patch);
            }
            // What was admitted is written, or nothing.
            Write exact = patched.object().equals(before)
                    ? ofVersion(patch, patched)
                    : new Write.Update(patch.subresource(), patched.object(), patch.options());
            return writes.write(caller, key, exact).thenCompose(outcome -> {
                boolean overtaken = outcome instanceof Outcome.Failure<WriteResult> failure
                        && failure.status().reason().equals("Conflict");
                return overtaken && attempt < MAX_TRIES && !speaksOfVersion(patch.patch())
                        ? patch(caller, key, patch, attempt + 1)
                        : CompletableFuture.completedFuture(outcome);
            });
        });
    }

    /** The patch, but only of the version that was admitted. */
    private static Write ofVersion(Write.ApplyPatch patch, Patched patched) {
        String version = Long.toString(patched.old().resourceVersion());
        return switch (patch.patch()) {
            case Patch.JsonPatch json -> new Write.Update(patch.subresource(), patched.object(), patch.options());
            case Patch.MergePatch merge ->
                new Write.ApplyPatch(
                        patch.subresource(), new Patch.MergePatch(versioned(merge.patch(), version)), patch.options());
            case Patch.StrategicMergePatch strategic ->
                new Write.ApplyPatch(
                        patch.subresource(),
                        new Patch.StrategicMergePatch(versioned(strategic.patch(), version)),
                        patch.options());
        };
    }

    private static ObjectNode versioned(ObjectNode patch, String version) {
        ObjectNode copy = patch.deepCopy();
        if (!copy.path("metadata").has("resourceVersion")) {
            Json.objectAt(copy, "metadata").put("resourceVersion", version);
        }
        return copy;
    }

    /** For a node's writes: between admission and decision nobody else's change may turn them into more. */
    private static boolean mustSeeWhatIsWritten(Caller caller) {
        return caller.user().groups().contains("system:nodes");
    }

    private static boolean speaksOfVersion(Patch patch) {
        return patch.document().path("metadata").has("resourceVersion");
    }
}
