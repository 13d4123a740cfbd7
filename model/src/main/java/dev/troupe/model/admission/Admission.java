package dev.troupe.model.admission;

import dev.troupe.model.status.Status;
import java.util.List;
import java.util.Optional;

/**
 * The plugins that every write passes, in Kubernetes' order. What Kubernetes adds to a pod from the pod alone (default
 * priority, tolerations of absent nodes for 300 s) the pod's own strategy adds.
 */
public final class Admission {
    private final List<AdmissionPlugin> plugins;

    public Admission(List<AdmissionPlugin> plugins) {
        this.plugins = List.copyOf(plugins);
    }

    public static Admission builtIn() {
        return new Admission(List.of(
                new NamespaceLifecycle(),
                new ServiceAccountAdmission(),
                new NodeRestriction(),
                new PriorityAdmission(),
                new CertificateRequester()));
    }

    public List<AdmissionPlugin> plugins() {
        return plugins;
    }

    /** Asks one plugin after the other; the first refusal ends it. The request's object may have been changed. */
    public Optional<Status> admit(AdmissionRequest request, ObjectLookup view) {
        for (AdmissionPlugin plugin : plugins) {
            Optional<Status> refused = plugin.admit(request, view);
            if (refused.isPresent()) {
                return refused;
            }
        }
        return Optional.empty();
    }
}
