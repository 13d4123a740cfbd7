package dev.troupe.actors.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.api.WatchObserver;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/** Binds every pod to itself, reports it as ready at once, and lets go of it at once. */
final class SimulatedNode implements WatchObserver {
    static final String NAME = "n1";

    private static final Caller CALLER =
            Caller.of(UserInfo.of("tester", UserInfo.SYSTEM_MASTERS, UserInfo.SYSTEM_AUTHENTICATED), "node");

    private final ResourceApi api;
    private final AtomicInteger addresses = new AtomicInteger();

    SimulatedNode(ResourceApi api) {
        this.api = api;
    }

    void start() {
        api.watch(CALLER, WatchRequest.state(BuiltInTypes.PODS), this);
    }

    @Override
    public void next(List<WatchEvent> events) {
        for (WatchEvent event : events) {
            switch (event) {
                case WatchEvent.Added added -> serve(added.object());
                case WatchEvent.Modified modified -> serve(modified.object());
                case WatchEvent.Deleted deleted -> {}
                case WatchEvent.Bookmark bookmark -> {}
            }
        }
    }

    @Override
    public void ended(Optional<Status> why) {}

    private void serve(StoredObject pod) {
        if (Json.text(pod.tree(), "spec", "nodeName").isEmpty()) {
            ObjectNode binding = Json.object();
            binding.putObject("metadata").put("name", pod.meta().name());
            binding.putObject("target").put("kind", "Node").put("name", NAME);
            api.createSubresource(CALLER, pod.key(), "binding", binding, WriteOptions.internal());
        } else if (pod.meta().isDeleting()) {
            api.delete(
                    CALLER,
                    pod.key(),
                    new DeleteOptions(false, OptionalLong.of(0), Optional.empty(), Optional.empty(), Optional.empty()));
        } else if (!Json.text(pod.tree(), "status", "phase").equals("Running")) {
            ObjectNode running = pod.copy();
            ObjectNode status = Json.objectAt(running, "status");
            String address = "10.244.0." + addresses.incrementAndGet();
            status.put("phase", "Running").put("podIP", address);
            status.putArray("podIPs").addObject().put("ip", address);
            status.withArray("conditions")
                    .addObject()
                    .put("type", "Ready")
                    .put("status", "True")
                    .put(
                            "lastTransitionTime",
                            Instant.now()
                                    .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                                    .toString());
            api.update(CALLER, pod.key(), "status", running, WriteOptions.internal());
        }
    }
}
