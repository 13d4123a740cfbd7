package dev.troupe.node.runtime;

/**
 * Which runtime it is.
 *
 * @param name the scheme of container ids, for example {@code docker}
 * @param version for example {@code 20.10.24}
 * @param cgroupDriver {@code cgroupfs} or {@code systemd}
 */
public record RuntimeInfo(String name, String version, String cgroupDriver) {

    /** {@code docker://20.10.24}, as a node's status shows it. */
    public String containerRuntimeVersion() {
        return name + "://" + version;
    }
}
