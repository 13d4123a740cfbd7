package dev.troupe.node.worker;

import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.PodIdentity;

/**
 * A pod as the API last told it. Kept as bytes, which the store shares, and parsed only while there is something to do.
 *
 * @param json never to be changed
 */
public record PodVersion(PodIdentity identity, byte[] json, long resourceVersion) {

    public static PodVersion of(StoredObject pod) {
        PodIdentity identity = new PodIdentity(
                pod.meta().namespace(), pod.meta().name(), pod.meta().uid());
        return new PodVersion(identity, pod.json(), pod.resourceVersion());
    }

    PodView view() {
        return new PodView(Json.parseObject(json));
    }
}
