package dev.troupe.node.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One container to be made in a sandbox.
 *
 * @param name as in the pod
 * @param attempt the restart count; the same pod, name and attempt can be made only once
 * @param image reference that is present on the node
 * @param command empty for the image's entrypoint
 * @param arguments empty for the image's, unless command is given
 * @param workingDirectory empty for the image's
 * @param environment name to value, in order
 * @param annotations kept by the runtime and given back with {@link ContainerState#annotations()}
 */
public record ContainerSpec(
        PodIdentity pod,
        String name,
        int attempt,
        String image,
        List<String> command,
        List<String> arguments,
        String workingDirectory,
        Map<String, String> environment,
        List<Mount> mounts,
        Resources resources,
        Security security,
        Terminal terminal,
        SandboxSpec.Namespaces namespaces,
        String cgroupParent,
        Map<String, String> annotations) {

    /**
     * A file or folder of the node that the container sees.
     *
     * @param hostPath exists
     */
    public record Mount(String hostPath, String containerPath, boolean readOnly, Propagation propagation) {
        public Mount(String hostPath, String containerPath, boolean readOnly) {
            this(hostPath, containerPath, readOnly, Propagation.NONE);
        }
    }

    /** Whether mounts made later on one side of a {@link Mount} appear on the other. */
    public enum Propagation {
        NONE,
        HOST_TO_CONTAINER,
        BIDIRECTIONAL
    }

    /**
     * Limits in the kernel's units.
     *
     * @param cpuShares relative weight, at least 2
     * @param cpuQuotaMicros CPU time in each period of 100 ms; empty for no limit
     * @param memoryBytes empty for no limit
     * @param oomScoreAdj -1000 to 1000; clamped to what the runtime may set
     */
    public record Resources(long cpuShares, OptionalLong cpuQuotaMicros, OptionalLong memoryBytes, int oomScoreAdj) {
        /** The quota's period. */
        public static final long CPU_PERIOD_MICROS = 100_000;
    }

    /** What the container's processes may do; empty values leave the image's or the runtime's own. */
    public record Security(
            OptionalLong runAsUser,
            OptionalLong runAsGroup,
            List<Long> supplementalGroups,
            boolean privileged,
            boolean readOnlyRootFilesystem,
            boolean noNewPrivileges,
            List<String> addedCapabilities,
            List<String> droppedCapabilities,
            Optional<String> seccompProfile) {
        public Security {
            supplementalGroups = List.copyOf(supplementalGroups);
            addedCapabilities = List.copyOf(addedCapabilities);
            droppedCapabilities = List.copyOf(droppedCapabilities);
        }

        /** The runtime's defaults. */
        public static Security defaults() {
            return new Security(
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    List.of(),
                    false,
                    false,
                    false,
                    List.of(),
                    List.of(),
                    Optional.empty());
        }
    }

    /** How the main process's streams are set up. */
    public record Terminal(boolean stdin, boolean stdinOnce, boolean tty) {
        public static Terminal none() {
            return new Terminal(false, false, false);
        }
    }

    public ContainerSpec {
        command = List.copyOf(command);
        arguments = List.copyOf(arguments);
        environment = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(environment));
        mounts = List.copyOf(mounts);
        annotations = Map.copyOf(annotations);
    }
}
