package dev.troupe.model.admission;

import dev.troupe.model.status.Status;
import java.util.Optional;

/** One rule for writes. Pure: the same request and view give the same answer. */
public interface AdmissionPlugin {
    /** Kubernetes' name of it, for example {@code NamespaceLifecycle}. */
    String name();

    /**
     * Lets the write pass, perhaps with its object changed in place, or refuses it.
     *
     * @param view at least as fresh as the writes that the caller has seen acknowledged
     * @return empty to let it pass
     */
    Optional<Status> admit(AdmissionRequest request, ObjectLookup view);
}
