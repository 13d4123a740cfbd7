package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.GoSyntax;
import java.util.ArrayList;
import java.util.List;

/**
 * The difference of two pod specifications in the form that Kubernetes shows: Go's fields in their order, two equal
 * ones beside each difference. Containers are compared field by field, all else as a whole.
 */
final class PodSpecDiff {
    private static final List<String> HOST_FIELDS =
            List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers");

    /** Equal lines shown beside a difference. */
    private static final int CONTEXT = 2;

    /**
     * A Go field.
     *
     * @param type of a list, as {@code []string}; of anything else empty
     * @param pointer true where nil differs from zero
     */
    private record GoField(String name, String json, String type, boolean pointer) {}

    /** A line to be aligned with its neighbours; one without a key stands as it is. */
    private record Line(String mark, String key, String value) {}

    private static final List<GoField> CONTAINER = fields("Name Image Command:[]string Args:[]string WorkingDir"
            + " Ports:[]core.ContainerPort EnvFrom:[]core.EnvFromSource Env:[]core.EnvVar Resources"
            + " ResizePolicy:[]core.ContainerResizePolicy RestartPolicy* VolumeMounts:[]core.VolumeMount"
            + " VolumeDevices:[]core.VolumeDevice LivenessProbe* ReadinessProbe* StartupProbe* Lifecycle*"
            + " TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext* Stdin StdinOnce TTY");
    private static final List<GoField> POD_SPEC = fields("Volumes:[]core.Volume InitContainers:[]core.Container"
            + " Containers:[]core.Container EphemeralContainers:[]core.EphemeralContainer RestartPolicy"
            + " TerminationGracePeriodSeconds* ActiveDeadlineSeconds* DNSPolicy NodeSelector* ServiceAccountName"
            + " AutomountServiceAccountToken* NodeName SecurityContext* ImagePullSecrets:[]core.LocalObjectReference"
            + " Hostname Subdomain SetHostnameAsFQDN* Affinity* SchedulerName Tolerations:[]core.Toleration"
            + " HostAliases:[]core.HostAlias PriorityClassName Priority* PreemptionPolicy* DNSConfig*"
            + " ReadinessGates:[]core.PodReadinessGate RuntimeClassName* Overhead* EnableServiceLinks*"
            + " TopologySpreadConstraints:[]core.TopologySpreadConstraint OS*"
            + " SchedulingGates:[]core.PodSchedulingGate ResourceClaims:[]core.PodResourceClaim Resources*");

    private final StringBuilder text = new StringBuilder();
    private final List<Line> pending = new ArrayList<>();

    private PodSpecDiff() {}

    private static List<GoField> fields(String names) {
        List<GoField> fields = new ArrayList<>();
        for (String part : names.split(" ")) {
            int colon = part.indexOf(':');
            String name = (colon < 0 ? part : part.substring(0, colon)).replace("*", "");
            String json = name.startsWith("DNS") || name.equals("OS") || name.equals("TTY")
                    ? name.replaceFirst("^DNS", "dns")
                            .replaceFirst("^OS$", "os")
                            .replaceFirst("^TTY$", "tty")
                    : Character.toLowerCase(name.charAt(0)) + name.substring(1);
            fields.add(new GoField(name, json, colon < 0 ? "" : part.substring(colon + 1), part.endsWith("*")));
        }
        return fields;
    }

    /** Lines that begin with a minus for the old and a plus for the new. */
    static String between(JsonNode old, JsonNode spec) {
        PodSpecDiff diff = new PodSpecDiff();
        diff.raw("  core.PodSpec{");
        diff.struct(POD_SPEC, withHostFields(old), withHostFields(spec), "\t");
        diff.raw("  }");
        return diff.text.toString();
    }

    /** Go holds the host's namespaces in the security context. */
    private static JsonNode withHostFields(JsonNode spec) {
        ObjectNode copy = spec.deepCopy();
        ObjectNode context = Json.objectAt(copy, "securityContext");
        for (String field : HOST_FIELDS) {
            if (copy.has(field)) {
                context.set(field, copy.get(field));
            }
        }
        return copy;
    }

    private void struct(List<GoField> fields, JsonNode old, JsonNode value, String indent) {
        int at = 0;
        while (at < fields.size()) {
            int end = at;
            while (end < fields.size() && same(fields.get(end), old, value)) {
                end++;
            }
            if (end > at) {
                equalRun(fields, at, end, old, indent);
                at = end;
            } else {
                changed(fields.get(at), old, value, indent);
                at++;
            }
        }
        flush(indent);
    }

    private static boolean same(GoField field, JsonNode old, JsonNode value) {
        return old.path(field.json()).equals(value.path(field.json()));
    }

    private void equalRun(List<GoField> fields, int from, int to, JsonNode old, String indent) {
        int count = to - from;
        int low = from == 0 ? 0 : Math.min(CONTEXT, count);
        int high = to == fields.size() ? 0 : Math.min(CONTEXT, count - low);
        if (count - low - high == 1) {
            high++;
        }
        for (int i = from; i < from + low; i++) {
            pending.add(line("  ", fields.get(i), old));
        }
        if (count > low + high) {
            flush(indent);
            raw("  " + indent + "... // " + (count - low - high) + " identical fields");
        }
        for (int i = to - high; i < to; i++) {
            pending.add(line("  ", fields.get(i), old));
        }
    }

    private void changed(GoField field, JsonNode old, JsonNode value, String indent) {
        JsonNode before = old.path(field.json());
        JsonNode after = value.path(field.json());
        if (!field.type().equals("[]core.Container") || before.size() != after.size()) {
            pending.add(line("- ", field, old));
            pending.add(line("+ ", field, value));
            return;
        }
        flush(indent);
        raw("  " + indent + field.name() + ": []core.Container{");
        for (int i = 0; i < before.size(); i++) {
            if (before.path(i).equals(after.path(i))) {
                raw("  " + indent + "\t" + compact(before.path(i)) + ",");
            } else {
                raw("  " + indent + "\t{");
                struct(CONTAINER, before.path(i), after.path(i), indent + "\t\t");
                raw("  " + indent + "\t},");
            }
        }
        raw("  " + indent + "},");
    }

    private static Line line(String mark, GoField field, JsonNode object) {
        JsonNode value = object.path(field.json());
        return new Line(mark, field.name() + ":", shown(field, value, !mark.isBlank()));
    }

    private static String shown(GoField field, JsonNode value, boolean withType) {
        if (value.isMissingNode()) {
            boolean nil = field.pointer() || !field.type().isEmpty();
            return nil ? "nil" : field.name().equals("Resources") ? "{}" : zero(field);
        }
        if (value.isArray()) {
            return (withType ? field.type() : "") + compact(value);
        }
        return (field.pointer() ? "&" : "") + compact(value);
    }

    private static String zero(GoField field) {
        return field.name().startsWith("Stdin") || field.name().equals("TTY") ? "false" : "\"\"";
    }

    /** A value on one line, with the names of Go's fields. */
    private static String compact(JsonNode value) {
        List<String> parts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(element -> parts.add(compact(element)));
        } else if (value.isObject()) {
            value.properties()
                    .forEach(field ->
                            parts.add(Character.toUpperCase(field.getKey().charAt(0))
                                    + field.getKey().substring(1) + ": " + compact(field.getValue())));
        } else {
            return value.isTextual() ? GoSyntax.quoted(value.textValue()) : value.asText();
        }
        return "{" + String.join(", ", parts) + "}";
    }

    private void raw(String line) {
        text.append(line).append('\n');
    }

    /** Writes the pending lines with their values below each other. */
    private void flush(String indent) {
        int width = pending.stream().mapToInt(line -> line.key().length()).max().orElse(0);
        for (Line line : pending) {
            text.append(line.mark()).append(indent).append(line.key());
            text.append(" ".repeat(width - line.key().length() + 1));
            text.append(line.value()).append(",\n");
        }
        pending.clear();
    }
}
