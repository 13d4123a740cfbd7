package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.pod.PodQos;
import dev.troupe.model.quantity.Quantity;
import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerSpec.Resources;
import java.util.Locale;
import java.util.OptionalLong;

/** Requests and limits in the kernel's terms, by the pod's quality of service. */
final class PodCgroup {
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;
    private static final long MIN_QUOTA_MICROS = 1000;
    private static final int CRITICAL_PRIORITY = 2_000_000_000;

    private PodCgroup() {}

    static String qos(PodView pod) {
        return Json.optionalText(pod.status(), "qosClass").orElseGet(() -> PodQos.of(pod.spec()));
    }

    /** The cgroup that holds all of a pod. */
    static String parent(PodView pod, NodeProfile node) {
        if (node.cgroupRoot().isEmpty()) {
            return "";
        }
        String qos = qos(pod).toLowerCase(Locale.ROOT);
        String uid = pod.identity().uid();
        if (node.systemdCgroups()) {
            String root = node.cgroupRoot().replace("/", "");
            String level = qos.equals("guaranteed") ? root : root + "-" + qos;
            return level + "-pod" + uid.replace('-', '_') + ".slice";
        }
        return node.cgroupRoot() + (qos.equals("guaranteed") ? "" : "/" + qos) + "/pod" + uid;
    }

    static Resources resources(PodView pod, ContainerView container, NodeProfile node) {
        Quantity cpuRequest = quantity(container, "requests", "cpu");
        Quantity cpuLimit = quantity(container, "limits", "cpu");
        Quantity memoryLimit = quantity(container, "limits", "memory");
        long shares = shares(cpuRequest.isZero() ? cpuLimit.milliValue() : cpuRequest.milliValue());
        return new Resources(
                shares,
                cpuLimit.isZero() ? OptionalLong.empty() : OptionalLong.of(quota(cpuLimit.milliValue())),
                memoryLimit.isZero() ? OptionalLong.empty() : OptionalLong.of(memoryLimit.value()),
                oomScore(pod, container, node));
    }

    private static Quantity quantity(ContainerView container, String kind, String resource) {
        JsonNode value = Json.at(container.json(), "resources", kind, resource);
        return value.isMissingNode() || value.isNull() ? Quantity.ZERO : Quantity.of(value.asText());
    }

    private static long shares(long milliCpu) {
        return Math.min(MAX_SHARES, Math.max(MIN_SHARES, milliCpu * 1024 / 1000));
    }

    private static long quota(long milliCpu) {
        return Math.max(MIN_QUOTA_MICROS, milliCpu * Resources.CPU_PERIOD_MICROS / 1000);
    }

    /** The less of what it asked for a container can use up, the later it is killed when the node's memory is out. */
    private static int oomScore(PodView pod, ContainerView container, NodeProfile node) {
        if (Json.integer(pod.spec(), 0, "priority") >= CRITICAL_PRIORITY) {
            return -997;
        }
        return switch (qos(pod)) {
            case "Guaranteed" -> -997;
            case "BestEffort" -> 1000;
            default -> {
                long capacity = Math.max(
                        1,
                        node.allocatable().getOrDefault("memory", Quantity.ZERO).value());
                long request = quantity(container, "requests", "memory").value();
                long score = 1000 - 1000 * request / capacity;
                yield (int) Math.max(3, Math.min(999, score));
            }
        };
    }
}
