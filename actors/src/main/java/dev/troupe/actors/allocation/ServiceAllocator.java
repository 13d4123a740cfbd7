package dev.troupe.actors.allocation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.kind.ServiceAllocation;
import dev.troupe.model.kind.Services;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reserves what a service claims and releases what it no longer needs. Blocking: for virtual threads. */
final class ServiceAllocator {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceAllocator.class);

    private final Reservations reservations;
    private final AllocationSettings settings;
    private final RandomGenerator random;

    ServiceAllocator(Reservations reservations, AllocationSettings settings, RandomGenerator random) {
        this.reservations = reservations;
        this.settings = settings;
        this.random = random;
    }

    /** One service's claims on the way to being reserved. */
    private final class Attempt {
        private final Caller caller;
        private final ObjectNode service;
        private final NamespacedName name;
        private final Holding held;
        private final List<ObjectKey> made = new ArrayList<>();

        Attempt(Caller caller, ObjectNode service, NamespacedName name, Holding held) {
            this.caller = caller;
            this.service = service;
            this.name = name;
            this.held = held;
        }

        Optional<Status> clusterIp() {
            if (!Services.needsClusterIp(service)) {
                return Optional.empty();
            }
            Optional<String> requested = ServiceAllocation.requestedClusterIp(service);
            if (requested.isEmpty()) {
                return anyClusterIp();
            }
            String address = requested.get();
            if (held.clusterIp().equals(requested)) {
                return Optional.empty();
            }
            if (!settings.clusterIps().contains(address)) {
                return Optional.of(ServiceAllocation.clusterIpOutOfRange(
                        service, address, settings.clusterIps().toString()));
            }
            return take(Reservations.address(address), ServiceAllocation.clusterIpTaken(service, address));
        }

        private Optional<Status> anyClusterIp() {
            AddressRange range = settings.clusterIps();
            int kept = range.keptForRequests();
            Search search = new Search(index -> Reservations.address(range.address(index)));
            Optional<Integer> found = search.in(kept, range.size()).or(() -> search.in(0, kept));
            found.ifPresent(index -> ServiceAllocation.assignClusterIp(service, range.address(index)));
            return search.failure.or(
                    () -> found.isPresent() ? Optional.empty() : Optional.of(ServiceAllocation.clusterIpsExhausted()));
        }

        Optional<Status> nodePorts() {
            Set<Integer> own = new HashSet<>(held.nodePorts());
            for (ServiceAllocation.NodePortClaim claim : ServiceAllocation.nodePorts(service)) {
                Optional<Status> failure = claim.requested().isPresent()
                        ? requestedNodePort(claim, claim.requested().get(), own)
                        : anyNodePort(claim, own);
                if (failure.isPresent()) {
                    return failure;
                }
            }
            return Optional.empty();
        }

        /** Several ports of one service may share a number, one a protocol. */
        private Optional<Status> requestedNodePort(ServiceAllocation.NodePortClaim claim, int port, Set<Integer> own) {
            if (own.contains(port)) {
                return Optional.empty();
            }
            if (port < settings.firstNodePort() || port > settings.lastNodePort()) {
                return Optional.of(ServiceAllocation.nodePortOutOfRange(
                        service, claim, port, settings.firstNodePort() + "-" + settings.lastNodePort()));
            }
            own.add(port);
            return take(Reservations.nodePort(port), ServiceAllocation.nodePortTaken(service, claim, port));
        }

        private Optional<Status> anyNodePort(ServiceAllocation.NodePortClaim claim, Set<Integer> own) {
            Search search = new Search(Reservations::nodePort);
            Optional<Integer> found = search.in(settings.firstNodePort(), settings.lastNodePort() + 1);
            found.ifPresent(port -> {
                own.add(port);
                ServiceAllocation.assignNodePort(service, claim, port);
            });
            return search.failure.or(
                    () -> found.isPresent() ? Optional.empty() : Optional.of(ServiceAllocation.nodePortsExhausted()));
        }

        private Optional<Status> take(ObjectKey key, Status taken) {
            return switch (reservations.reserve(caller, key, name)) {
                case Outcome.Failure<Boolean> failure -> Optional.of(failure.status());
                case Outcome.Success<Boolean> success -> {
                    if (!success.value()) {
                        yield Optional.of(taken);
                    }
                    made.add(key);
                    yield Optional.empty();
                }
            };
        }

        /** Looks for a free number from a random place on, round once. */
        private final class Search {
            private final java.util.function.IntFunction<ObjectKey> keys;
            private Optional<Status> failure = Optional.empty();

            Search(java.util.function.IntFunction<ObjectKey> keys) {
                this.keys = keys;
            }

            Optional<Integer> in(int from, int to) {
                int size = to - from;
                int start = size > 0 ? random.nextInt(size) : 0;
                for (int i = 0; i < size && failure.isEmpty(); i++) {
                    int number = from + (start + i) % size;
                    ObjectKey key = keys.apply(number);
                    if (!reservations.seemsTaken(key)) {
                        int before = made.size();
                        Optional<Status> refused = take(key, ServiceAllocation.clusterIpsExhausted());
                        if (made.size() > before) {
                            return Optional.of(number);
                        }
                        failure = refused.filter(status -> !status.equals(ServiceAllocation.clusterIpsExhausted()));
                    }
                }
                return Optional.empty();
            }
        }
    }

    /**
     * Reserves all that a service claims beyond what it holds, and writes it into the service.
     *
     * @return the new reservations; on failure none is left
     */
    Outcome<List<ObjectKey>> reserve(Caller caller, ObjectNode service, NamespacedName name, Holding held) {
        Attempt attempt = new Attempt(caller, service, name, held);
        Optional<Status> failure = attempt.clusterIp().or(attempt::nodePorts);
        if (failure.isPresent()) {
            release(caller, attempt.made, name);
            return Outcome.failure(failure.get());
        }
        return Outcome.success(attempt.made);
    }

    void release(Caller caller, Holding holding, NamespacedName name) {
        List<ObjectKey> keys = new ArrayList<>();
        holding.clusterIp().map(Reservations::address).ifPresent(keys::add);
        holding.nodePorts().forEach(port -> keys.add(Reservations.nodePort(port)));
        release(caller, keys, name);
    }

    /** Releases those that are this service's. What cannot be released now is found by the repair. */
    void release(Caller caller, List<ObjectKey> keys, NamespacedName name) {
        for (ObjectKey key : keys) {
            Optional<StoredObject> reservation = reservations.find(key, name);
            if (reservation.isPresent()
                    && reservations.release(caller, reservation.get()) instanceof Outcome.Failure<WriteResult> failure
                    && failure.status().code() != 404) {
                LOG.warn("{} is not released yet: {}", key, failure.status().message());
            }
        }
    }
}
