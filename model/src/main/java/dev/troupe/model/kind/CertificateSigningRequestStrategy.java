package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.kind.validation.GoSyntax;
import dev.troupe.model.resource.TableDefinition.Column;
import dev.troupe.model.status.FieldError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Requests for certificates. Who asks (spec.username and its like) is filled in by admission; a person or a controller
 * approves through the approval subresource; the signer puts the certificate into the status.
 */
final class CertificateSigningRequestStrategy extends CoreStrategy {
    private static final String SPEC = "io.k8s.api.certificates.v1.CertificateSigningRequestSpec";
    private static final String STATUS = "io.k8s.api.certificates.v1.CertificateSigningRequestStatus";
    private static final String PEM_BEGIN = "-----BEGIN CERTIFICATE REQUEST-----";
    private static final int MIN_SECONDS = 600;
    private static final int MAX_DOMAIN = 253;

    private static final List<String> USAGES = List.of(
            "any",
            "cert sign",
            "client auth",
            "code signing",
            "content commitment",
            "crl sign",
            "data encipherment",
            "decipher only",
            "digital signature",
            "email protection",
            "encipher only",
            "ipsec end system",
            "ipsec tunnel",
            "ipsec user",
            "key agreement",
            "key encipherment",
            "microsoft sgc",
            "netscape sgc",
            "ocsp signing",
            "s/mime",
            "server auth",
            "signing",
            "timestamping");

    CertificateSigningRequestStrategy() {
        super(
                BuiltInTypes.CERTIFICATE_SIGNING_REQUESTS,
                new KindTable(CertificateSigningRequestStrategy::columns, CertificateSigningRequestStrategy::cells));
    }

    private static List<Column> columns() {
        return List.of(
                Columns.name(),
                Columns.age(),
                Columns.text("SignerName", Columns.description(SPEC, "signerName")),
                Columns.text("Requestor", Columns.description(SPEC, "request")),
                Columns.text("RequestedDuration", Columns.description(SPEC, "expirationSeconds")),
                Columns.text("Condition", Columns.description(STATUS, "conditions")));
    }

    private static List<Object> cells(JsonNode request, Instant now) {
        JsonNode spec = request.path("spec");
        String signer = Json.text(spec, "signerName");
        JsonNode seconds = spec.path("expirationSeconds");
        return List.of(
                nameOf(request),
                Ages.of(request, now),
                signer.isEmpty() ? "<none>" : signer,
                Json.text(spec, "username"),
                seconds.isNumber() ? Ages.human(Duration.ofSeconds(seconds.longValue())) : "<none>",
                conditionOf(request));
    }

    private static String conditionOf(JsonNode request) {
        Set<String> types = conditionTypes(request);
        String decided = types.contains("Denied") ? "Denied" : types.contains("Approved") ? "Approved" : "Pending";
        boolean issued = !Json.text(request, "status", "certificate").isEmpty();
        return decided + (types.contains("Failed") ? ",Failed" : "") + (issued ? ",Issued" : "");
    }

    private static Set<String> conditionTypes(JsonNode request) {
        Set<String> types = new HashSet<>();
        request.path("status").path("conditions").forEach(condition -> types.add(Json.text(condition, "type")));
        return types;
    }

    @Override
    public void prepareForUpdate(ObjectNode object, JsonNode old) {
        super.prepareForUpdate(object, old);
        object.set("spec", old.path("spec").deepCopy());
    }

    /** A report of status can neither approve nor deny. */
    @Override
    public void prepareForStatusUpdate(ObjectNode object, JsonNode old) {
        super.prepareForStatusUpdate(object, old);
        List<JsonNode> kept = new ArrayList<>();
        old.path("status").path("conditions").forEach(condition -> {
            if (isDecision(condition)) {
                kept.add(condition.deepCopy());
            }
        });
        object.path("status").path("conditions").forEach(condition -> {
            if (!isDecision(condition)) {
                kept.add(condition);
            }
        });
        ObjectNode status = Json.objectAt(object, "status");
        status.remove("conditions");
        if (!kept.isEmpty()) {
            status.putArray("conditions").addAll(kept);
        }
    }

    private static boolean isDecision(JsonNode condition) {
        String type = Json.text(condition, "type");
        return type.equals("Approved") || type.equals("Denied");
    }

    /** An approval changes conditions only. */
    @Override
    public void prepareForApproval(ObjectNode object, JsonNode old) {
        super.prepareForStatusUpdate(object, old);
        ObjectNode status = Json.objectAt(object, "status");
        JsonNode certificate = old.path("status").get("certificate");
        status.remove("certificate");
        if (certificate != null) {
            status.set("certificate", certificate);
        }
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        Json.objectAt(object, "spec");
        Json.objectAt(object, "status");
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (condition instanceof ObjectNode changed) {
                for (String time : List.of("lastUpdateTime", "lastTransitionTime")) {
                    if (!changed.has(time)) {
                        changed.putNull(time);
                    }
                }
            }
        }
    }

    @Override
    public List<FieldError> validateCreate(JsonNode object) {
        List<FieldError> errors = new ArrayList<>();
        JsonNode spec = object.path("spec");
        String pem = decoded(Json.text(spec, "request"));
        if (!pem.stripLeading().startsWith(PEM_BEGIN)) {
            errors.add(FieldError.invalidGo(
                    "spec.request",
                    GoSyntax.bytes(pem.getBytes(StandardCharsets.ISO_8859_1)),
                    "PEM block type must be CERTIFICATE REQUEST"));
        }
        usages(spec.path("usages"), errors);
        errors.addAll(signerName(Json.text(spec, "signerName")));
        JsonNode seconds = spec.path("expirationSeconds");
        if (seconds.isNumber() && seconds.longValue() < MIN_SECONDS) {
            errors.add(FieldError.invalid(
                    "spec.expirationSeconds",
                    seconds,
                    "may not specify a duration less than 600 seconds (10 minutes)"));
        }
        conditions(object, errors);
        return errors;
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64.replaceAll("[\r\n]", "")), StandardCharsets.ISO_8859_1);
    }

    private static void usages(JsonNode usages, List<FieldError> errors) {
        if (usages.isEmpty()) {
            errors.add(FieldError.required("spec.usages", ""));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < usages.size(); i++) {
            String usage = usages.get(i).asText();
            if (!USAGES.contains(usage)) {
                errors.add(FieldError.notSupported("spec.usages[" + i + "]", usage, USAGES));
            }
            if (!seen.add(usage)) {
                errors.add(FieldError.duplicate("spec.usages[" + i + "]", usage));
            }
        }
    }

    private static List<FieldError> signerName(String name) {
        String field = "spec.signerName";
        if (name.isEmpty()) {
            return List.of(FieldError.required(field, ""));
        }
        if (name.equals("kubernetes.io/legacy-unknown")) {
            return List.of(
                    FieldError.invalid(field, name, "the legacy signerName is not allowed via this API version"));
        }
        String[] segments = name.split("/", -1);
        if (segments.length != 2) {
            return List.of(FieldError.invalid(
                    field, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'"));
        }
        if (segments[0].length() > MAX_DOMAIN) {
            return List.of(FieldError.tooLong(field, "may not be more than " + MAX_DOMAIN + " bytes"));
        }
        List<FieldError> errors = new ArrayList<>(FieldRules.dns1123Subdomain(segments[0], field));
        if (errors.isEmpty() && !segments[0].contains(".")) {
            errors.add(FieldError.invalid(
                    field, segments[0], "should be a domain with at least two segments separated by dots"));
        }
        errors.addAll(FieldRules.dns1123Subdomain(segments[1], field));
        return errors;
    }

    private static void conditions(JsonNode object, List<FieldError> errors) {
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (JsonNode condition : object.path("status").path("conditions")) {
            String field = "status.conditions[" + index++ + "]";
            String type = Json.text(condition, "type");
            if (type.isEmpty()) {
                errors.add(FieldError.required(field + ".type", ""));
            }
            String status = Json.text(condition, "status");
            if (isDecision(condition) || type.equals("Failed")) {
                errors.addAll(FieldRules.oneOf(status, field + ".status", List.of("True")));
            } else {
                errors.addAll(FieldRules.oneOf(status, field + ".status", List.of("False", "True", "Unknown")));
            }
            if ((type.equals("Denied") && seen.contains("Approved"))
                    || (type.equals("Approved") && seen.contains("Denied"))) {
                errors.add(FieldError.invalid(
                        field + ".type", type, "Approved and Denied conditions are mutually exclusive"));
            }
            if (!seen.add(type)) {
                errors.add(FieldError.duplicate(field + ".type", type));
            }
        }
    }

    @Override
    public List<FieldError> validateUpdate(JsonNode object, JsonNode old) {
        List<FieldError> errors = new ArrayList<>();
        conditions(object, errors);
        Set<String> now = conditionTypes(object);
        for (JsonNode condition : old.path("status").path("conditions")) {
            String type = Json.text(condition, "type");
            if ((isDecision(condition) || type.equals("Failed")) && !now.contains(type)) {
                errors.add(FieldError.forbidden(
                        "status.conditions", "updates may not remove a condition of type \"" + type + "\""));
            }
        }
        return errors;
    }

    @Override
    public List<FieldError> validateStatusUpdate(JsonNode object, JsonNode old) {
        List<FieldError> errors = new ArrayList<>(validateUpdate(object, old));
        String before = Json.text(old, "status", "certificate");
        if (!before.isEmpty() && !before.equals(Json.text(object, "status", "certificate"))) {
            errors.add(FieldError.forbidden(
                    "status.certificate", "updates may not modify the certificate once it is set"));
        }
        return errors;
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("spec.signerName");
    }

    @Override
    public Map<String, String> fields(JsonNode object) {
        return Map.of("spec.signerName", Json.text(object, "spec", "signerName"));
    }

    @Override
    public String eventName(String verb, String subresource, JsonNode old, JsonNode object) {
        if (!object.isMissingNode() && !old.isMissingNode()) {
            Set<String> added = conditionTypes(object);
            added.removeAll(conditionTypes(old));
            for (String decision : List.of("Approved", "Denied")) {
                if (added.contains(decision)) {
                    return "Certificate" + decision;
                }
            }
            if (Json.text(old, "status", "certificate").isEmpty()
                    && !Json.text(object, "status", "certificate").isEmpty()) {
                return "CertificateIssued";
            }
        }
        return super.eventName(verb, subresource, old, object);
    }
}
