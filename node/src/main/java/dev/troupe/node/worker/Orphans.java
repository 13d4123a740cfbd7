package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.pod.PodAction;
import dev.troupe.node.pod.PodObservation;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerState;
import dev.troupe.node.runtime.PodIdentity;
import dev.troupe.node.runtime.RuntimeSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Pods that the API has no more, as pods that are being deleted. */
public final class Orphans {
    private static final long GRACE_SECONDS = 2;

    private Orphans() {}

    /** What can be told of a pod from what is left of it in the runtime. */
    public static PodVersion of(PodIdentity identity, RuntimeSnapshot left) {
        ObjectNode pod = Json.object();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        pod.putObject("metadata")
                .put("namespace", identity.namespace())
                .put("name", identity.name())
                .put("uid", identity.uid())
                .put("deletionTimestamp", Instant.EPOCH.toString())
                .put("deletionGracePeriodSeconds", GRACE_SECONDS);
        Set<String> names = new TreeSet<>();
        left.containers().stream().map(ContainerState::name).forEach(names::add);
        var containers = pod.putObject("spec").putArray("containers");
        names.forEach(name -> containers.addObject().put("name", name));
        return new PodVersion(identity, Json.bytes(pod), 0);
    }

    /** A pod whose object went before its containers did. */
    static PodView deleting(PodVersion pod) {
        ObjectNode tree = Json.parseObject(pod.json());
        ObjectNode metadata = Json.objectAt(tree, "metadata");
        if (!metadata.has("deletionTimestamp")) {
            metadata.put("deletionTimestamp", Instant.EPOCH.toString());
        }
        return new PodView(tree);
    }

    /** What is left to do for a pod that is gone and has stopped. */
    static List<PodAction.Step> removals(PodObservation left) {
        return left.containers().stream()
                .<PodAction.Step>map(container -> new PodAction.RemoveContainer(container.id()))
                .toList();
    }
}
