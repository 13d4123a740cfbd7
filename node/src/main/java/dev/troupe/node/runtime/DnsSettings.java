package dev.troupe.node.runtime;

import java.util.List;

/** The content of a pod's {@code /etc/resolv.conf}. */
public record DnsSettings(List<String> nameservers, List<String> searches, List<String> options) {
    public DnsSettings {
        nameservers = List.copyOf(nameservers);
        searches = List.copyOf(searches);
        options = List.copyOf(options);
    }

    public static DnsSettings none() {
        return new DnsSettings(List.of(), List.of(), List.of());
    }

    /** The file's text. */
    public String resolvConf() {
        StringBuilder text = new StringBuilder();
        if (!searches.isEmpty()) {
            text.append("search ").append(String.join(" ", searches)).append('\n');
        }
        nameservers.forEach(
                nameserver -> text.append("nameserver ").append(nameserver).append('\n'));
        if (!options.isEmpty()) {
            text.append("options ").append(String.join(" ", options)).append('\n');
        }
        return text.toString();
    }
}
