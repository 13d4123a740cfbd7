package dev.troupe.model.admission;

import dev.troupe.model.admission.AdmissionRequest.Operation;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.Optional;
import java.util.Set;

/** Objects live in namespaces that exist and are not being emptied; the system's namespaces stay. */
public final class NamespaceLifecycle implements AdmissionPlugin {
    /** Namespaces that may not be deleted. */
    public static final Set<String> PROTECTED = Set.of("default", "kube-system", "kube-public");

    @Override
    public String name() {
        return "NamespaceLifecycle";
    }

    @Override
    public Optional<Status> admit(AdmissionRequest request, ObjectLookup view) {
        if (request.isFor(BuiltInTypes.NAMESPACES)) {
            return request.operation() == Operation.DELETE && PROTECTED.contains(request.name())
                    ? Optional.of(request.forbidden("this namespace may not be deleted"))
                    : Optional.empty();
        }
        String namespace = request.namespace();
        if (namespace.isEmpty() || request.operation() == Operation.DELETE) {
            return Optional.empty();
        }
        Optional<StoredObject> found = view.get(BuiltInTypes.NAMESPACES.key("", namespace));
        if (found.isEmpty()) {
            return Optional.of(Status.notFound(BuiltInTypes.NAMESPACES.groupResource(), namespace));
        }
        boolean terminating = Json.text(found.get().tree(), "status", "phase").equals("Terminating");
        if (!request.isCreate() || !terminating) {
            return Optional.empty();
        }
        return Optional.of(request.forbidden(
                "unable to create new content in namespace " + namespace + " because it is being terminated",
                new Status.Cause(
                        "NamespaceTerminating",
                        "namespace " + namespace + " is being terminated",
                        "metadata.namespace")));
    }
}
