package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.TableDefinition.Column;
import dev.troupe.model.status.FieldError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Nodes. A kubelet registers its node together with its status, so create keeps the status. */
final class NodeStrategy extends CoreStrategy {
    private static final String INFO = "io.k8s.api.core.v1.NodeSystemInfo";
    private static final String STATUS = "io.k8s.api.core.v1.NodeStatus";
    private static final String ROLE_PREFIX = "node-role.kubernetes.io/";
    private static final String ROLE_LABEL = "kubernetes.io/role";

    /** Kubernetes writes all of these, empty or not. */
    private static final List<String> INFO_FIELDS = List.of(
            "machineID",
            "systemUUID",
            "bootID",
            "kernelVersion",
            "osImage",
            "containerRuntimeVersion",
            "kubeletVersion",
            "kubeProxyVersion",
            "operatingSystem",
            "architecture");

    NodeStrategy() {
        super(BuiltInTypes.NODES, new KindTable(NodeStrategy::columns, NodeStrategy::cells));
    }

    private static List<Column> columns() {
        return List.of(
                Columns.name(),
                Columns.text("Status", "The status of the node"),
                Columns.text("Roles", "The roles of the node"),
                Columns.age(),
                Columns.text("Version", Columns.description(INFO, "kubeletVersion")),
                Columns.wideText("Internal-IP", Columns.description(STATUS, "addresses")),
                Columns.wideText("External-IP", Columns.description(STATUS, "addresses")),
                Columns.wideText("OS-Image", Columns.description(INFO, "osImage")),
                Columns.wideText("Kernel-Version", Columns.description(INFO, "kernelVersion")),
                Columns.wideText("Container-Runtime", Columns.description(INFO, "containerRuntimeVersion")));
    }

    private static List<Object> cells(JsonNode node, Instant now) {
        JsonNode info = node.path("status").path("nodeInfo");
        return List.of(
                nameOf(node),
                statusOf(node),
                rolesOf(node),
                Ages.of(node, now),
                Json.text(info, "kubeletVersion"),
                addressOf(node, "InternalIP"),
                addressOf(node, "ExternalIP"),
                orUnknown(Json.text(info, "osImage")),
                orUnknown(Json.text(info, "kernelVersion")),
                orUnknown(Json.text(info, "containerRuntimeVersion")));
    }

    private static String statusOf(JsonNode node) {
        String ready = readiness(node);
        String shown = ready.isEmpty() ? "Unknown" : ready.equals("True") ? "Ready" : "NotReady";
        return Json.bool(node, "spec", "unschedulable") ? shown + ",SchedulingDisabled" : shown;
    }

    private static String readiness(JsonNode node) {
        String ready = "";
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                ready = Json.text(condition, "status");
            }
        }
        return ready;
    }

    private static String rolesOf(JsonNode node) {
        Set<String> roles = new TreeSet<>();
        for (Map.Entry<String, JsonNode> label :
                node.path("metadata").path("labels").properties()) {
            String key = label.getKey();
            if (key.startsWith(ROLE_PREFIX) && key.length() > ROLE_PREFIX.length()) {
                roles.add(key.substring(ROLE_PREFIX.length()));
            } else if (key.equals(ROLE_LABEL) && !label.getValue().asText().isEmpty()) {
                roles.add(label.getValue().asText());
            }
        }
        return roles.isEmpty() ? "<none>" : String.join(",", roles);
    }

    private static String addressOf(JsonNode node, String type) {
        for (JsonNode address : node.path("status").path("addresses")) {
            if (Json.text(address, "type").equals(type)) {
                return Json.text(address, "address");
            }
        }
        return "<none>";
    }

    private static String orUnknown(String text) {
        return text.isEmpty() ? Ages.UNKNOWN : text;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        // The status stays: see the class comment.
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        ObjectNode spec = Json.objectAt(object, "spec");
        dropZeros(spec, List.of("unschedulable"));
        podCidrs(spec);
        ObjectNode status = Json.objectAt(object, "status");
        if (!status.has("allocatable") && status.has("capacity")) {
            status.set("allocatable", status.get("capacity").deepCopy());
        }
        ObjectNode endpoint = Json.objectAt(status, "daemonEndpoints", "kubeletEndpoint");
        if (!endpoint.has("Port")) {
            endpoint.put("Port", 0);
        }
        ObjectNode info = Json.objectAt(status, "nodeInfo");
        for (String field : INFO_FIELDS) {
            if (!info.has(field)) {
                info.put(field, "");
            }
        }
    }

    /** podCIDR is the first of podCIDRs; where they differ, podCIDR is what an old client meant. */
    private static void podCidrs(ObjectNode spec) {
        String one = Json.text(spec, "podCIDR");
        String first = spec.path("podCIDRs").path(0).asText("");
        if (one.isEmpty() && !first.isEmpty()) {
            spec.put("podCIDR", first);
        } else if (!one.equals(first)) {
            spec.putArray("podCIDRs").add(one);
        }
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        return NodeValidation.create(object);
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        return NodeValidation.update(object, old);
    }

    @Override
    public List<FieldError> validateStatusUpdate(JsonNode object, JsonNode old) {
        return NodeValidation.update(object, old);
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("spec.unschedulable");
    }

    @Override
    public Map<String, String> fields(JsonNode object) {
        return Map.of("spec.unschedulable", Boolean.toString(Json.bool(object, "spec", "unschedulable")));
    }

    @Override
    public String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        if (old.isMissingNode()) {
            return "NodeRegistered";
        }
        if (object.isMissingNode()) {
            return "NodeDeleted";
        }
        if (readiness(object).equals("Unknown") && !readiness(old).equals("Unknown")) {
            return "NodeHeartbeatMissed";
        }
        boolean cordoned = Json.bool(object, "spec", "unschedulable");
        if (cordoned != Json.bool(old, "spec", "unschedulable")) {
            return cordoned ? "NodeCordoned" : "NodeUncordoned";
        }
        List<JsonNode> before = new ArrayList<>();
        old.path("spec").path("taints").forEach(before::add);
        List<JsonNode> after = new ArrayList<>();
        object.path("spec").path("taints").forEach(after::add);
        return before.equals(after) ? super.eventName(verb, subresource, old, object) : "NodeTainted";
    }
}
