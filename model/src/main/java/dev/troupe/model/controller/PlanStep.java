package dev.troupe.model.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Patch;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import java.util.Optional;

/**
 * One thing to do. Each step carries what must still hold for it: a stale step is refused by the object's entity,
 * harmlessly, and the plan is made again.
 */
public sealed interface PlanStep {
    /**
     * Creates an object; refused if it exists. Creates that follow one another must not depend on one another: they may
     * run at the same time.
     *
     * @param announcement what users are told of the outcome
     */
    record Create(ResourceType type, String namespace, ObjectNode object, Optional<Announcement> announcement)
            implements PlanStep {
        public Create(ResourceType type, String namespace, ObjectNode object) {
            this(type, namespace, object, Optional.empty());
        }
    }

    /**
     * Replaces an object or a subresource of it. The object carries {@code metadata.uid} and
     * {@code metadata.resourceVersion}, which must still be those of the stored object.
     */
    record Update(ObjectKey key, String subresource, ObjectNode object) implements PlanStep {}

    /**
     * Changes an object wherever it is now. The patch carries {@code metadata.uid} where the object may have been
     * replaced by a namesake.
     */
    record Change(ObjectKey key, String subresource, Patch patch) implements PlanStep {}

    /**
     * Deletes an object; the options carry its uid. That it is gone already is as good. Deletes that follow one another
     * may run at the same time.
     *
     * @param announcement what users are told of the outcome
     */
    record Delete(ObjectKey key, DeleteOptions options, Optional<Announcement> announcement) implements PlanStep {
        public Delete(ObjectKey key, DeleteOptions options) {
            this(key, options, Optional.empty());
        }
    }

    /**
     * Goes on only if the store itself, not the view, says so: views of different resources do not advance in step, so
     * that something is absent from a view proves nothing.
     *
     * @param uid of the object that is meant, so that a namesake counts as absent; empty for whichever has the name
     */
    record Require(ObjectKey key, Optional<String> uid, Expectation expectation) implements PlanStep {
        public Require(ObjectKey key, String uid, Expectation expectation) {
            this(key, Optional.of(uid), expectation);
        }
    }

    /** Goes on only if the store itself has no object of a resource in a namespace. */
    record RequireNone(ResourceType type, String namespace) implements PlanStep {}

    /** What {@link Require} demands. */
    enum Expectation {
        /** The object is gone. */
        GONE,
        /** The object exists and its deletion has not begun. */
        ACTIVE
    }

    /** Signs an approved CertificateSigningRequest and puts the certificate into its status. */
    record SignCertificate(StoredObject request, CertificateSigner.Order order) implements PlanStep {}

    /**
     * Tells users about it with an API Event.
     *
     * @param type {@code Normal} or {@code Warning}
     * @param reason CamelCase, for example {@code SuccessfulCreate}
     */
    record RecordEvent(StoredObject about, String type, String reason, String message) implements PlanStep {}
}
