package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.pod.PodView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A pod's name among hosts: its host name, and the file that all its containers share. */
final class PodHosts {
    private static final int MAX_HOSTNAME = 63;

    private PodHosts() {}

    static String hostname(PodView pod, String clusterDomain) {
        String name =
                Json.optionalText(pod.spec(), "hostname").orElse(pod.identity().name());
        String shortened = name.length() <= MAX_HOSTNAME ? name : name.substring(0, MAX_HOSTNAME);
        String hostname = shortened.replaceAll("[-.]+$", "");
        String domain = domain(pod, clusterDomain);
        boolean qualified = Json.bool(pod.spec(), "setHostnameAsFQDN") && !domain.isEmpty();
        return qualified ? hostname + "." + domain : hostname;
    }

    private static String domain(PodView pod, String clusterDomain) {
        String subdomain = Json.text(pod.spec(), "subdomain");
        return subdomain.isEmpty() ? "" : subdomain + "." + pod.identity().namespace() + ".svc." + clusterDomain;
    }

    /** The hosts file's text, as the kubelet writes it. */
    static String file(PodView pod, List<String> addresses, String clusterDomain) throws IOException {
        StringBuilder text = new StringBuilder();
        if (pod.hostNetwork()) {
            text.append("# Kubernetes-managed hosts file (host network).\n");
            Path own = Path.of("/etc/hosts");
            text.append(Files.exists(own) ? Files.readString(own) : "");
        } else {
            text.append("# Kubernetes-managed hosts file.\n");
            text.append("127.0.0.1\tlocalhost\n");
            text.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
            text.append("fe00::0\tip6-localnet\n");
            text.append("fe00::0\tip6-mcastprefix\n");
            text.append("fe00::1\tip6-allnodes\n");
            text.append("fe00::2\tip6-allrouters\n");
            String domain = domain(pod, clusterDomain);
            String hostname = hostname(pod, clusterDomain);
            String shortName = hostname.split("\\.", 2)[0];
            for (String address : addresses) {
                text.append(address)
                        .append('\t')
                        .append(domain.isEmpty() ? hostname : shortName + "." + domain + "\t" + shortName)
                        .append('\n');
            }
        }
        JsonNode aliases = pod.spec().path("hostAliases");
        if (!aliases.isEmpty()) {
            text.append("\n# Entries added by HostAliases.\n");
            for (JsonNode alias : aliases) {
                text.append(Json.text(alias, "ip"));
                alias.path("hostnames").forEach(name -> text.append('\t').append(name.asText()));
                text.append('\n');
            }
        }
        return text.toString();
    }
}
