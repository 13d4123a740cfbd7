package dev.troupe.node.dns;

import dev.troupe.model.resource.NamespacedName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;

/**
 * The names of the cluster, as the Kubernetes DNS specification 1.1.0 has them. One thread writes, many read; a reader
 * sees each service whole.
 */
public final class ClusterZone {
    /** Seconds that answers may be kept: short, because endpoints come and go. */
    static final int TTL = 5;

    private static final String SPECIFICATION = "1.1.0";

    /** A single target needs no balancing, but the field has to be filled. */
    private static final int SRV_WEIGHT = 100;

    /** What is known of a name. */
    sealed interface Found {
        /** No such name in the cluster. */
        record Nothing() implements Found {}

        /** Not a name of the cluster's: others know. */
        record Elsewhere() implements Found {}

        /** It cannot be told yet. */
        record Unknown() implements Found {}

        /**
         * The name exists; it has these records of all types, which may be none.
         *
         * @param additional records that whoever asks for these will need next
         */
        record Records(List<Record> records, List<Record> additional) implements Found {
            static final Records NONE = new Records(List.of(), List.of());

            public Records {
                records = List.copyOf(records);
                additional = List.copyOf(additional);
            }
        }
    }

    private final Name domain;
    private final InetAddress server;
    private final Map<NamespacedName, ServiceNames> services = new ConcurrentHashMap<>();
    private final Map<String, Integer> servicesOfNamespace = new ConcurrentHashMap<>();
    private final Map<InetAddress, Set<Name>> namesOfAddress = new ConcurrentHashMap<>();
    private volatile boolean complete;

    /**
     * @param domain for example {@code cluster.local}
     * @param server the address at which pods ask
     * @throws IllegalArgumentException if the domain is no name
     */
    public ClusterZone(String domain, InetAddress server) {
        try {
            this.domain = Name.fromString(domain, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("not a DNS domain: " + domain, e);
        }
        this.server = server;
    }

    /** From now on a name that is not here does not exist. Until then it is not known whether it does. */
    public void markComplete() {
        complete = true;
    }

    /** A service is there or has changed. */
    public void put(NamespacedName name, ServiceNames service) {
        remove(name);
        services.put(name, service);
        servicesOfNamespace.merge(name.namespace(), 1, Integer::sum);
        addressesOf(name, service, this::addName);
    }

    /** A service is gone. Idempotent. */
    public void remove(NamespacedName name) {
        ServiceNames old = services.remove(name);
        if (old != null) {
            servicesOfNamespace.computeIfPresent(name.namespace(), (key, count) -> count == 1 ? null : count - 1);
            addressesOf(name, old, this::removeName);
        }
    }

    /** Removes every service but these. */
    public void retain(Set<NamespacedName> names) {
        Set.copyOf(services.keySet()).stream()
                .filter(name -> !names.contains(name))
                .forEach(this::remove);
    }

    private void addressesOf(NamespacedName name, ServiceNames service, BiConsumer<InetAddress, Name> each) {
        Name owner = serviceName(name);
        switch (service) {
            case ServiceNames.Virtual virtual -> virtual.addresses().forEach(address -> each.accept(address, owner));
            case ServiceNames.Headless headless ->
                headless.endpoints()
                        .forEach(endpoint -> each.accept(endpoint.address(), below(endpoint.hostname(), owner)));
            case ServiceNames.External external -> {}
        }
    }

    private void addName(InetAddress address, Name name) {
        namesOfAddress.compute(address, (key, names) -> {
            Set<Name> more = new LinkedHashSet<>(names == null ? Set.of() : names);
            more.add(name);
            return Collections.unmodifiableSet(more);
        });
    }

    private void removeName(InetAddress address, Name name) {
        namesOfAddress.computeIfPresent(address, (key, names) -> {
            Set<Name> fewer = new LinkedHashSet<>(names);
            fewer.remove(name);
            return fewer.isEmpty() ? null : Collections.unmodifiableSet(fewer);
        });
    }

    Name domain() {
        return domain;
    }

    /** Goes with answers that say that something does not exist, so that these may be kept for a moment too. */
    SOARecord startOfAuthority() {
        long serial = System.currentTimeMillis() / 1_000;
        // Refresh, retry and expiry are for secondary servers, of which there are none; the last is the negative TTL.
        return new SOARecord(
                domain, DClass.IN, TTL, nameServer(), below("hostmaster", domain), serial, 7200, 1800, 86400, TTL);
    }

    private Name nameServer() {
        return below("ns", below("dns", domain));
    }

    /** @param name as asked; answers repeat its spelling */
    Found find(Name name) {
        if (!name.subdomain(domain)) {
            return findAddress(name);
        }
        int count = name.labels() - domain.labels();
        List<String> labels = new ArrayList<>();
        for (int i = count - 1; i >= 0; i--) {
            labels.add(name.getLabelString(i).toLowerCase(Locale.ROOT));
        }
        if (labels.isEmpty()) {
            return records(List.of(startOfAuthority(), new NSRecord(name, DClass.IN, TTL, nameServer())));
        }
        List<String> rest = labels.subList(1, labels.size());
        return switch (labels.get(0)) {
            case "svc" -> complete ? findService(name, rest) : new Found.Unknown();
            case "pod" -> findPod(name, rest);
            case "dns" -> findServer(name, rest);
            case "dns-version" ->
                rest.isEmpty()
                        ? records(List.of(new TXTRecord(name, DClass.IN, TTL, SPECIFICATION)))
                        : new Found.Nothing();
            default -> new Found.Nothing();
        };
    }

    private Found findServer(Name name, List<String> labels) {
        if (labels.isEmpty()) {
            return Found.Records.NONE;
        }
        return labels.equals(List.of("ns")) ? records(List.of(addressRecord(name, server))) : new Found.Nothing();
    }

    /** Names of addresses: those of others are asked elsewhere. */
    private Found findAddress(Name name) {
        InetAddress address;
        try {
            address = ReverseMap.fromName(name);
        } catch (UnknownHostException e) {
            return new Found.Elsewhere();
        }
        Set<Name> names = namesOfAddress.getOrDefault(address, Set.of());
        return names.isEmpty()
                ? new Found.Elsewhere()
                : records(names.stream()
                        .<Record>map(target -> new PTRRecord(name, DClass.IN, TTL, target))
                        .toList());
    }

    /** A pod's name is its address with dashes: nothing needs to be known of the pod. */
    private static Found findPod(Name name, List<String> labels) {
        if (labels.size() < 2) {
            return Found.Records.NONE;
        }
        String text = labels.get(1);
        Optional<InetAddress> address = ServiceNamesReader.address(text.replace('-', '.'))
                .or(() -> ServiceNamesReader.address(text.replace('-', ':')));
        return labels.size() == 2 && address.isPresent()
                ? records(List.of(addressRecord(name, address.get())))
                : new Found.Nothing();
    }

    /** @param labels below {@code svc}, from the right: namespace, service, then what the service has */
    private Found findService(Name name, List<String> labels) {
        if (labels.isEmpty()) {
            return Found.Records.NONE;
        }
        if (labels.size() == 1) {
            return servicesOfNamespace.containsKey(labels.get(0)) ? Found.Records.NONE : new Found.Nothing();
        }
        NamespacedName key = new NamespacedName(labels.get(0), labels.get(1));
        ServiceNames service = services.get(key);
        if (service == null) {
            return new Found.Nothing();
        }
        List<String> below = labels.subList(2, labels.size());
        return switch (service) {
            case ServiceNames.Virtual virtual -> findVirtual(name, key, virtual, below);
            case ServiceNames.Headless headless -> findHeadless(name, key, headless, below);
            case ServiceNames.External external ->
                below.isEmpty()
                        ? records(List.of(new CNAMERecord(name, DClass.IN, TTL, external.target())))
                        : new Found.Nothing();
        };
    }

    private Found findVirtual(Name name, NamespacedName key, ServiceNames.Virtual service, List<String> below) {
        if (below.isEmpty()) {
            return records(service.addresses().stream()
                    .map(address -> addressRecord(name, address))
                    .toList());
        }
        Name owner = serviceName(key);
        List<Record> records = new ArrayList<>();
        boolean isAbovePorts = false;
        for (ServiceNames.Port port : service.ports()) {
            isAbovePorts |= isAbove(below, port);
            if (isSrvOf(below, port)) {
                records.add(new SRVRecord(name, DClass.IN, TTL, 0, SRV_WEIGHT, port.number(), owner));
            }
        }
        if (records.isEmpty()) {
            return isAbovePorts ? Found.Records.NONE : new Found.Nothing();
        }
        return new Found.Records(
                records,
                service.addresses().stream()
                        .map(address -> addressRecord(owner, address))
                        .toList());
    }

    private Found findHeadless(Name name, NamespacedName key, ServiceNames.Headless service, List<String> below) {
        Name owner = serviceName(key);
        Set<Record> records = new LinkedHashSet<>();
        Set<Record> additional = new LinkedHashSet<>();
        boolean isAbovePorts = false;
        for (ServiceNames.Endpoint endpoint : service.endpoints()) {
            if (below.isEmpty() || below.equals(List.of(endpoint.hostname()))) {
                records.add(addressRecord(name, endpoint.address()));
            }
            for (ServiceNames.Port port : endpoint.ports()) {
                isAbovePorts |= isAbove(below, port);
                if (isSrvOf(below, port)) {
                    Name target = below(endpoint.hostname(), owner);
                    records.add(new SRVRecord(name, DClass.IN, TTL, 0, SRV_WEIGHT, port.number(), target));
                    additional.add(addressRecord(target, endpoint.address()));
                }
            }
        }
        if (records.isEmpty()) {
            return isAbovePorts ? Found.Records.NONE : new Found.Nothing();
        }
        return new Found.Records(List.copyOf(records), List.copyOf(additional));
    }

    /** Whether the labels are {@code _protocol} alone, below which ports have their names. */
    private static boolean isAbove(List<String> below, ServiceNames.Port port) {
        return !port.name().isEmpty() && below.equals(List.of("_" + port.protocol()));
    }

    private static boolean isSrvOf(List<String> below, ServiceNames.Port port) {
        return !port.name().isEmpty() && below.equals(List.of("_" + port.protocol(), "_" + port.name()));
    }

    private static Found records(List<Record> records) {
        return new Found.Records(records, List.of());
    }

    private static Record addressRecord(Name name, InetAddress address) {
        return address.getAddress().length == 4
                ? new ARecord(name, DClass.IN, TTL, address)
                : new AAAARecord(name, DClass.IN, TTL, address);
    }

    private Name serviceName(NamespacedName key) {
        return below(key.name(), below(key.namespace(), below("svc", domain)));
    }

    /** Labels come from names that the API has checked. */
    private static Name below(String label, Name parent) {
        try {
            return Name.concatenate(Name.fromString(label), parent);
        } catch (TextParseException | NameTooLongException e) {
            throw new IllegalStateException("the API let a name pass that DNS cannot hold: " + label, e);
        }
    }
}
