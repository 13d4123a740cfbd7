package dev.troupe.http.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.Exchange;
import dev.troupe.http.auth.AccessRequest;
import dev.troupe.http.auth.Authorizer;
import dev.troupe.http.discovery.ReviewTypes;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** May somebody do something: {@code kubectl auth can-i}. */
final class AccessReviews {
    private final Authorizer authorizer;

    AccessReviews(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    Outcome<ObjectNode> self(Exchange exchange, ObjectNode review) {
        return decide(ReviewTypes.SELF_SUBJECT_ACCESS_REVIEWS, review, exchange.user());
    }

    Outcome<ObjectNode> subject(Exchange exchange, ObjectNode review) {
        JsonNode spec = review.path("spec");
        UserInfo user = user(spec);
        if (user.name().isEmpty() && user.groups().isEmpty()) {
            return Outcome.failure(Status.invalid(
                    ReviewTypes.SUBJECT_ACCESS_REVIEWS.group(),
                    "SubjectAccessReview",
                    "",
                    List.of(FieldError.invalid("spec.user", "", "at least one of user or group must be specified"))));
        }
        return decide(ReviewTypes.SUBJECT_ACCESS_REVIEWS, review, user);
    }

    Outcome<ObjectNode> local(Exchange exchange, ObjectNode review) {
        String namespace = exchange.info().namespace();
        if (!Json.text(review, "spec", "resourceAttributes", "namespace").equals(namespace)) {
            return Outcome.failure(
                    Status.badRequest("spec.resourceAttributes.namespace must match namespace: " + namespace));
        }
        return subject(exchange, review);
    }

    private static UserInfo user(JsonNode spec) {
        List<String> groups = new ArrayList<>();
        spec.path("groups").forEach(group -> groups.add(group.asText()));
        Map<String, List<String>> extra = new HashMap<>();
        spec.path("extra").properties().forEach(entry -> {
            List<String> values = new ArrayList<>();
            entry.getValue().forEach(value -> values.add(value.asText()));
            extra.put(entry.getKey(), values);
        });
        return new UserInfo(Json.text(spec, "user"), Json.text(spec, "uid"), groups, extra);
    }

    private Outcome<ObjectNode> decide(ResourceType type, ObjectNode review, UserInfo user) {
        JsonNode resource = review.path("spec").path("resourceAttributes");
        JsonNode path = review.path("spec").path("nonResourceAttributes");
        if (resource.isObject() == path.isObject()) {
            FieldError error = resource.isObject()
                    ? FieldError.invalid(
                            "spec.nonResourceAttributes",
                            path,
                            "cannot be specified in combination with resourceAttributes")
                    : FieldError.invalid(
                            "spec.resourceAttributes",
                            NullNode.getInstance(),
                            "exactly one of nonResourceAttributes or resourceAttributes must be specified");
            return Outcome.failure(Status.invalid(type.group(), type.kind(), "", List.of(error)));
        }
        AccessRequest wanted = resource.isObject()
                ? new AccessRequest(
                        true,
                        Json.text(resource, "verb"),
                        Json.text(resource, "group"),
                        Json.text(resource, "resource"),
                        Json.text(resource, "subresource"),
                        Json.text(resource, "namespace"),
                        Json.text(resource, "name"),
                        "",
                        fields(resource))
                : AccessRequest.path(Json.text(path, "verb"), Json.text(path, "path"));
        Authorizer.Decision decision = authorizer.authorize(user, wanted);
        Json.objectAt(review, "metadata").putNull("creationTimestamp");
        ObjectNode status = review.putObject("status").put("allowed", decision.allowed());
        if (!decision.reason().isEmpty()) {
            status.put("reason", decision.reason());
        }
        return Outcome.success(review);
    }

    /** The fields that the list in question would be limited to. */
    private static FieldSelector fields(JsonNode resource) {
        String raw = Json.text(resource, "fieldSelector", "rawSelector");
        return FieldSelector.parse(raw) instanceof Outcome.Success<FieldSelector> parsed
                ? parsed.value()
                : FieldSelector.everything();
    }

    /** All that the caller may do: {@code kubectl auth can-i --list}. */
    Outcome<ObjectNode> rules(Exchange exchange, ObjectNode review) {
        String namespace = Json.text(review, "spec", "namespace");
        if (namespace.isEmpty()) {
            return Outcome.failure(Status.badRequest("no namespace on request"));
        }
        Authorizer.Rules rules = authorizer.rules(exchange.user(), namespace);
        Json.objectAt(review, "metadata").putNull("creationTimestamp");
        review.putObject("spec");
        ObjectNode status = review.putObject("status");
        ArrayNode resources = status.putArray("resourceRules");
        for (Authorizer.ResourceRule rule : rules.resources()) {
            ObjectNode json = resources.addObject();
            put(json, "verbs", rule.verbs());
            put(json, "apiGroups", rule.groups());
            put(json, "resources", rule.resources());
            if (!rule.names().isEmpty()) {
                put(json, "resourceNames", rule.names());
            }
        }
        ArrayNode paths = status.putArray("nonResourceRules");
        for (Authorizer.PathRule rule : rules.paths()) {
            ObjectNode json = paths.addObject();
            put(json, "verbs", rule.verbs());
            put(json, "nonResourceURLs", rule.paths());
        }
        status.put("incomplete", rules.incomplete());
        return Outcome.success(review);
    }

    private static void put(ObjectNode json, String field, List<String> values) {
        ArrayNode array = json.putArray(field);
        values.forEach(array::add);
    }
}
