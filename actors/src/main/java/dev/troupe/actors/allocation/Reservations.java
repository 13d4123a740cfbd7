package dev.troupe.actors.allocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actors.api.Writes;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Write;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.util.Optional;

/** The objects that stand for reserved addresses and ports. Blocking: for virtual threads. */
final class Reservations {
    static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    static final String ALLOCATOR = "ipallocator.k8s.io";

    private static final UserInfo API_SERVER =
            UserInfo.of("system:apiserver", UserInfo.SYSTEM_MASTERS, UserInfo.SYSTEM_AUTHENTICATED);

    private final Writes writes;
    private final StoredObjects objects;

    Reservations(Writes writes, StoredObjects objects) {
        this.writes = writes;
        this.objects = objects;
    }

    static ObjectKey address(String address) {
        return BuiltInTypes.IP_ADDRESSES.key("", address);
    }

    static ObjectKey nodePort(int port) {
        return NodePortStrategy.TYPE.key("", Integer.toString(port));
    }

    /** Whether this member knows of a reservation. A hint where to look for a free one, nothing more. */
    boolean seemsTaken(ObjectKey key) {
        return objects.glance(key).isPresent();
    }

    /**
     * Reserves for a service.
     *
     * @return success if it is reserved now, or was reserved for this service before; else why not
     */
    Outcome<Boolean> reserve(Caller caller, ObjectKey key, NamespacedName service) {
        ObjectNode object = Json.object();
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", key.name().name());
        ObjectNode owner = Json.object()
                .put("group", "")
                .put("resource", "services")
                .put("namespace", service.namespace())
                .put("name", service.name());
        if (key.resource().equals(BuiltInTypes.IP_ADDRESSES.groupResource())) {
            object.put("apiVersion", BuiltInTypes.IP_ADDRESSES.apiVersion()).put("kind", "IPAddress");
            metadata.putObject("labels")
                    .put("ipaddress.kubernetes.io/ip-family", "IPv4")
                    .put(MANAGED_BY, ALLOCATOR);
        } else {
            object.put("apiVersion", NodePortStrategy.TYPE.apiVersion()).put("kind", NodePortStrategy.TYPE.kind());
        }
        object.putObject("spec").set("parentRef", owner);
        Outcome<WriteResult> outcome = join(caller, key, new Write.Create(object, WriteOptions.internal()));
        return switch (outcome) {
            case Outcome.Success<WriteResult> success -> Outcome.success(true);
            case Outcome.Failure<WriteResult> failure ->
                failure.status().reason().equals("AlreadyExists")
                        ? Outcome.success(find(key, service).isPresent())
                        : failure.as();
        };
    }

    /** The reservation, if it is this service's. */
    Optional<StoredObject> find(ObjectKey key, NamespacedName service) {
        return objects.latest(key)
                .filter(reservation ->
                        service(reservation).filter(service::equals).isPresent());
    }

    Outcome<WriteResult> release(Caller caller, StoredObject reservation) {
        return join(
                caller,
                reservation.key(),
                new Write.Delete(
                        DeleteOptions.defaults().onlyUid(reservation.meta().uid())));
    }

    private Outcome<WriteResult> join(Caller caller, ObjectKey key, Write write) {
        return writes.write(new Caller(API_SERVER, caller.auditId(), caller.cause()), key, write)
                .toCompletableFuture()
                .join();
    }

    /** The service that a reservation is for; empty if it is somebody else's. */
    static Optional<NamespacedName> service(StoredObject reservation) {
        JsonNode parent = reservation.tree().path("spec").path("parentRef");
        return Json.text(parent, "resource").equals("services")
                        && Json.text(parent, "group").isEmpty()
                ? Optional.of(new NamespacedName(Json.text(parent, "namespace"), Json.text(parent, "name")))
                : Optional.empty();
    }
}
