package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.DownwardApi;
import dev.troupe.node.pod.Expansion;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerSpec;
import dev.troupe.node.runtime.ImageInfo;
import dev.troupe.node.runtime.PodAddress;
import dev.troupe.node.runtime.SandboxSpec;
import dev.troupe.node.volume.ContainerMounts;
import dev.troupe.node.volume.ObjectSource;
import dev.troupe.node.volume.PodVolumes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pod's sandbox and containers in the runtime's terms. Blocks. */
final class PodSpecs {
    private static final String SIMULATION = "simulated.troupe.dev/";

    private final NodeProfile node;
    private final PodVolumes volumes;
    private final ObjectSource objects;
    private final ServiceSource services;
    private final DnsResolution dns;

    PodSpecs(NodeProfile node, PodVolumes volumes, ObjectSource objects, ServiceSource services) {
        this.node = node;
        this.volumes = volumes;
        this.objects = objects;
        this.services = services;
        this.dns = new DnsResolution(node.resolvConf(), node.clusterDns(), node.clusterDomain());
    }

    DownwardApi downward(PodView pod, List<String> podIps) {
        return new DownwardApi(pod, podIps, node.addresses(), node.allocatable());
    }

    /** @param address empty for a pod on the host's network */
    SandboxSpec sandbox(PodView pod, int attempt, Optional<PodAddress> address) throws IOException {
        Map<String, String> sysctls = new LinkedHashMap<>();
        Json.at(pod.spec(), "securityContext", "sysctls")
                .forEach(sysctl -> sysctls.put(Json.text(sysctl, "name"), Json.text(sysctl, "value")));
        return new SandboxSpec(
                pod.identity(),
                attempt,
                PodHosts.hostname(pod, node.clusterDomain()),
                address.map(PodAddress::addresses).orElse(List.of()),
                dns.of(pod),
                namespaces(pod),
                PodCgroup.parent(pod, node),
                sysctls);
    }

    private static SandboxSpec.Namespaces namespaces(PodView pod) {
        JsonNode spec = pod.spec();
        return new SandboxSpec.Namespaces(
                pod.hostNetwork(),
                Json.bool(spec, "hostIPC"),
                Json.bool(spec, "hostPID"),
                Json.bool(spec, "shareProcessNamespace"));
    }

    /**
     * @param podIps of the sandbox that it goes into
     * @throws ContainerConfigException if something it names is missing or forbidden
     */
    ContainerSpec container(PodView pod, ContainerView container, int attempt, List<String> podIps, ImageInfo image)
            throws IOException, ContainerConfigException {
        List<String> addresses = pod.hostNetwork() ? node.addresses() : podIps;
        boolean links = Json.at(pod.spec(), "enableServiceLinks").asBoolean(true);
        Map<String, String> environment = ContainerEnvironment.of(
                container,
                downward(pod, addresses),
                objects,
                ServiceVariables.of(services, pod.identity().namespace(), links));
        // The shell's own variable, which many programs want; the pod's wins.
        Map<String, String> complete = new LinkedHashMap<>(environment);
        complete.putIfAbsent("HOSTNAME", PodHosts.hostname(pod, node.clusterDomain()));
        List<ContainerSpec.Mount> mounts = volumes.mounts(
                new ContainerMounts(pod, container, attempt, environment),
                PodHosts.file(pod, addresses, node.clusterDomain()));
        JsonNode json = container.json();
        return new ContainerSpec(
                pod.identity(),
                container.name(),
                attempt,
                container.image(),
                expanded(json.path("command"), environment),
                expanded(json.path("args"), environment),
                Json.text(json, "workingDir"),
                complete,
                mounts,
                PodCgroup.resources(pod, container, node),
                PodSecurity.of(pod, container, image),
                new ContainerSpec.Terminal(
                        Json.bool(json, "stdin"), Json.bool(json, "stdinOnce"), Json.bool(json, "tty")),
                namespaces(pod),
                PodCgroup.parent(pod, node),
                annotations(pod, container));
    }

    /** What the runtime keeps for a later look, and what a simulated one is told of how containers behave. */
    private static Map<String, String> annotations(PodView pod, ContainerView container) {
        Map<String, String> wanted = new LinkedHashMap<>();
        if (container.fallsBackToLogs()) {
            wanted.put(Looks.FALLS_BACK_TO_LOGS, "true");
        }
        Json.at(pod.json(), "metadata", "annotations").properties().forEach(annotation -> {
            if (annotation.getKey().startsWith(SIMULATION)) {
                wanted.put(annotation.getKey(), annotation.getValue().asText());
            }
        });
        return wanted;
    }

    private static List<String> expanded(JsonNode list, Map<String, String> environment) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(Expansion.expand(word.asText(), environment)));
        return words;
    }
}
