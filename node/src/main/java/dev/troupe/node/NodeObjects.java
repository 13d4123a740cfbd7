package dev.troupe.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.runtime.ImageInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Node and Lease objects of a node, as a kubelet writes them. */
final class NodeObjects {
    /** Consistent with what the API says at {@code /version}. */
    static final String KUBELET_VERSION = "v1.32.4";

    private static final Logger LOG = LoggerFactory.getLogger(NodeObjects.class);

    /** The kubelet's limits for the list of images. */
    private static final int MAX_IMAGES = 50;

    private static final int MAX_NAMES = 5;
    private static final int LEASE_SECONDS = 40;

    private final NodeSettings settings;
    private final NodeCapacity capacity;

    NodeObjects(NodeSettings settings, NodeCapacity capacity) {
        this.settings = settings;
        this.capacity = capacity;
    }

    /** As it registers. */
    ObjectNode node(NodeHealth health, Instant now) {
        ObjectNode node = Json.object();
        node.put("apiVersion", "v1").put("kind", "Node");
        ObjectNode metadata = node.putObject("metadata");
        metadata.put("name", settings.name());
        labels().forEach(metadata.putObject("labels")::put);
        ObjectNode spec = node.putObject("spec");
        settings.podCidr().ifPresent(cidr -> {
            spec.put("podCIDR", cidr);
            spec.putArray("podCIDRs").add(cidr);
        });
        node.set("status", status(Json.object(), health, now));
        return node;
    }

    Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>(settings.labels());
        for (String prefix : List.of("beta.kubernetes.io/", "kubernetes.io/")) {
            labels.put(prefix + "arch", architecture());
            labels.put(prefix + "os", "linux");
        }
        labels.put("kubernetes.io/hostname", settings.name());
        if (settings.simulated()) {
            labels.put("troupe.dev/runtime", "simulated");
        }
        return labels;
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return switch (name) {
            case "aarch64" -> "arm64";
            case "x86_64" -> "amd64";
            default -> name;
        };
    }

    /** @param before the status that the API has: other writers' fields and the times of transitions stay */
    ObjectNode status(JsonNode before, NodeHealth health, Instant now) {
        ObjectNode status = before instanceof ObjectNode old ? old.deepCopy() : Json.object();
        ObjectNode resources = Json.object();
        capacity.resources().forEach((name, amount) -> resources.put(name, amount.toString()));
        status.set("capacity", resources);
        status.set("allocatable", resources.deepCopy());
        status.set("conditions", conditions(before, health, now));
        ArrayNode addresses = status.putArray("addresses");
        settings.addresses()
                .forEach(address ->
                        addresses.addObject().put("type", "InternalIP").put("address", address));
        addresses.addObject().put("type", "Hostname").put("address", settings.name());
        status.putObject("daemonEndpoints").putObject("kubeletEndpoint").put("Port", settings.endpointPort());
        status.set("nodeInfo", nodeInfo(health));
        status.set("images", images(health.images()));
        return status;
    }

    private ArrayNode conditions(JsonNode before, NodeHealth health, Instant now) {
        Map<String, ObjectNode> own = new java.util.LinkedHashMap<>();
        own.put(
                "MemoryPressure",
                pressure("MemoryPressure", health.memoryShort(), "InsufficientMemory", "SufficientMemory", "memory"));
        own.put("DiskPressure", pressure("DiskPressure", health.diskShort(), "DiskPressure", "NoDiskPressure", "disk"));
        own.put("PIDPressure", pressure("PIDPressure", false, "InsufficientPID", "SufficientPID", "PID"));
        boolean ready = health.fault().isEmpty();
        own.put(
                "Ready",
                Json.object()
                        .put("type", "Ready")
                        .put("status", ready ? "True" : "False")
                        .put("reason", ready ? "KubeletReady" : "KubeletNotReady")
                        .put("message", ready ? "kubelet is posting ready status" : health.fault()));
        ArrayNode conditions = Json.array();
        for (JsonNode condition : before.path("conditions")) {
            if (!own.containsKey(Json.text(condition, "type"))) {
                conditions.add(condition.deepCopy());
            }
        }
        own.values().forEach(condition -> {
            JsonNode old = find(before, Json.text(condition, "type"));
            boolean same = Json.text(old, "status").equals(Json.text(condition, "status"));
            condition.put("lastHeartbeatTime", time(now));
            condition.put("lastTransitionTime", same ? Json.text(old, "lastTransitionTime") : time(now));
            conditions.add(condition);
        });
        return conditions;
    }

    private static ObjectNode pressure(String type, boolean shortage, String bad, String good, String what) {
        String fine =
                what.equals("disk") ? "kubelet has no disk pressure" : "kubelet has sufficient " + what + " available";
        String poor =
                what.equals("disk") ? "kubelet has disk pressure" : "kubelet has insufficient " + what + " available";
        return Json.object()
                .put("type", type)
                .put("status", shortage ? "True" : "False")
                .put("reason", "KubeletHas" + (shortage ? bad : good))
                .put("message", shortage ? poor : fine);
    }

    private static JsonNode find(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return condition;
            }
        }
        return status.path("absent");
    }

    private ObjectNode nodeInfo(NodeHealth health) {
        boolean real = !settings.simulated();
        return Json.object()
                .put("architecture", architecture())
                .put("bootID", real ? line("/proc/sys/kernel/random/boot_id") : "")
                .put("containerRuntimeVersion", health.runtime().containerRuntimeVersion())
                .put("kernelVersion", System.getProperty("os.version"))
                .put("kubeProxyVersion", KUBELET_VERSION)
                .put("kubeletVersion", KUBELET_VERSION)
                .put("machineID", real ? line("/etc/machine-id") : "")
                .put("operatingSystem", "linux")
                .put("osImage", osImage())
                .put("systemUUID", real ? line("/etc/machine-id") : "");
    }

    private static String osImage() {
        Path file = Path.of("/etc/os-release");
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream()
                            .filter(line -> line.startsWith("PRETTY_NAME="))
                            .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
                            .findFirst()
                            .orElse("")
                    : System.getProperty("os.name");
        } catch (IOException e) {
            LOG.debug("no name of the operating system", e);
            return "";
        }
    }

    private static String line(String file) {
        try {
            return Files.exists(Path.of(file)) ? Files.readString(Path.of(file)).strip() : "";
        } catch (IOException e) {
            LOG.debug("cannot read {}", file, e);
            return "";
        }
    }

    private static ArrayNode images(List<ImageInfo> images) {
        ArrayNode list = Json.array();
        images.stream()
                .filter(image -> !image.names().isEmpty())
                .sorted(Comparator.comparingLong(ImageInfo::sizeBytes).reversed())
                .limit(MAX_IMAGES)
                .forEach(image -> {
                    ObjectNode entry = list.addObject();
                    ArrayNode names = entry.putArray("names");
                    image.names().stream().limit(MAX_NAMES).forEach(names::add);
                    entry.put("sizeBytes", image.sizeBytes());
                });
        return list;
    }

    static boolean isReady(JsonNode status) {
        return Json.text(find(status, "Ready"), "status").equals("True");
    }

    /** Whether two statuses tell the same but for the time of the telling. */
    static boolean sameButHeartbeat(JsonNode left, JsonNode right) {
        return withoutHeartbeat(left).equals(withoutHeartbeat(right));
    }

    private static ObjectNode withoutHeartbeat(JsonNode status) {
        // Through text, so that numbers are of one kind whoever made the tree.
        ObjectNode copy = Json.parseObject(Json.bytes(status));
        copy.path("conditions").forEach(condition -> ((ObjectNode) condition).remove("lastHeartbeatTime"));
        return copy;
    }

    ObjectNode lease(String nodeUid, Instant now) {
        ObjectNode lease = Json.object();
        lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
        ObjectNode metadata = lease.putObject("metadata");
        metadata.put("name", settings.name()).put("namespace", "kube-node-lease");
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", "v1")
                .put("kind", "Node")
                .put("name", settings.name())
                .put("uid", nodeUid);
        lease.set("spec", leaseSpec(now));
        return lease;
    }

    ObjectNode leaseSpec(Instant now) {
        return Json.object()
                .put("holderIdentity", settings.name())
                .put("leaseDurationSeconds", LEASE_SECONDS)
                .put("renewTime", microTime(now));
    }

    /** RFC 3339 with six digits, as metav1.MicroTime. */
    private static String microTime(Instant now) {
        return "%s.%06dZ"
                .formatted(
                        now.truncatedTo(ChronoUnit.SECONDS)
                                .toString()
                                .toUpperCase(Locale.ROOT)
                                .replace("Z", ""),
                        now.getNano() / 1000);
    }

    private static String time(Instant now) {
        return now.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
