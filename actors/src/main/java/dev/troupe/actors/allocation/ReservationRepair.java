package dev.troupe.actors.allocation;

import dev.troupe.actors.api.Writes;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares reservations with the services that hold them: makes what is missing, releases what a write of unknown
 * outcome left behind. Blocking: for virtual threads.
 */
public final class ReservationRepair {
    /** Longer than any write is under way, so that no reservation is taken from under a service being created. */
    private static final Duration YOUNG = Duration.ofMinutes(2);

    private static final Logger LOG = LoggerFactory.getLogger(ReservationRepair.class);

    private final Reservations reservations;
    private final StoredObjects objects;
    private final InstantSource clock;

    public ReservationRepair(Writes writes, StoredObjects objects, InstantSource clock) {
        this.reservations = new Reservations(writes, objects);
        this.objects = objects;
        this.clock = clock;
    }

    /** Repairs once. A fault that it cannot mend, two services with one address, is logged. */
    public void run() {
        try {
            compare();
        } catch (ReadFailure e) {
            LOG.warn("reservations are not compared with services this time: {}", e.getMessage());
        }
    }

    private void compare() {
        Caller caller = Caller.of(UserInfo.of("system:apiserver", UserInfo.SYSTEM_MASTERS), "reservation-repair");
        List<StoredObject> held = Stream.concat(
                        objects.all(BuiltInTypes.IP_ADDRESSES).stream(), objects.all(NodePortStrategy.TYPE).stream())
                .toList();
        Map<ObjectKey, NamespacedName> wanted = wanted();
        Map<ObjectKey, NamespacedName> missing = new HashMap<>(wanted);
        for (StoredObject reservation : held) {
            Optional<NamespacedName> service = Reservations.service(reservation);
            NamespacedName user = missing.remove(reservation.key());
            if (user != null && !service.filter(user::equals).isPresent()) {
                LOG.error("{} is used by service {} but reserved for {}", reservation.key(), user, service);
            } else if (user == null && service.isPresent() && isOurs(reservation) && !isYoung(reservation)) {
                LOG.info("{} is no longer used by service {} and released", reservation.key(), service.get());
                reservations.release(caller, reservation);
            }
        }
        missing.forEach((key, service) -> {
            LOG.warn("{} is used by service {} without a reservation; reserving it", key, service);
            reservations.reserve(caller, key, service);
        });
    }

    private Map<ObjectKey, NamespacedName> wanted() {
        Map<ObjectKey, NamespacedName> wanted = new HashMap<>();
        for (StoredObject service : objects.all(BuiltInTypes.SERVICES)) {
            Holding holding = Holding.of(service.tree());
            List<ObjectKey> keys = new ArrayList<>();
            holding.clusterIp().map(Reservations::address).ifPresent(keys::add);
            holding.nodePorts().forEach(port -> keys.add(Reservations.nodePort(port)));
            for (ObjectKey key : keys) {
                NamespacedName other = wanted.put(key, service.name());
                if (other != null) {
                    LOG.error("{} is used by two services, {} and {}", key, other, service.name());
                }
            }
        }
        return wanted;
    }

    private static boolean isOurs(StoredObject reservation) {
        return !reservation.type().equals(BuiltInTypes.IP_ADDRESSES)
                || Reservations.ALLOCATOR.equals(reservation.meta().labels().get(Reservations.MANAGED_BY));
    }

    private boolean isYoung(StoredObject reservation) {
        return reservation.meta().creationTimestamp().plus(YOUNG).isAfter(clock.instant());
    }
}
