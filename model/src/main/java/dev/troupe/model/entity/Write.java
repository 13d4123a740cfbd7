package dev.troupe.model.entity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.resource.ObjectKey;
import java.time.Instant;

/** A change that somebody asks of one object. */
public sealed interface Write {
    record Create(ObjectNode object, WriteOptions options) implements Write {}

    record Update(String subresource, ObjectNode object, WriteOptions options) implements Write {}

    record ApplyPatch(String subresource, Patch patch, WriteOptions options) implements Write {}

    /** Assigns a pod to a node: the binding subresource. */
    record BindPod(ObjectNode binding, WriteOptions options) implements Write {}

    record Delete(DeleteOptions options) implements Write {}

    /** The audit's verb. */
    default String verb() {
        return switch (this) {
            case Create create -> "create";
            case Update update -> "update";
            case ApplyPatch patch -> "patch";
            case BindPod bind -> "create";
            case Delete delete -> "delete";
        };
    }

    /** True if nothing is to be kept. */
    default boolean isDryRun() {
        return switch (this) {
            case Create create -> create.options().dryRun();
            case Update update -> update.options().dryRun();
            case ApplyPatch patch -> patch.options().dryRun();
            case BindPod bind -> bind.options().dryRun();
            case Delete delete -> delete.options().dryRun();
        };
    }

    default String subresource() {
        return switch (this) {
            case Create create -> "";
            case Update update -> update.subresource();
            case ApplyPatch patch -> patch.subresource();
            case BindPod bind -> "binding";
            case Delete delete -> "";
        };
    }

    /**
     * A write with all that a decision may not fetch itself.
     *
     * @param now when it is decided
     * @param freshUid for an object that it may create
     */
    record Request(ObjectKey key, Write write, Caller caller, Instant now, String freshUid) {}
}
