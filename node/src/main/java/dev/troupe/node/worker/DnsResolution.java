package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.DnsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a pod's resolv.conf holds, by its DNS policy and its own settings. */
final class DnsResolution {
    /** The C library reads no more. */
    private static final int MAX_NAMESERVERS = 3;

    private static final int MAX_SEARCHES = 32;

    private final Path nodeFile;
    private final List<String> clusterDns;
    private final String clusterDomain;

    /** @param nodeFile the node's own resolv.conf */
    DnsResolution(Path nodeFile, List<String> clusterDns, String clusterDomain) {
        this.nodeFile = nodeFile;
        this.clusterDns = List.copyOf(clusterDns);
        this.clusterDomain = clusterDomain;
    }

    DnsSettings of(PodView pod) throws IOException {
        String policy = Json.text(pod.spec(), "dnsPolicy");
        boolean clusterFirst =
                policy.equals("ClusterFirstWithHostNet") || policy.equals("ClusterFirst") && !pod.hostNetwork();
        DnsSettings base;
        if (policy.equals("None")) {
            base = DnsSettings.none();
        } else if (clusterFirst && !clusterDns.isEmpty()) {
            base = ofCluster(pod.identity().namespace());
        } else {
            base = ofNode();
        }
        return withOwn(base, pod.spec().path("dnsConfig"));
    }

    private DnsSettings ofCluster(String namespace) throws IOException {
        Set<String> searches = new LinkedHashSet<>(
                List.of(namespace + ".svc." + clusterDomain, "svc." + clusterDomain, clusterDomain));
        searches.addAll(ofNode().searches());
        return new DnsSettings(clusterDns, List.copyOf(searches), List.of("ndots:5"));
    }

    private DnsSettings ofNode() throws IOException {
        if (!Files.exists(nodeFile)) {
            return DnsSettings.none();
        }
        List<String> nameservers = new ArrayList<>();
        List<String> searches = new ArrayList<>();
        List<String> options = new ArrayList<>();
        for (String line : Files.readAllLines(nodeFile)) {
            String[] words = line.strip().split("\\s+");
            List<String> values = List.of(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" -> nameservers.addAll(values);
                case "search", "domain" -> {
                    // The last one wins.
                    searches.clear();
                    searches.addAll(values);
                }
                case "options" -> options.addAll(values);
                default -> {}
            }
        }
        return new DnsSettings(nameservers, searches, options);
    }

    private static DnsSettings withOwn(DnsSettings base, JsonNode own) {
        Set<String> nameservers = new LinkedHashSet<>(base.nameservers());
        own.path("nameservers").forEach(nameserver -> nameservers.add(nameserver.asText()));
        Set<String> searches = new LinkedHashSet<>(base.searches());
        own.path("searches").forEach(search -> searches.add(search.asText()));
        Map<String, String> options = new LinkedHashMap<>();
        base.options().forEach(option -> {
            String[] parts = option.split(":", 2);
            options.put(parts[0], parts.length == 2 ? parts[1] : "");
        });
        own.path("options").forEach(option -> options.put(Json.text(option, "name"), Json.text(option, "value")));
        return new DnsSettings(
                nameservers.stream().limit(MAX_NAMESERVERS).toList(),
                searches.stream().limit(MAX_SEARCHES).toList(),
                options.entrySet().stream()
                        .map(option -> option.getValue().isEmpty()
                                ? option.getKey()
                                : option.getKey() + ":" + option.getValue())
                        .toList());
    }
}
