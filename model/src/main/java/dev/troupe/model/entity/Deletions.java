package dev.troupe.model.entity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.json.Json;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/** The marks that a delete leaves on an object which must stay for now. */
final class Deletions {
    /** The garbage collector removes it once dependents have let go of their owner. */
    static final String ORPHAN = "orphan";

    /** The garbage collector removes it once dependents are gone. */
    static final String FOREGROUND = "foregroundDeletion";

    private Deletions() {}

    static void mark(ObjectNode metadata, Instant now, long graceSeconds) {
        metadata.put("deletionTimestamp", Change.timestamp(now.plusSeconds(graceSeconds)));
        metadata.put("deletionGracePeriodSeconds", graceSeconds);
    }

    /** Sets the propagation policy's finalizer; an explicit policy replaces an earlier one. */
    static void updateFinalizers(
            ObjectNode metadata, DeleteOptions options, boolean orphansByDefault, boolean deleting) {
        if (options.propagation().isEmpty() && (deleting || !orphansByDefault)) {
            return;
        }
        Set<String> finalizers = new LinkedHashSet<>();
        metadata.path("finalizers").forEach(finalizer -> finalizers.add(finalizer.asText()));
        finalizers.remove(ORPHAN);
        finalizers.remove(FOREGROUND);
        DeleteOptions.Propagation propagation = options.propagation().orElse(DeleteOptions.Propagation.ORPHAN);
        switch (propagation) {
            case ORPHAN -> finalizers.add(ORPHAN);
            case FOREGROUND -> finalizers.add(FOREGROUND);
            case BACKGROUND -> {}
        }
        metadata.remove("finalizers");
        if (!finalizers.isEmpty()) {
            ArrayNode array = Json.array();
            finalizers.forEach(array::add);
            metadata.set("finalizers", array);
        }
    }
}
