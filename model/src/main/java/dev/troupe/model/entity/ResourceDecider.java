package dev.troupe.model.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult.Effect;
import dev.troupe.model.journal.ObjectChange;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.json.Json;
import dev.troupe.model.patch.Patches;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.schema.FieldChecker;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides every write of every kind; what is particular to a kind it asks the strategy. Pure: the same state and request
 * give the same decision.
 */
public final class ResourceDecider {
    private final ResourceStrategy strategy;
    private final GroupResource resource;

    public ResourceDecider(ResourceStrategy strategy) {
        this.strategy = strategy;
        this.resource = strategy.type().groupResource();
    }

    /**
     * Decides.
     *
     * @param committedVersion the version of the present object, 0 if there is none
     */
    public Decision decide(ObjectState state, long committedVersion, Write.Request request) {
        if (request.write() instanceof Write.Create create) {
            return state.exists()
                    ? new Decision.Rejected(
                            Status.alreadyExists(resource, request.key().name().name()))
                    : create(request, create.object(), create.options());
        }
        if (!state.exists()) {
            return request.write() instanceof Write.Update update
                            && update.subresource().isEmpty()
                            && strategy.allowsCreateOnUpdate()
                    ? create(request, update.object(), update.options())
                    : new Decision.Rejected(
                            Status.notFound(resource, request.key().name().name()));
        }
        ObjectNode current = Json.parseObject(state.object());
        current.withObject("metadata").put("resourceVersion", Long.toString(committedVersion));
        Change change = new Change(strategy, state, current, request);
        return switch (request.write()) {
            case Write.Create create -> throw new IllegalStateException("handled above");
            case Write.Update update -> change.update(update.subresource(), update.object(), update.options());
            case Write.ApplyPatch patch -> patch(change, patch);
            case Write.BindPod bind -> PodBinding.decide(change, bind);
            case Write.Delete delete -> delete(change, delete.options());
        };
    }

    private Decision patch(Change change, Write.ApplyPatch patch) {
        boolean scale = patch.subresource().equals("scale");
        ObjectNode base = scale ? Scales.of(strategy.type(), change.current()) : change.current();
        Outcome<ObjectNode> applied = Patches.apply(strategy.type(), base, patch.patch());
        if (applied instanceof Outcome.Failure<ObjectNode> failure) {
            return new Decision.Rejected(failure.status());
        }
        ObjectNode object = applied.orThrow();
        Optional<Status> misnamed = change.request().key().name().mismatch(object);
        if (misnamed.isPresent()) {
            return new Decision.Rejected(misnamed.get());
        }
        // A patch that does not speak of the version is unconditional.
        if (!speaksOfVersion(patch.patch()) && object.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("resourceVersion");
        }
        if (scale) {
            return change.update("scale", object, patch.options());
        }
        List<String> problems = new ArrayList<>(patch.options().decodingWarnings());
        Optional<Status> unfit = PatchedObjects.check(strategy.type(), patch, object, problems);
        return unfit.isPresent()
                ? new Decision.Rejected(unfit.get())
                : change.accept(patch.subresource(), object, patch.options(), problems);
    }

    private static boolean speaksOfVersion(Patch patch) {
        return switch (patch) {
            case Patch.JsonPatch json -> json.operations().toString().contains("resourceVersion");
            case Patch.MergePatch merge -> merge.patch().path("metadata").has("resourceVersion");
            case Patch.StrategicMergePatch strategic ->
                strategic.patch().path("metadata").has("resourceVersion");
        };
    }

    private Decision create(Write.Request request, ObjectNode object, WriteOptions options) {
        Outcome<List<String>> checked = FieldChecker.check(strategy.type(), object);
        if (checked instanceof Outcome.Failure<List<String>> failure) {
            return new Decision.Rejected(failure.status());
        }
        List<String> problems = new ArrayList<>(options.decodingWarnings());
        problems.addAll(checked.orThrow());
        Optional<Status> strict = Change.strictFailure(strategy.type(), options, problems);
        if (strict.isPresent()) {
            return new Decision.Rejected(strict.get());
        }
        ObjectNode metadata = object.withObject("metadata");
        String version = Json.text(metadata, "resourceVersion");
        metadata.remove(List.of(
                "resourceVersion",
                "selfLink",
                "deletionTimestamp",
                "deletionGracePeriodSeconds",
                "managedFields",
                "generation"));
        metadata.put("uid", request.freshUid());
        metadata.put("creationTimestamp", Change.timestamp(request.now()));
        strategy.prepareForCreate(object);
        strategy.applyDefaults(object);
        if (strategy.tracksGeneration()) {
            metadata.put("generation", 1);
        }
        List<FieldError> errors = new ArrayList<>(ObjectMetaValidation.create(strategy, object));
        errors.addAll(strategy.validateCreate(object));
        if (!errors.isEmpty()) {
            return new Decision.Rejected(Status.invalid(
                    strategy.type().group(),
                    strategy.type().kind(),
                    request.key().name().name(),
                    errors));
        }
        // Kubernetes' store refuses it last, with 500; see ADR 050.
        if (request.write() instanceof Write.Create && !version.isEmpty() && !version.equals("0")) {
            return new Decision.Rejected(
                    Status.badRequest("resourceVersion should not be set on objects to be created"));
        }
        byte[] bytes = StoredObject.encodeUnversioned(object);
        if (bytes.length > StoredObject.MAX_BYTES) {
            return new Decision.Rejected(Status.objectTooLarge(StoredObject.MAX_BYTES));
        }
        List<String> warnings = Change.warnings(strategy, options, problems, object);
        if (options.dryRun()) {
            return new Decision.Answer(bytes, Effect.CREATED, warnings);
        }
        ResourceEvent event =
                Change.event(strategy, request, request.freshUid(), new ObjectChange.Whole(bytes), missing(), object);
        return new Decision.Persist(event, Effect.CREATED, warnings);
    }

    static JsonNode missing() {
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private Decision delete(Change change, DeleteOptions options) {
        JsonNode current = change.current();
        Optional<Status> refused = deletionPrecondition(change, options);
        if (refused.isPresent()) {
            return new Decision.Rejected(refused.get());
        }
        ObjectNode object = change.current().deepCopy();
        ObjectNode metadata = object.withObject("metadata");
        boolean deleting = metadata.has("deletionTimestamp");
        Deletions.updateFinalizers(metadata, options, strategy.orphansDependentsByDefault(), deleting);
        long grace = strategy.gracePeriodSeconds(current, options).orElse(0);
        boolean held = !metadata.path("finalizers").isEmpty() || strategy.deletionWaitsForSpecFinalizers(object);
        if (grace == 0 && !held) {
            return change.remove(object, options.dryRun());
        }
        if (deleting) {
            long before = metadata.path("deletionGracePeriodSeconds").asLong(0);
            if (grace < before) {
                Deletions.mark(metadata, change.request().now(), grace);
            }
        } else {
            Deletions.mark(metadata, change.request().now(), grace);
            if (strategy.deletionWaitsForSpecFinalizers(object)) {
                // A namespace has all the time that its content needs.
                metadata.remove("deletionGracePeriodSeconds");
            }
            strategy.prepareForDeletion(object);
            if (strategy.tracksGeneration()) {
                metadata.put("generation", metadata.path("generation").asLong(0) + 1);
            }
        }
        return change.keep(object, Effect.DELETION_REQUESTED, options.dryRun(), List.of());
    }

    private Optional<Status> deletionPrecondition(Change change, DeleteOptions options) {
        String uid = Json.text(change.current(), "metadata", "uid");
        String version = Json.text(change.current(), "metadata", "resourceVersion");
        if (options.uidPrecondition().filter(wanted -> !wanted.equals(uid)).isPresent()) {
            return Optional.of(change.deletionConflict("the UID in the precondition ("
                    + options.uidPrecondition().get() + ") does not match the UID in record (" + uid
                    + "). The object might have been deleted and then recreated"));
        }
        if (options.resourceVersionPrecondition()
                .filter(wanted -> !wanted.equals(version))
                .isPresent()) {
            return Optional.of(change.deletionConflict("the ResourceVersion in the precondition ("
                    + options.resourceVersionPrecondition().get() + ") does not match the ResourceVersion in record ("
                    + version + "). The object might have been modified"));
        }
        return Optional.empty();
    }
}
