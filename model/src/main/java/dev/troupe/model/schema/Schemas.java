package dev.troupe.model.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;

/** The schemas of all built-in types, as the build generated them. */
public final class Schemas {
    private static final String RESOURCE = "/dev/troupe/schema/schemas.json.gz";

    private final JsonNode definitions;
    private final Map<String, Schema> types = new ConcurrentHashMap<>();

    private Schemas(JsonNode definitions) {
        this.definitions = definitions;
    }

    private static final class Holder {
        private static final Schemas BUILT_IN = load();
    }

    /** Read on first use, about 50 ms. */
    public static Schemas builtIn() {
        return Holder.BUILT_IN;
    }

    private static Schemas load() {
        try (InputStream stream = Schemas.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException("the build left out " + RESOURCE);
            }
            return new Schemas(Json.mapper().readTree(new GZIPInputStream(stream)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The raw definitions by name, with descriptions: for API documents. Read only. */
    public JsonNode definitions() {
        return definitions;
    }

    /** The schema of a served kind; empty for kinds that Troupe adds itself. */
    public Optional<Schema> find(ResourceType type) {
        return find(definitionName(type.group(), type.version(), type.kind()));
    }

    public Optional<Schema> find(String definitionName) {
        JsonNode definition = definitions.get(definitionName);
        return definition == null
                ? Optional.empty()
                : Optional.of(
                        types.computeIfAbsent(definitionName, name -> new Schema(name, definition, definition, this)));
    }

    /** {@code io.k8s.api.apps.v1.Deployment}. */
    public String definitionName(String group, String version, String kind) {
        String folder = group.isEmpty() ? "core" : group.replaceFirst("\\..*", "");
        String exact = "io.k8s.api." + folder + "." + version + "." + kind;
        // IPAddress is beta in 1.32; its schema comes from the stable type with the same fields.
        return definitions.has(exact) ? exact : "io.k8s.api." + folder + ".v1." + kind;
    }

    /** Whether a kind is known in exactly this version. */
    public boolean has(String group, String version, String kind) {
        String folder = group.isEmpty() ? "core" : group.replaceFirst("\\..*", "");
        return definitions.has("io.k8s.api." + folder + "." + version + "." + kind);
    }

    Schema resolve(String owner, JsonNode place) {
        String reference = Json.text(place, "$ref");
        if (reference.isEmpty()) {
            return new Schema(owner, place, place, this);
        }
        JsonNode definition = definitions.get(reference);
        return definition == null
                ? new Schema(reference, place, Json.object(), this)
                : new Schema(reference, place, definition, this);
    }
}
