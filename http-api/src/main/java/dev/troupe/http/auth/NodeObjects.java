package dev.troupe.http.auth;

import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;

/** What the node authorizer must know of the cluster; answered from caches. */
public interface NodeObjects {
    /** Whether a pod is bound to a node. */
    boolean isBound(NamespacedName pod, String node);

    /** Whether a pod that is bound to the node refers to a Secret, ConfigMap or ServiceAccount. */
    boolean isReferred(ObjectKey object, String node);
}
