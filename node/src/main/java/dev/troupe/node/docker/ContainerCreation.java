package dev.troupe.node.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.troupe.node.runtime.ContainerRuntimeException;
import dev.troupe.node.runtime.ContainerRuntimeException.Reason;
import dev.troupe.node.runtime.ContainerSpec;
import dev.troupe.node.runtime.DnsSettings;
import dev.troupe.node.runtime.SandboxId;
import dev.troupe.node.runtime.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Sandboxes and containers in the engine's terms: a sandbox is a pause container that the others join. */
final class ContainerCreation {
    /** The name of the pause container among a pod's. */
    static final String SANDBOX_NAME = "POD";

    /** As the kubelet's: the sandbox goes last. */
    private static final int SANDBOX_OOM_SCORE = -998;

    /** Two files of 10 MB a container, the kubelet's defaults being 10 MiB and five. */
    private static final Map<String, String> LOG_OPTIONS = Map.of("max-size", "10m", "max-file", "2");

    private final DockerClient docker;
    private final EngineLabels labels;
    private final int lowestOomScore;

    ContainerCreation(DockerClient docker, EngineLabels labels) {
        this.docker = docker;
        this.labels = labels;
        this.lowestOomScore = ownOomScore();
    }

    /**
     * Without the right to lower it, no process may have a lower score than its parent's: the engine's start would
     * fail. The engine's score is taken to be this process's.
     */
    private static int ownOomScore() {
        try {
            return Integer.parseInt(
                    Files.readString(Path.of("/proc/self/oom_score_adj")).strip());
        } catch (IOException e) {
            EngineErrors.LOG.debug("no oom score here", e);
            return -1000;
        }
    }

    /** Makes the pause container; it is not yet started. */
    String createSandbox(SandboxSpec spec) throws IOException {
        Map<String, String> own = labels.of(spec.pod(), EngineLabels.TYPE_SANDBOX, SANDBOX_NAME, spec.attempt());
        own.put(EngineLabels.ADDRESS, String.join(",", spec.address()));
        SandboxSpec.Namespaces namespaces = spec.namespaces();
        DnsSettings dns = spec.dns();
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode(namespaces.hostNetwork() ? "host" : "none")
                .withIpcMode(namespaces.hostIpc() ? "host" : "shareable")
                .withRestartPolicy(RestartPolicy.noRestart())
                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE, null))
                .withOomScoreAdj(Math.max(SANDBOX_OOM_SCORE, lowestOomScore))
                .withSecurityOpts(List.of("no-new-privileges"))
                .withSysctls(spec.sysctls());
        if (!namespaces.hostNetwork()) {
            host.withDns(dns.nameservers()).withDnsSearch(dns.searches()).withDnsOptions(dns.options());
        }
        if (namespaces.hostPid()) {
            host.withPidMode("host");
        }
        if (!spec.cgroupParent().isEmpty()) {
            host.withCgroupParent(spec.cgroupParent());
        }
        CreateContainerCmd command = docker.createContainerCmd(LocalImages.PAUSE)
                .withName(EngineLabels.name(spec.pod(), SANDBOX_NAME, spec.attempt()))
                .withLabels(own)
                .withHostConfig(host);
        if (!namespaces.hostNetwork()) {
            command.withHostName(spec.hostname());
        }
        return create(command);
    }

    /** Makes a container in a sandbox; it is not yet started. */
    String createContainer(SandboxId sandbox, ContainerSpec spec) throws IOException {
        Map<String, String> own = labels.of(spec.pod(), EngineLabels.TYPE_CONTAINER, spec.name(), spec.attempt());
        own.put(EngineLabels.SANDBOX, sandbox.value());
        EngineLabels.putAnnotations(own, spec.annotations());
        List<String> environment = new ArrayList<>();
        spec.environment().forEach((name, value) -> environment.add(name + "=" + value));
        CreateContainerCmd command = docker.createContainerCmd(spec.image())
                .withName(EngineLabels.name(spec.pod(), spec.name(), spec.attempt()))
                .withLabels(own)
                .withEnv(environment)
                .withStdinOpen(spec.terminal().stdin())
                .withStdInOnce(spec.terminal().stdinOnce())
                .withTty(spec.terminal().tty())
                .withHostConfig(hostConfig(sandbox, spec));
        if (!spec.command().isEmpty()) {
            command.withEntrypoint(spec.command());
        }
        if (!spec.arguments().isEmpty()) {
            command.withCmd(spec.arguments());
        }
        if (!spec.workingDirectory().isEmpty()) {
            command.withWorkingDir(spec.workingDirectory());
        }
        ContainerSpec.Security security = spec.security();
        if (security.runAsUser().isPresent()) {
            command.withUser(security.runAsUser().getAsLong()
                    + (security.runAsGroup().isPresent()
                            ? ":" + security.runAsGroup().getAsLong()
                            : ""));
        }
        return create(command);
    }

    private HostConfig hostConfig(SandboxId sandbox, ContainerSpec spec) throws IOException {
        String joined = "container:" + sandbox.value();
        ContainerSpec.Resources resources = spec.resources();
        ContainerSpec.Security security = spec.security();
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode(joined)
                .withIpcMode(spec.namespaces().hostIpc() ? "host" : joined)
                .withRestartPolicy(RestartPolicy.noRestart())
                .withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE, LOG_OPTIONS))
                .withMounts(mounts(spec.mounts()))
                .withCpuShares((int) Math.min(resources.cpuShares(), Integer.MAX_VALUE))
                .withOomScoreAdj(Math.max(resources.oomScoreAdj(), lowestOomScore))
                .withPrivileged(security.privileged())
                .withReadonlyRootfs(security.readOnlyRootFilesystem());
        if (resources.cpuQuotaMicros().isPresent()) {
            host.withCpuPeriod(ContainerSpec.Resources.CPU_PERIOD_MICROS)
                    .withCpuQuota(resources.cpuQuotaMicros().getAsLong());
        }
        if (resources.memoryBytes().isPresent()) {
            // Equal limits mean no swap, as Kubernetes has it.
            host.withMemory(resources.memoryBytes().getAsLong())
                    .withMemorySwap(resources.memoryBytes().getAsLong());
        }
        if (spec.namespaces().hostPid()) {
            host.withPidMode("host");
        } else if (spec.namespaces().shareProcesses()) {
            host.withPidMode(joined);
        }
        if (!spec.cgroupParent().isEmpty()) {
            host.withCgroupParent(spec.cgroupParent());
        }
        host.withCapAdd(capabilities(security.addedCapabilities()))
                .withCapDrop(capabilities(security.droppedCapabilities()))
                .withGroupAdd(security.supplementalGroups().stream()
                        .map(group -> Long.toString(group))
                        .toList())
                .withSecurityOpts(securityOptions(security));
        return host;
    }

    private static List<String> securityOptions(ContainerSpec.Security security) {
        List<String> options = new ArrayList<>();
        if (security.noNewPrivileges()) {
            options.add("no-new-privileges");
        }
        security.seccompProfile().ifPresent(profile -> options.add("seccomp=" + profile));
        return options;
    }

    private static Capability[] capabilities(List<String> names) throws IOException {
        List<Capability> found = new ArrayList<>();
        for (String name : names) {
            String plain = name.toUpperCase(Locale.ROOT);
            try {
                found.add(Capability.valueOf(plain.startsWith("CAP_") ? plain.substring("CAP_".length()) : plain));
            } catch (IllegalArgumentException e) {
                throw new ContainerRuntimeException(
                        Reason.REFUSED, "invalid capability: Unknown capability: \"" + name + "\"", e);
            }
        }
        return found.toArray(Capability[]::new);
    }

    private static List<Mount> mounts(List<ContainerSpec.Mount> mounts) {
        return mounts.stream()
                .map(mount -> new Mount()
                        .withType(MountType.BIND)
                        .withSource(mount.hostPath())
                        .withTarget(mount.containerPath())
                        .withReadOnly(mount.readOnly())
                        .withBindOptions(new BindOptions().withPropagation(propagation(mount))))
                .toList();
    }

    private static BindPropagation propagation(ContainerSpec.Mount mount) {
        return switch (mount.propagation()) {
            case NONE -> BindPropagation.R_PRIVATE;
            case HOST_TO_CONTAINER -> BindPropagation.R_SLAVE;
            case BIDIRECTIONAL -> BindPropagation.R_SHARED;
        };
    }

    /**
     * A container of that name can only be left over from an attempt that was cut short before its start: the same
     * attempt is never made twice.
     */
    private String create(CreateContainerCmd command) throws IOException {
        return EngineErrors.translate(() -> {
            try {
                return command.exec().getId();
            } catch (ConflictException e) {
                EngineErrors.LOG.info("replacing container {} of an attempt that was cut short", command.getName());
                docker.removeContainerCmd(command.getName()).withForce(true).exec();
                return command.exec().getId();
            }
        });
    }
}
