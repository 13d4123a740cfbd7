package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.GoSyntax;
import java.util.ArrayList;
import java.util.List;

/** The difference of two pod specifications in the form that Kubernetes shows: Go fields in order, few that are equal. */
final class PodSpecDiff {
    /** A Go field: its name, its JSON name, and what Go prints where it is not set. */
    private record GoField(String name, String json, String unset) {}

    /** Equal fields shown beside a difference. */
    private static final int CONTEXT = 2;

    private static final List<GoField> FIELDS =
            fields("Volumes=nil InitContainers=nil Containers=nil EphemeralContainers=nil RestartPolicy=\"\""
                    + " TerminationGracePeriodSeconds=nil ActiveDeadlineSeconds=nil DNSPolicy=\"\" NodeSelector=nil"
                    + " ServiceAccountName=\"\" AutomountServiceAccountToken=nil NodeName=\"\" SecurityContext=nil"
                    + " ImagePullSecrets=nil Hostname=\"\" Subdomain=\"\" SetHostnameAsFQDN=nil Affinity=nil"
                    + " SchedulerName=\"\" Tolerations=nil HostAliases=nil PriorityClassName=\"\" Priority=nil"
                    + " PreemptionPolicy=nil DNSConfig=nil ReadinessGates=nil RuntimeClassName=nil Overhead=nil"
                    + " EnableServiceLinks=nil TopologySpreadConstraints=nil OS=nil SchedulingGates=nil"
                    + " ResourceClaims=nil Resources=nil");

    private PodSpecDiff() {}

    private static List<GoField> fields(String text) {
        List<GoField> fields = new ArrayList<>();
        for (String part : text.split(" ")) {
            String name = part.substring(0, part.indexOf('='));
            String json = name.startsWith("DNS")
                    ? "dns" + name.substring(3)
                    : name.equals("OS") ? "os" : Character.toLowerCase(name.charAt(0)) + name.substring(1);
            fields.add(new GoField(name, json, part.substring(part.indexOf('=') + 1)));
        }
        return fields;
    }

    /** Lines that begin with a minus for the old and a plus for the new. */
    static String between(JsonNode old, JsonNode spec) {
        boolean[] differs = new boolean[FIELDS.size()];
        for (int i = 0; i < FIELDS.size(); i++) {
            differs[i] = !part(old, FIELDS.get(i)).equals(part(spec, FIELDS.get(i)));
        }
        StringBuilder text = new StringBuilder("  core.PodSpec{\n");
        int at = 0;
        while (at < FIELDS.size()) {
            int hidden = hiddenRun(differs, at);
            if (hidden > 0) {
                text.append("  \t... // ")
                        .append(hidden)
                        .append(hidden == 1 ? " identical field\n" : " identical fields\n");
                at += hidden;
                continue;
            }
            GoField field = FIELDS.get(at);
            if (differs[at]) {
                line(text, "- ", field, part(old, field));
                line(text, "+ ", field, part(spec, field));
            } else {
                line(text, "  ", field, part(old, field));
            }
            at++;
        }
        return text.append("  }\n").toString();
    }

    /** How many equal fields from here on stand too far from any difference to be shown. */
    private static int hiddenRun(boolean[] differs, int from) {
        int run = 0;
        while (from + run < differs.length && !nearDifference(differs, from + run)) {
            run++;
        }
        return run;
    }

    private static boolean nearDifference(boolean[] differs, int at) {
        for (int i = Math.max(0, at - CONTEXT); i <= Math.min(differs.length - 1, at + CONTEXT); i++) {
            if (differs[i]) {
                return true;
            }
        }
        return false;
    }

    private static void line(StringBuilder text, String mark, GoField field, JsonNode value) {
        int width = "TerminationGracePeriodSeconds:".length();
        text.append(mark).append('\t').append(field.name()).append(':');
        text.append(" ".repeat(Math.max(1, width - field.name().length() - 1)));
        text.append(shown(field, value)).append(",\n");
    }

    private static String shown(GoField field, JsonNode value) {
        if (value.isMissingNode()) {
            return field.unset();
        }
        if (value.isTextual()) {
            return field.unset().equals("nil")
                    ? "&" + GoSyntax.quoted(value.textValue())
                    : GoSyntax.quoted(value.textValue());
        }
        if (value.isObject()) {
            return "&" + value;
        }
        return value.isValueNode() ? "&" + value.asText() : value.toString();
    }

    /** The field's value; host namespaces stand in Go's security context, so they are read with it. */
    private static JsonNode part(JsonNode spec, GoField field) {
        if (!field.name().equals("SecurityContext")) {
            return spec.path(field.json());
        }
        ObjectNode context = Json.object();
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")) {
            if (spec.has(host)) {
                context.set(host, spec.get(host));
            }
        }
        spec.path("securityContext").properties().forEach(entry -> context.set(entry.getKey(), entry.getValue()));
        return context;
    }
}
