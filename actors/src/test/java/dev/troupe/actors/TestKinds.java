package dev.troupe.actors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.TableDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Two kinds with nothing particular about them: one in namespaces, one without. */
public final class TestKinds {
    public static final ResourceType CONFIG_MAPS = new ResourceType(
            "", "v1", "configmaps", "configmap", "ConfigMap", true, List.of("cm"), List.of(), List.of());
    public static final ResourceType SECRETS =
            new ResourceType("", "v1", "secrets", "secret", "Secret", true, List.of(), List.of(), List.of());
    public static final ResourceType NAMESPACES = new ResourceType(
            "", "v1", "namespaces", "namespace", "Namespace", false, List.of("ns"), List.of(), List.of());

    /** Kept by a short retention. */
    public static final ResourceType BEATS =
            new ResourceType("", "v1", "beats", "beat", "Beat", true, List.of(), List.of(), List.of());

    private TestKinds() {}

    /** A kind without rules; {@code data.color} may be selected. */
    public record Plain(ResourceType type) implements ResourceStrategy {
        @Override
        public TableDefinition table() {
            throw new UnsupportedOperationException("nobody prints it");
        }

        @Override
        public boolean isEphemeral() {
            return type.equals(BEATS);
        }

        @Override
        public Set<String> selectableFields() {
            return Set.of("data.color");
        }

        @Override
        public Map<String, String> fields(JsonNode object) {
            return Map.of("data.color", Json.text(object, "data", "color"));
        }
    }

    public static ResourceRegistry registry() {
        return new ResourceRegistry(
                List.of(new Plain(CONFIG_MAPS), new Plain(SECRETS), new Plain(NAMESPACES), new Plain(BEATS)));
    }

    public static ObjectNode configMap(String name, String color) {
        ObjectNode object = Json.object();
        object.put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata").put("name", name);
        object.putObject("data").put("color", color);
        return object;
    }
}
