package dev.troupe.tests.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.tests.check.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The kinds that the tests write, and where in them a {@link Content} is kept. */
enum Shape {
    CONFIG_MAP("ConfigMap", "configmaps", List.of("data")),
    SECRET("Secret", "secrets", List.of("data")),
    POD("Pod", "pods", List.of("metadata", "annotations"));

    static final String NAMESPACE = "default";

    /** So that an event is about as big as users' are. */
    private static final String FILLER = "0123456789abcdef".repeat(40);

    private final String kind;
    private final String plural;
    private final List<String> place;

    Shape(String kind, String plural, List<String> place) {
        this.kind = kind;
        this.plural = plural;
        this.place = place;
    }

    /** Makes what the objects need beside themselves, if it is not there yet. */
    static void makeRoom(ApiConnection api) {
        make(api, "/api/v1/namespaces", "Namespace");
        make(api, "/api/v1/namespaces/" + NAMESPACE + "/serviceaccounts", "ServiceAccount");
    }

    private static void make(ApiConnection api, String collection, String kind) {
        ObjectNode object = Json.object();
        object.put("apiVersion", "v1").put("kind", kind).putObject("metadata").put("name", NAMESPACE);
        try {
            ApiConnection.Reply reply = api.send(0, "POST", collection, "application/json", Json.bytes(object));
            if (reply.status() != 201 && reply.status() != 409) {
                throw new AssertionError("a " + kind + " could not be made: " + reply);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String kind() {
        return kind;
    }

    GroupResource resource() {
        return new GroupResource("", plural);
    }

    String collection() {
        return "/api/v1/namespaces/" + NAMESPACE + "/" + plural;
    }

    String path(String name) {
        return collection() + "/" + name;
    }

    ObjectNode fresh(String name, Content content) {
        ObjectNode object = Json.object();
        object.put("apiVersion", "v1").put("kind", kind);
        object.putObject("metadata").put("name", name);
        write(object, content);
        at(object).put("filler", encoded(FILLER));
        if (this == POD) {
            // No scheduler and no node touches it: all its changes are the tests'.
            object.putObject("spec")
                    .put("schedulerName", "nobody")
                    .putArray("containers")
                    .addObject()
                    .put("name", "main")
                    .put("image", "example/none");
        }
        return object;
    }

    void write(ObjectNode object, Content content) {
        at(object).put("value", encoded(content.value())).put("patched", encoded(content.patched()));
    }

    private ObjectNode at(ObjectNode object) {
        ObjectNode node = object;
        for (String field : place) {
            node = node.withObject("/" + field);
        }
        return node;
    }

    Content content(JsonNode object) {
        JsonNode node = Json.at(object, place.toArray(String[]::new));
        return new Content(decoded(Json.text(node, "value")), decoded(Json.text(node, "patched")));
    }

    /** A merge patch. */
    ObjectNode patch(String patched) {
        ObjectNode patch = Json.object();
        at(patch).put("patched", encoded(patched));
        return patch;
    }

    private String encoded(String text) {
        return this == SECRET ? Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) : text;
    }

    private String decoded(String text) {
        return this == SECRET ? new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8) : text;
    }

    static long version(JsonNode object) {
        return Long.parseLong(Json.text(object, "metadata", "resourceVersion"));
    }
}
