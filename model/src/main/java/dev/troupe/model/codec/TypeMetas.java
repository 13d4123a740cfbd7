package dev.troupe.model.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.schema.Schemas;
import dev.troupe.model.status.Status;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Holds what a body says of its apiVersion and kind against what the path takes. */
public final class TypeMetas {
    private static final int SUMMARY_BYTES = 30;
    private static final String TYPE_META = "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; "
            + "Kind string \"json:\\\"kind,omitempty\\\"\" }";

    private TypeMetas() {}

    /**
     * The body's object, its apiVersion and kind filled from the expected type where absent.
     *
     * @param root what the body holds; null stands for an empty object
     * @param body quoted in errors, shortened
     */
    public static Outcome<ObjectNode> settle(ResourceType expected, JsonNode root, byte[] body) {
        if (!root.isNull() && !root.isObject()) {
            return Outcome.failure(unrecognized(
                    expected,
                    "couldn't get version/kind; json parse error: json: cannot unmarshal " + goKind(root)
                            + " into Go value of type " + TYPE_META,
                    body));
        }
        ObjectNode object = root instanceof ObjectNode given ? given : Json.object();
        for (String field : new String[] {"apiVersion", "kind"}) {
            JsonNode value = object.path(field);
            if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
                return Outcome.failure(unrecognized(
                        expected,
                        "couldn't get version/kind; json parse error: json: cannot unmarshal " + goKind(value)
                                + " into Go struct field ." + field + " of type string",
                        body));
            }
        }
        return settle(
                        expected,
                        Json.text(object, "apiVersion"),
                        Json.text(object, "kind"),
                        apiVersion -> unrecognized(expected, "unexpected GroupVersion string: " + apiVersion, body))
                .<Outcome<ObjectNode>>map(Outcome::failure)
                .orElseGet(() -> {
                    if (Json.text(object, "apiVersion").isEmpty()) {
                        object.put("apiVersion", expected.apiVersion());
                    }
                    if (Json.text(object, "kind").isEmpty()) {
                        object.put("kind", expected.kind());
                    }
                    return Outcome.success(object);
                });
    }

    /** Why the kind sent does not fit, if it does not. */
    private static Optional<Status> settle(
            ResourceType expected,
            String sentVersion,
            String sentKind,
            java.util.function.Function<String, Status> malformed) {
        if (sentVersion.indexOf('/') != sentVersion.lastIndexOf('/')) {
            return Optional.of(malformed.apply(sentVersion));
        }
        String kind = sentKind.isEmpty() ? expected.kind() : sentKind;
        String apiVersion = sentVersion.isEmpty() ? expected.apiVersion() : sentVersion;
        boolean sameKind = kind.equals(expected.kind());
        // Every group version knows DeleteOptions.
        if (sameKind && (apiVersion.equals(expected.apiVersion()) || kind.equals("DeleteOptions"))) {
            return Optional.empty();
        }
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        String version = apiVersion.substring(slash + 1);
        if (!Schemas.builtIn().has(group, version, kind)) {
            return Optional.of(unfit(
                    expected,
                    kind,
                    version,
                    "no kind \"" + kind + "\" is registered for version \"" + apiVersion
                            + "\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""));
        }
        return Optional.of(
                sameKind
                        ? Status.badRequest("the API version in the data (" + apiVersion
                                + ") does not match the expected API version (" + expected.apiVersion() + ")")
                        : unfit(
                                expected,
                                kind,
                                version,
                                "converting (" + version + "." + kind + ") to (" + folder(expected.group()) + "."
                                        + expected.kind() + "): unknown conversion"));
    }

    private static String folder(String group) {
        return group.isEmpty() ? "core" : group.replaceFirst("\\..*", "");
    }

    private static Status unfit(ResourceType expected, String kind, String version, String why) {
        return Status.badRequest(
                kind + " in version \"" + version + "\" cannot be handled as a " + expected.kind() + ": " + why);
    }

    /** The answer to bytes of which not even the kind can be told. */
    public static Status unrecognized(ResourceType expected, String why, byte[] body) {
        return Status.badRequest("the object provided is unrecognized (must be of type " + expected.kind() + "): " + why
                + " (" + summary(body) + ")");
    }

    private static String summary(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        byte[] start = Arrays.copyOf(body, Math.min(body.length, SUMMARY_BYTES));
        String shown = body[0] == '{'
                ? new String(start, StandardCharsets.UTF_8)
                : HexFormat.of().formatHex(start);
        return body.length > SUMMARY_BYTES ? shown + " ..." : shown;
    }

    private static String goKind(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "bool";
            case ARRAY -> "array";
            default -> "object";
        };
    }
}
