package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.DownwardApi;
import dev.troupe.node.pod.Expansion;
import dev.troupe.node.volume.ObjectSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A container's environment variables: envFrom, then env, then Services for names that are still free. */
final class ContainerEnvironment {
    private final ContainerView container;
    private final DownwardApi downward;
    private final ObjectSource objects;
    private final Map<String, String> services;
    private final Map<String, String> result = new LinkedHashMap<>();

    private ContainerEnvironment(
            ContainerView container, DownwardApi downward, ObjectSource objects, Map<String, String> services) {
        this.container = container;
        this.downward = downward;
        this.objects = objects;
        this.services = services;
    }

    /**
     * @param services what {@link ServiceVariables} made
     * @throws ContainerConfigException if something named is missing
     */
    static Map<String, String> of(
            ContainerView container, DownwardApi downward, ObjectSource objects, Map<String, String> services)
            throws IOException, ContainerConfigException {
        ContainerEnvironment environment = new ContainerEnvironment(container, downward, objects, services);
        environment.addSources();
        environment.addVariables();
        services.forEach(environment.result::putIfAbsent);
        return environment.result;
    }

    private String namespace() {
        return downward.pod().identity().namespace();
    }

    private void addSources() throws IOException, ContainerConfigException {
        for (JsonNode source : container.json().path("envFrom")) {
            boolean secret = source.has("secretRef");
            JsonNode reference = source.path(secret ? "secretRef" : "configMapRef");
            Optional<Map<String, String>> data = data(
                    secret ? BuiltInTypes.SECRETS : BuiltInTypes.CONFIG_MAPS,
                    Json.text(reference, "name"),
                    Json.bool(reference, "optional"));
            String prefix = Json.text(source, "prefix");
            data.ifPresent(present -> present.forEach((key, value) -> result.put(prefix + key, value)));
        }
    }

    private void addVariables() throws IOException, ContainerConfigException {
        Map<String, String> known = new LinkedHashMap<>(services);
        known.putAll(result);
        for (JsonNode variable : container.json().path("env")) {
            String name = Json.text(variable, "name");
            Optional<String> value = variable.has("valueFrom")
                    ? valueFrom(variable.path("valueFrom"))
                    : Optional.of(Expansion.expand(Json.text(variable, "value"), known));
            value.ifPresent(present -> {
                result.put(name, present);
                known.put(name, present);
            });
        }
    }

    private Optional<String> valueFrom(JsonNode source) throws IOException, ContainerConfigException {
        if (source.has("fieldRef")) {
            return Optional.of(downward.field(Json.text(source, "fieldRef", "fieldPath"))
                    .orElseThrow(() -> new ContainerConfigException(
                            "unsupported fieldPath: " + Json.text(source, "fieldRef", "fieldPath"))));
        }
        if (source.has("resourceFieldRef")) {
            JsonNode reference = source.path("resourceFieldRef");
            return Optional.of(downward.resource(reference, Optional.of(container))
                    .orElseThrow(() -> new ContainerConfigException(
                            "unsupported container resource : " + Json.text(reference, "resource"))));
        }
        boolean secret = source.has("secretKeyRef");
        JsonNode reference = source.path(secret ? "secretKeyRef" : "configMapKeyRef");
        String name = Json.text(reference, "name");
        String key = Json.text(reference, "key");
        boolean optional = Json.bool(reference, "optional");
        Optional<Map<String, String>> data =
                data(secret ? BuiltInTypes.SECRETS : BuiltInTypes.CONFIG_MAPS, name, optional);
        String value = data.map(present -> present.get(key)).orElse(null);
        if (value == null && !optional) {
            throw new ContainerConfigException("couldn't find key " + key + " in " + (secret ? "Secret" : "ConfigMap")
                    + " " + namespace() + "/" + name);
        }
        return Optional.ofNullable(value);
    }

    /** Empty only where the object is missing and optional. */
    private Optional<Map<String, String>> data(ResourceType type, String name, boolean optional)
            throws IOException, ContainerConfigException {
        Optional<JsonNode> object = objects.find(type.key(namespace(), name));
        if (object.isEmpty()) {
            if (optional) {
                return Optional.empty();
            }
            throw new ContainerConfigException(type.singular() + " \"" + name + "\" not found");
        }
        boolean secret = type.equals(BuiltInTypes.SECRETS);
        Map<String, String> data = new LinkedHashMap<>();
        object.get().path("data").properties().forEach(entry -> {
            String text = entry.getValue().asText();
            data.put(
                    entry.getKey(),
                    secret ? new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8) : text);
        });
        return Optional.of(data);
    }
}
