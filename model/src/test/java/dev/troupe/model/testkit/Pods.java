package dev.troupe.model.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;

/** Does to pods what a scheduler and a node would do. */
public final class Pods {
    private final ControllerWorld world;

    public Pods(ControllerWorld world) {
        this.world = world;
    }

    /** Binds a pod. */
    public StoredObject schedule(StoredObject pod, String node) {
        ObjectNode binding = Json.object();
        binding.putObject("metadata").put("name", pod.meta().name());
        binding.putObject("target").put("kind", "Node").put("name", node);
        world.api()
                .createSubresource(
                        InMemoryResourceApi.admin(),
                        pod.key(),
                        "binding",
                        binding,
                        dev.troupe.model.api.WriteOptions.internal())
                .toCompletableFuture()
                .join()
                .orThrow();
        return world.now(pod);
    }

    public StoredObject run(StoredObject pod, boolean ready) {
        return run(pod, ready, world.clock().instant());
    }

    /** The pod runs, and is ready, or not, since a time. */
    public StoredObject run(StoredObject pod, boolean ready, Instant since) {
        return world.changeStatus(pod, changed -> {
            ObjectNode status = Json.objectAt(changed, "status");
            status.put("phase", "Running");
            ObjectNode condition = Json.object();
            condition
                    .put("type", "Ready")
                    .put("status", ready ? "True" : "False")
                    .put("lastTransitionTime", since.toString());
            Conditions.put(status, condition);
        });
    }

    public StoredObject end(StoredObject pod, String phase) {
        return world.changeStatus(
                pod, changed -> Json.objectAt(changed, "status").put("phase", phase));
    }

    /** What a node does when a pod's containers have stopped. */
    public void remove(StoredObject pod) {
        world.delete(
                pod,
                new dev.troupe.model.api.DeleteOptions(
                        false,
                        java.util.OptionalLong.of(0),
                        java.util.Optional.empty(),
                        java.util.Optional.empty(),
                        java.util.Optional.empty()));
    }

    /** Removes all pods whose deletion has begun. */
    public void removeDeleted() {
        for (StoredObject pod : world.all(BuiltInTypes.PODS)) {
            if (pod.meta().isDeleting()) {
                remove(pod);
            }
        }
    }
}
