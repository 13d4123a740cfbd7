package dev.troupe.model.entity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult.Effect;
import dev.troupe.model.journal.ObjectChange;
import dev.troupe.model.journal.ResourceEvent;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.schema.FieldChecker;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One write against an object that exists. */
final class Change {
    private final ResourceStrategy strategy;
    private final ObjectState state;
    private final ObjectNode current;
    private final Write.Request request;

    Change(ResourceStrategy strategy, ObjectState state, ObjectNode current, Write.Request request) {
        this.strategy = strategy;
        this.state = state;
        this.current = current;
        this.request = request;
    }

    /** The present object with its version. Not to be changed. */
    ObjectNode current() {
        return current;
    }

    Write.Request request() {
        return request;
    }

    /** Replaces the object, or the part of it that the subresource owns. */
    Decision update(String subresource, ObjectNode sent, WriteOptions options) {
        List<String> problems = new ArrayList<>(options.decodingWarnings());
        if (subresource.equals("scale")) {
            return scale(sent, options, problems);
        }
        Outcome<List<String>> checked = FieldChecker.check(strategy.type(), sent);
        if (checked instanceof Outcome.Failure<List<String>> failure) {
            return new Decision.Rejected(failure.status());
        }
        problems.addAll(checked.orThrow());
        Optional<Status> strict = strictFailure(strategy.type(), options, problems);
        return strict.isPresent() ? new Decision.Rejected(strict.get()) : accept(subresource, sent, options, problems);
    }

    private Decision scale(ObjectNode sent, WriteOptions options, List<String> problems) {
        Optional<Status> stale = staleness(sent);
        if (stale.isPresent()) {
            return new Decision.Rejected(stale.get());
        }
        Outcome<ObjectNode> scaled = Scales.applyTo(current, sent);
        if (scaled instanceof Outcome.Failure<ObjectNode> failure) {
            return new Decision.Rejected(failure.status());
        }
        Optional<Status> strict = strictFailure(strategy.type(), options, problems);
        return strict.isPresent()
                ? new Decision.Rejected(strict.get())
                : checkedUpdate("scale", scaled.orThrow(), options, problems);
    }

    /**
     * Replaces the object by one that passed the field checker.
     *
     * @param problems what that had to remove
     */
    Decision accept(String subresource, ObjectNode object, WriteOptions options, List<String> problems) {
        Optional<Status> stale = staleness(object);
        return stale.isPresent()
                ? new Decision.Rejected(stale.get())
                : checkedUpdate(subresource, object, options, problems);
    }

    private Decision checkedUpdate(String subresource, ObjectNode object, WriteOptions options, List<String> problems) {
        prepare(subresource, object);
        strategy.applyDefaults(object);
        keepSystemMetadata(object);
        if (strategy.tracksGeneration() && !subresource.equals("status") && raisesGeneration(object)) {
            object.withObject("metadata")
                    .put(
                            "generation",
                            current.path("metadata").path("generation").asLong(0) + 1);
        }
        List<FieldError> errors = new ArrayList<>(ObjectMetaValidation.update(strategy, object, current));
        errors.addAll(
                subresource.equals("status")
                        ? strategy.validateStatusUpdate(object, current)
                        : strategy.validateUpdate(object, current));
        if (!errors.isEmpty()) {
            return new Decision.Rejected(Status.invalid(
                    strategy.type().group(),
                    strategy.type().kind(),
                    request.key().name().name(),
                    errors));
        }
        ObjectNode metadata = object.withObject("metadata");
        boolean released = metadata.has("deletionTimestamp")
                && metadata.path("finalizers").isEmpty()
                && metadata.path("deletionGracePeriodSeconds").asLong(0) == 0
                && !strategy.deletionWaitsForSpecFinalizers(object);
        List<String> warnings = warnings(strategy, options, problems, object);
        return released ? remove(object, options.dryRun()) : keep(object, Effect.UPDATED, options.dryRun(), warnings);
    }

    private void prepare(String subresource, ObjectNode object) {
        switch (subresource) {
            case "status" -> strategy.prepareForStatusUpdate(object, current);
            case "finalize" -> strategy.prepareForFinalize(object, current);
            case "approval" -> strategy.prepareForApproval(object, current);
            default -> strategy.prepareForUpdate(object, current);
        }
    }

    private void keepSystemMetadata(ObjectNode object) {
        ObjectNode metadata = object.withObject("metadata");
        metadata.remove(List.of("selfLink", "managedFields"));
        for (String field :
                List.of("creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation")) {
            JsonNode kept = current.path("metadata").get(field);
            if (kept == null) {
                metadata.remove(field);
            } else {
                metadata.set(field, kept);
            }
        }
        for (String field : List.of("name", "namespace", "uid")) {
            JsonNode kept = current.path("metadata").get(field);
            if (kept != null && Json.text(metadata, field).isEmpty()) {
                metadata.set(field, kept);
            }
        }
        metadata.set("resourceVersion", current.path("metadata").get("resourceVersion"));
    }

    private boolean raisesGeneration(ObjectNode object) {
        return specDiffers(object) || strategy.raisesGeneration(object, current);
    }

    private boolean specDiffers(ObjectNode object) {
        for (ObjectNode one : List.of(object, current)) {
            ObjectNode other = one == object ? current : object;
            for (var field : one.properties()) {
                String name = field.getKey();
                if (!name.equals("metadata")
                        && !name.equals("status")
                        && !field.getValue().equals(other.get(name))) {
                    return true;
                }
            }
        }
        return false;
    }

    private Optional<Status> staleness(ObjectNode sent) {
        String uid = Json.text(sent, "metadata", "uid");
        String currentUid = Json.text(current, "metadata", "uid");
        // A patch changes what is there, so a wrong uid in it is a change of an immutable field.
        if (!(request.write() instanceof Write.ApplyPatch) && !uid.isEmpty() && !uid.equals(currentUid)) {
            return Optional.of(conflict(
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + currentUid));
        }
        String version = Json.text(sent, "metadata", "resourceVersion");
        if (version.isEmpty() || version.equals("0")) {
            return strategy.allowsUnconditionalUpdate() || request.write() instanceof Write.ApplyPatch
                    ? Optional.empty()
                    : Optional.of(Status.invalid(
                            strategy.type().group(),
                            strategy.type().kind(),
                            request.key().name().name(),
                            List.of(FieldError.invalid(
                                    "metadata.resourceVersion", 0, "must be specified for an update"))));
        }
        return version.equals(Json.text(current, "metadata", "resourceVersion"))
                ? Optional.empty()
                : Optional.of(Status.modified(
                        strategy.type().groupResource(), request.key().name().name()));
    }

    Status conflict(String why) {
        return Status.conflict(
                strategy.type().groupResource(), request.key().name().name(), why);
    }

    /** A refused deletion: Kubernetes names the kind here where it else names the resource. */
    Status deletionConflict(String why) {
        GroupResource kind =
                new GroupResource(strategy.type().group(), strategy.type().kind());
        return Status.conflict(kind, request.key().name().name(), why);
    }

    /** Keeps the changed object, or answers that nothing changed. */
    Decision keep(ObjectNode object, Effect effect, boolean dryRun, List<String> warnings) {
        if (object.equals(current)) {
            return new Decision.Answer(state.object(), effect == Effect.UPDATED ? Effect.UNCHANGED : effect, warnings);
        }
        byte[] bytes = StoredObject.encodeUnversioned(object);
        // An object that is too large already must still shrink, be deleted and lose its finalizers.
        if (effect == Effect.UPDATED && bytes.length > StoredObject.MAX_BYTES && bytes.length > state.object().length) {
            return new Decision.Rejected(Status.objectTooLarge(StoredObject.MAX_BYTES));
        }
        if (dryRun) {
            return new Decision.Answer(bytes, effect, warnings);
        }
        // Where old events are deleted the first that is left must stand for itself.
        ObjectChange change =
                strategy.isEphemeral() ? new ObjectChange.Whole(bytes) : ObjectChange.between(state.object(), bytes);
        return new Decision.Persist(event(strategy, request, state.uid(), change, current, object), effect, warnings);
    }

    Decision remove(ObjectNode last, boolean dryRun) {
        if (dryRun) {
            return new Decision.Answer(StoredObject.encodeUnversioned(last), Effect.REMOVED, List.of());
        }
        return new Decision.Persist(
                event(strategy, request, state.uid(), new ObjectChange.Removed(), current, ResourceDecider.missing()),
                Effect.REMOVED,
                List.of());
    }

    static ResourceEvent event(
            ResourceStrategy strategy,
            Write.Request request,
            String uid,
            ObjectChange change,
            JsonNode old,
            JsonNode object) {
        return new ResourceEvent(
                strategy.eventName(request.write().verb(), request.write().subresource(), old, object),
                request.key(),
                uid,
                request.now(),
                request.caller().user().name(),
                request.caller().user().groups(),
                request.write().verb(),
                request.write().subresource(),
                request.caller().auditId(),
                request.caller().cause(),
                change);
    }

    static Optional<Status> strictFailure(ResourceType type, WriteOptions options, List<String> problems) {
        if (options.fieldValidation() != WriteOptions.FieldValidation.STRICT || problems.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Status.badRequest(type.kind() + " in version \"" + type.version() + "\" cannot be handled as a "
                        + type.kind() + ": strict decoding error: " + String.join(", ", problems)));
    }

    static List<String> warnings(
            ResourceStrategy strategy, WriteOptions options, List<String> problems, JsonNode object) {
        List<String> warnings = new ArrayList<>(strategy.warnings(object));
        if (options.fieldValidation() == WriteOptions.FieldValidation.WARN) {
            problems.forEach(problem -> warnings.addAll(lines(problem)));
        }
        return warnings;
    }

    /** The strict YAML reader's complaints come as one text, and go out as one warning a line. */
    private static List<String> lines(String problem) {
        String head = "yaml: unmarshal errors:\n";
        return problem.startsWith(head)
                ? problem.substring(head.length()).lines().map(String::strip).toList()
                : List.of(problem);
    }

    /** Kubernetes' time: whole seconds, UTC. */
    static String timestamp(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
