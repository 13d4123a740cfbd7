package dev.troupe.app.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.persistence.audit.AuditEntry;
import dev.troupe.persistence.audit.FieldChanges;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** How a change is shown: as a line for people, as JSON for programs. Values of Secrets are never shown. */
final class EntryFormat {
    /** Changed fields named in one line; the rest is counted. */
    private static final int MAX_FIELDS = 4;

    private static final String CONTROLLER = "system:serviceaccount:kube-system:";
    private static final GroupResource SECRETS = new GroupResource("", "secrets");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private EntryFormat() {}

    static String header() {
        return row("TIME", "USER", "VERB", "OBJECT", "WHAT");
    }

    static String line(AuditEntry entry) {
        return row(
                TIME.format(entry.event().time()),
                user(entry),
                verb(entry),
                shortName(entry.event().key()),
                entry.event().name() + changes(entry) + cause(entry));
    }

    /** One change as a sentence. */
    static String story(AuditEntry entry) {
        return shortName(entry.event().key()) + ": " + entry.event().name() + " by " + user(entry) + " at "
                + TIME.format(entry.event().time()) + changes(entry);
    }

    private static String row(String time, String user, String verb, String object, String what) {
        return "%-23s  %-24s  %-14s  %-44s  %s".formatted(time, user, verb, object, what);
    }

    static String user(AuditEntry entry) {
        String user = entry.event().user();
        return user.startsWith(CONTROLLER) ? user.substring(CONTROLLER.length()) : user;
    }

    private static String verb(AuditEntry entry) {
        String subresource = entry.event().subresource();
        return entry.event().verb() + (subresource.isEmpty() ? "" : "/" + subresource);
    }

    /** {@code pods default/web}: resource, then namespace and name. */
    static String shortName(ObjectKey key) {
        return key.resource().resource() + " " + key.name();
    }

    private static String changes(AuditEntry entry) {
        List<FieldChanges.FieldChange> fields = FieldChanges.between(entry.before(), entry.after());
        if (fields.isEmpty()) {
            return "";
        }
        boolean secret = entry.event().key().resource().equals(SECRETS);
        String shown = String.join(
                ", ",
                fields.stream()
                        .limit(MAX_FIELDS)
                        .map(field -> field.text(secret))
                        .toList());
        return " {" + shown + (fields.size() > MAX_FIELDS ? ", and " + (fields.size() - MAX_FIELDS) + " more" : "")
                + "}";
    }

    private static String cause(AuditEntry entry) {
        return entry.event()
                .cause()
                .map(cause -> " because of " + shortName(cause.object()) + "@" + cause.resourceVersion())
                .orElse("");
    }

    static ObjectNode json(AuditEntry entry) {
        ObjectNode json = Json.object();
        json.put("time", entry.event().time().toString());
        json.put("user", entry.event().user());
        ArrayNode groups = json.putArray("groups");
        entry.event().groups().forEach(groups::add);
        json.put("verb", entry.event().verb());
        if (!entry.event().subresource().isEmpty()) {
            json.put("subresource", entry.event().subresource());
        }
        ObjectKey key = entry.event().key();
        json.put("resource", key.resource().toString());
        json.put("namespace", key.name().namespace()).put("name", key.name().name());
        json.put("uid", entry.event().uid());
        json.put("event", entry.event().name());
        json.put("sequenceNr", entry.sequenceNr());
        entry.resourceVersion().ifPresent(version -> json.put("resourceVersion", Long.toString(version)));
        json.put("auditID", entry.event().auditId());
        entry.event()
                .cause()
                .ifPresent(cause -> json.putObject("cause")
                        .put("resource", cause.object().resource().toString())
                        .put("namespace", cause.object().name().namespace())
                        .put("name", cause.object().name().name())
                        .put("resourceVersion", Long.toString(cause.resourceVersion())));
        boolean secret = key.resource().equals(SECRETS);
        ArrayNode changes = json.putArray("changes");
        for (FieldChanges.FieldChange field : FieldChanges.between(entry.before(), entry.after())) {
            ObjectNode change = changes.addObject();
            change.put("path", field.path());
            if (!secret && !field.before().isMissingNode()) {
                change.set("before", field.before());
            }
            if (!secret && !field.after().isMissingNode()) {
                change.set("after", field.after());
            }
        }
        return json;
    }
}
