package dev.troupe.model.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import java.util.List;
import java.util.Optional;

/**
 * A failure as Kubernetes answers it. Built only by the named constructors here.
 *
 * @param code HTTP status code
 * @param reason machine-readable, for example {@code NotFound}; may be empty
 * @param message for people
 * @param details absent where Kubernetes sends none
 */
public record Status(int code, String reason, String message, Optional<Details> details) {

    /**
     * @param kind plural resource, or kind for {@code Invalid}
     * @param retryAfterSeconds 0 where not given
     */
    public record Details(
            String name, String group, String kind, String uid, List<Cause> causes, int retryAfterSeconds) {
        public Details {
            causes = List.copyOf(causes);
        }
    }

    /** One fault among several. */
    public record Cause(String reason, String message, String field) {}

    public static Status notFound(GroupResource resource, String name) {
        return of(404, "NotFound", resource + " " + quoted(name) + " not found", resource, name);
    }

    /** The path names nothing that is served. */
    public static Status unknownResource() {
        return new Status(
                404,
                "NotFound",
                "the server could not find the requested resource",
                Optional.of(new Details("", "", "", "", List.of(), 0)));
    }

    public static Status alreadyExists(GroupResource resource, String name) {
        return of(409, "AlreadyExists", resource + " " + quoted(name) + " already exists", resource, name);
    }

    /** A generated name was taken; the client may try again. */
    public static Status generatedNameTaken(GroupResource resource, String name) {
        return new Status(
                409,
                "AlreadyExists",
                resource + " " + quoted(name) + " already exists, the server was not able to generate a unique name"
                        + " for the object",
                Optional.of(new Details(name, resource.group(), resource.resource(), "", List.of(), 1)));
    }

    public static Status conflict(GroupResource resource, String name, String why) {
        return of(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + resource + " " + quoted(name) + ": " + why,
                resource,
                name);
    }

    public static Status modified(GroupResource resource, String name) {
        return conflict(
                resource,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    /** Field faults, all at once. */
    public static Status invalid(String group, String kind, String name, List<FieldError> errors) {
        List<Cause> causes = errors.stream()
                .map(error -> new Cause(error.reason(), error.message(), error.field()))
                .toList();
        String qualified = group.isEmpty() ? kind : kind + "." + group;
        String joined = errors.size() == 1
                ? errors.get(0).toString()
                : "["
                        + errors.stream()
                                .map(FieldError::toString)
                                .distinct()
                                .reduce((left, right) -> left + ", " + right)
                                .orElse("")
                        + "]";
        return new Status(
                422,
                "Invalid",
                qualified + " " + quoted(name) + " is invalid: " + joined,
                Optional.of(new Details(name, group, kind, "", causes, 0)));
    }

    public static Status forbidden(GroupResource resource, String name, String why) {
        String about = resource.resource().isEmpty()
                ? ""
                : name.isEmpty() ? resource + " is forbidden: " : resource + " " + quoted(name) + " is forbidden: ";
        return of(403, "Forbidden", about + why, resource, name);
    }

    /** Forbidden with one cause, such as {@code NamespaceTerminating}. */
    public static Status forbidden(GroupResource resource, String name, String why, Cause cause) {
        Status plain = forbidden(resource, name, why);
        return new Status(
                403,
                "Forbidden",
                plain.message,
                Optional.of(new Details(name, resource.group(), resource.resource(), "", List.of(cause), 0)));
    }

    public static Status badRequest(String message) {
        return new Status(400, "BadRequest", message, Optional.empty());
    }

    public static Status unauthorized() {
        return new Status(401, "Unauthorized", "Unauthorized", Optional.empty());
    }

    public static Status methodNotAllowed() {
        return new Status(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource",
                Optional.of(new Details("", "", "", "", List.of(), 0)));
    }

    public static Status notAcceptable(List<String> accepted) {
        return new Status(
                406,
                "NotAcceptable",
                "only the following media types are accepted: " + String.join(", ", accepted),
                Optional.empty());
    }

    public static Status unsupportedMediaType(List<String> accepted) {
        return new Status(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", accepted),
                Optional.empty());
    }

    public static Status requestEntityTooLarge(String message) {
        return new Status(413, "RequestEntityTooLarge", message, Optional.empty());
    }

    /** An object that the store does not take; Kubernetes' answers 500. */
    public static Status objectTooLarge(int limit) {
        return requestEntityTooLarge("Request entity too large: limit is " + limit);
    }

    /** A well-formed patch that cannot be applied. */
    public static Status patchRejected() {
        return new Status(
                422,
                "Invalid",
                "the server rejected our request due to an error in our request",
                Optional.of(new Details("", "", "", "", List.of(), 0)));
    }

    public static Status expired(String message) {
        return new Status(410, "Expired", message, Optional.empty());
    }

    public static Status tooManyRequests(String message, int retryAfterSeconds) {
        return new Status(
                429,
                "TooManyRequests",
                message,
                Optional.of(new Details("", "", "", "", List.of(), retryAfterSeconds)));
    }

    public static Status resourceVersionTooLarge(long wanted, long current) {
        String message = "Too large resource version: " + wanted + ", current: " + current;
        return new Status(
                504,
                "Timeout",
                "Timeout: " + message,
                Optional.of(new Details(
                        "",
                        "",
                        "",
                        "",
                        List.of(new Cause("ResourceVersionTooLarge", "Too large resource version", "")),
                        1)));
    }

    public static Status timeout(String message) {
        return new Status(504, "Timeout", "Timeout: " + message, Optional.empty());
    }

    /** The outcome is unknown or the part needed is away; the client may retry. */
    public static Status serviceUnavailable(String message) {
        return new Status(503, "ServiceUnavailable", message, Optional.of(new Details("", "", "", "", List.of(), 1)));
    }

    /** A bug or a lost resource; never for bad input. */
    public static Status internalError(String message) {
        return new Status(
                500,
                "InternalError",
                "Internal error occurred: " + message,
                Optional.of(new Details("", "", "", "", List.of(new Cause("", message, "")), 0)));
    }

    private static Status of(int code, String reason, String message, GroupResource resource, String name) {
        return new Status(
                code,
                reason,
                message,
                Optional.of(new Details(name, resource.group(), resource.resource(), "", List.of(), 0)));
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    /** The JSON object of kind Status. */
    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("kind", "Status").put("apiVersion", "v1");
        json.putObject("metadata");
        json.put("status", "Failure").put("message", message);
        if (!reason.isEmpty()) {
            json.put("reason", reason);
        }
        details.ifPresent(present -> json.set("details", detailsJson(present)));
        json.put("code", code);
        return json;
    }

    private static ObjectNode detailsJson(Details details) {
        ObjectNode json = Json.object();
        putUnlessEmpty(json, "name", details.name());
        putUnlessEmpty(json, "group", details.group());
        putUnlessEmpty(json, "kind", details.kind());
        putUnlessEmpty(json, "uid", details.uid());
        if (!details.causes().isEmpty()) {
            ArrayNode causes = json.putArray("causes");
            for (Cause cause : details.causes()) {
                ObjectNode entry = causes.addObject();
                putUnlessEmpty(entry, "reason", cause.reason());
                putUnlessEmpty(entry, "message", cause.message());
                putUnlessEmpty(entry, "field", cause.field());
            }
        }
        if (details.retryAfterSeconds() > 0) {
            json.put("retryAfterSeconds", details.retryAfterSeconds());
        }
        return json;
    }

    private static void putUnlessEmpty(ObjectNode json, String field, String value) {
        if (!value.isEmpty()) {
            json.put(field, value);
        }
    }
}
