package dev.troupe.node.runtime;

import java.util.List;
import java.util.Map;

/**
 * What a pod's containers share: made before the first of them and gone after the last.
 *
 * @param attempt 0 for a pod's first sandbox, one more for each that had to replace a dead one
 * @param hostname of every container of the pod
 * @param address empty with {@link Namespaces#hostNetwork()}; kept by the runtime, so that it is known after a restart
 * @param dns what resolv.conf holds
 * @param cgroupParent cgroup that holds the pod's containers, for example {@code /kubepods/burstable/pod<uid>}; empty
 *     for the runtime's own choice
 * @param sysctls of the pod's network and IPC namespaces
 */
public record SandboxSpec(
        PodIdentity pod,
        int attempt,
        String hostname,
        List<String> address,
        DnsSettings dns,
        Namespaces namespaces,
        String cgroupParent,
        Map<String, String> sysctls) {

    /** Which namespaces are the host's, and whether containers see each other's processes. */
    public record Namespaces(boolean hostNetwork, boolean hostIpc, boolean hostPid, boolean shareProcesses) {
        /** All own, processes apart. */
        public static Namespaces isolated() {
            return new Namespaces(false, false, false, false);
        }
    }

    public SandboxSpec {
        address = List.copyOf(address);
        sysctls = Map.copyOf(sysctls);
    }
}
