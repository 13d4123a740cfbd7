package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.testkit.InMemoryResourceApi;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.yaml.snakeyaml.Yaml;

/** The real kinds over a map, spoken to in YAML. The clock stands at {@link #NOW}. */
final class KindFixture {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final ResourceRegistry registry = BuiltInKinds.registry();
    private final InMemoryResourceApi api = new InMemoryResourceApi(registry, InstantSource.fixed(NOW));

    static ObjectNode yaml(String text) {
        return Json.mapper().valueToTree(new Yaml().load(text));
    }

    /** The object as it is now; or the Status' message where it was refused. */
    static Object answer(CompletionStage<Outcome<WriteResult>> stage) {
        return switch (stage.toCompletableFuture().join()) {
            case Outcome.Success<WriteResult> success ->
                success.value().object().tree();
            case Outcome.Failure<WriteResult> failure -> failure.status().message();
        };
    }

    static JsonNode object(Object answer) {
        if (answer instanceof JsonNode node) {
            return node;
        }
        throw new AssertionError("refused: " + answer);
    }

    private ResourceStrategy strategyOf(ObjectNode object) {
        return registry.findKind(Json.text(object, "apiVersion"), Json.text(object, "kind"))
                .orElseThrow();
    }

    private ResourceType typeOf(ObjectNode object) {
        return strategyOf(object).type();
    }

    private ObjectKey keyOf(ObjectNode object) {
        return typeOf(object).key("n", Json.text(object, "metadata", "name"));
    }

    Object create(String manifest) {
        ObjectNode object = yaml(manifest);
        return answer(api.create(InMemoryResourceApi.admin(), typeOf(object), "n", object, WriteOptions.internal()));
    }

    /** Replaces an object; the subresource may be empty. */
    Object update(String manifest, String subresource) {
        ObjectNode object = yaml(manifest);
        ObjectKey key = keyOf(object);
        if (typeOf(object).namespaced()) {
            Json.objectAt(object, "metadata").put("namespace", "n");
        }
        return answer(api.update(InMemoryResourceApi.admin(), key, subresource, object, WriteOptions.internal()));
    }

    Object patch(ResourceType type, String name, String subresource, String patch) {
        return answer(api.patch(
                InMemoryResourceApi.admin(),
                type.key("n", name),
                subresource,
                new Patch.MergePatch(yaml(patch)),
                WriteOptions.internal()));
    }

    Object delete(ResourceType type, String name) {
        return answer(api.delete(InMemoryResourceApi.admin(), type.key("n", name), DeleteOptions.defaults()));
    }

    boolean exists(ResourceType type, String name) {
        return api.find(type, "n", name).isPresent();
    }

    /** The cells of an object that was created 90 s ago. */
    List<Object> cells(JsonNode object) {
        return strategyOf((ObjectNode) object).table().cells(object, NOW.plusSeconds(90));
    }

    /** Column names in order, those of wide output in brackets. */
    List<String> columns(ResourceType type) {
        return registry.get(type.groupResource()).table().columns().stream()
                .map(column -> column.priority() == 0 ? column.name() : "[" + column.name() + "]")
                .toList();
    }

    ResourceStrategy strategy(ResourceType type) {
        return registry.get(type.groupResource());
    }
}
