package dev.troupe.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.node.worker.ApiAccess;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps a node's Node and Lease objects in the API. Nothing here blocks or remembers. */
final class NodeRegistrar {
    private static final String LEASES = "kube-node-lease";

    private final ApiAccess access;
    private final NodeSettings settings;
    private final NodeObjects objects;

    NodeRegistrar(ApiAccess access, NodeSettings settings, NodeObjects objects) {
        this.access = access;
        this.settings = settings;
        this.objects = objects;
    }

    private ObjectKey nodeKey() {
        return BuiltInTypes.NODES.key("", settings.name());
    }

    /** The Node as it is, created if there is none, with this node's labels. */
    CompletionStage<Outcome<StoredObject>> register(NodeHealth health, Instant now) {
        return access.api()
                .get(access.caller(), nodeKey(), new ReadVersion.Latest())
                .thenCompose(found -> switch (found) {
                    case Outcome.Success<StoredObject> success -> relabel(success.value());
                    case Outcome.Failure<StoredObject> failure ->
                        failure.status().code() == 404
                                ? create(health, now)
                                : CompletableFuture.completedFuture(failure.as());
                });
    }

    private CompletionStage<Outcome<StoredObject>> create(NodeHealth health, Instant now) {
        return access.api()
                .create(access.caller(), BuiltInTypes.NODES, "", objects.node(health, now), WriteOptions.internal())
                .thenApply(outcome -> outcome.map(WriteResult::object));
    }

    private CompletionStage<Outcome<StoredObject>> relabel(StoredObject node) {
        Map<String, String> labels = objects.labels();
        if (node.meta().labels().entrySet().containsAll(labels.entrySet())) {
            return CompletableFuture.completedFuture(Outcome.success(node));
        }
        ObjectNode patch = Json.object();
        labels.forEach(patch.putObject("metadata").putObject("labels")::put);
        return access.api()
                .patch(access.caller(), nodeKey(), "", new Patch.MergePatch(patch), WriteOptions.internal())
                .thenApply(outcome -> outcome.map(WriteResult::object));
    }

    /** Reports the whole status: only this node writes it, except for conditions that others own and that stay. */
    CompletionStage<Outcome<WriteResult>> report(JsonNode status) {
        ObjectNode patch = Json.object();
        patch.set("status", status);
        return access.api()
                .patch(
                        access.caller(),
                        nodeKey(),
                        "status",
                        new Patch.StrategicMergePatch(patch),
                        WriteOptions.internal());
    }

    /** Renews the lease, or makes it. */
    CompletionStage<Outcome<WriteResult>> renew(String nodeUid, Instant now) {
        ObjectNode patch = Json.object();
        patch.set("spec", objects.leaseSpec(now));
        return access.api()
                .patch(
                        access.caller(),
                        BuiltInTypes.LEASES.key(LEASES, settings.name()),
                        "",
                        new Patch.MergePatch(patch),
                        WriteOptions.internal())
                .thenCompose(outcome -> outcome instanceof Outcome.Failure<WriteResult> failure
                                && failure.status().code() == 404
                        ? access.api()
                                .create(
                                        access.caller(),
                                        BuiltInTypes.LEASES,
                                        LEASES,
                                        objects.lease(nodeUid, now),
                                        WriteOptions.internal())
                        : CompletableFuture.completedFuture(outcome));
    }
}
