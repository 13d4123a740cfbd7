package dev.troupe.actors.allocation;

import com.typesafe.config.Config;

/**
 * The ranges that services get their addresses and node ports from.
 *
 * @param lastNodePort inclusive
 */
public record AllocationSettings(AddressRange clusterIps, int firstNodePort, int lastNodePort) {
    public AllocationSettings {
        if (firstNodePort < 1 || lastNodePort > 65_535 || firstNodePort > lastNodePort) {
            throw new IllegalArgumentException("not a range of ports: " + firstNodePort + "-" + lastNodePort);
        }
    }

    public static AllocationSettings from(Config config) {
        return new AllocationSettings(
                AddressRange.parse(config.getString("cluster-ip-range")),
                config.getInt("first-node-port"),
                config.getInt("last-node-port"));
    }
}
