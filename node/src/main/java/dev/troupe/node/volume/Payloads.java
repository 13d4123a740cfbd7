package dev.troupe.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.node.pod.DownwardApi;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.volume.AtomicFolder.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files of volumes that come from API objects: configMap, secret, downwardAPI and what is projected of them. */
final class Payloads {
    private static final int DEFAULT_MODE = 0644;

    private final PodView pod;
    private final DownwardApi downward;
    private final ObjectSource objects;

    Payloads(PodView pod, DownwardApi downward, ObjectSource objects) {
        this.pod = pod;
        this.downward = downward;
        this.objects = objects;
    }

    /** @param source the volume's {@code configMap} */
    Map<String, Entry> configMap(JsonNode source, int defaultMode) throws IOException {
        String name = Json.text(source, "name");
        Map<String, byte[]> data = data(BuiltInTypes.CONFIG_MAPS, name, Json.bool(source, "optional"));
        return select(source, data, "configmap references non-existent config key: ", defaultMode);
    }

    /** @param name under {@code secretName} in a volume, under {@code name} when projected */
    Map<String, Entry> secret(JsonNode source, String name, int defaultMode) throws IOException {
        Map<String, byte[]> data = data(BuiltInTypes.SECRETS, name, Json.bool(source, "optional"));
        return select(source, data, "references non-existent secret key: ", defaultMode);
    }

    private Map<String, byte[]> data(ResourceType type, String name, boolean optional) throws IOException {
        Optional<JsonNode> object = objects.find(type.key(pod.identity().namespace(), name));
        if (object.isEmpty()) {
            if (optional) {
                return Map.of();
            }
            throw new VolumeException(type.singular() + " \"" + name + "\" not found");
        }
        Map<String, byte[]> data = new LinkedHashMap<>();
        boolean secret = type.equals(BuiltInTypes.SECRETS);
        object.get()
                .path("data")
                .properties()
                .forEach(entry -> data.put(
                        entry.getKey(),
                        secret
                                ? base64(entry.getValue())
                                : utf8(entry.getValue().asText())));
        object.get()
                .path("binaryData")
                .properties()
                .forEach(entry -> data.put(entry.getKey(), base64(entry.getValue())));
        return data;
    }

    private static byte[] base64(JsonNode value) {
        return Base64.getDecoder().decode(value.asText());
    }

    private static byte[] utf8(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Entry> select(JsonNode source, Map<String, byte[]> data, String missing, int defaultMode)
            throws IOException {
        Map<String, Entry> files = new LinkedHashMap<>();
        JsonNode items = source.path("items");
        if (items.isEmpty()) {
            data.forEach((key, content) -> files.put(key, new Entry(content, defaultMode)));
            return files;
        }
        for (JsonNode item : items) {
            String key = Json.text(item, "key");
            byte[] content = data.get(key);
            if (content != null) {
                put(files, item, content, defaultMode);
            } else if (!Json.bool(source, "optional")) {
                throw new VolumeException(missing + key);
            }
        }
        return files;
    }

    private static void put(Map<String, Entry> files, JsonNode item, byte[] content, int defaultMode)
            throws IOException {
        String path = Json.text(item, "path");
        AtomicFolder.checkPath(path);
        files.put(path, new Entry(content, Json.integer(item, defaultMode, "mode")));
    }

    /** @param source the volume's {@code downwardAPI} */
    Map<String, Entry> downward(JsonNode source, int defaultMode) throws IOException {
        Map<String, Entry> files = new LinkedHashMap<>();
        for (JsonNode item : source.path("items")) {
            Optional<String> value = item.has("fieldRef")
                    ? downward.field(Json.text(item, "fieldRef", "fieldPath"))
                    : downward.resource(item.path("resourceFieldRef"), Optional.empty());
            if (value.isEmpty()) {
                throw new VolumeException("unsupported reference of the downward API: " + item);
            }
            put(files, item, utf8(value.get()), defaultMode);
        }
        return files;
    }

    /** @param source the volume's {@code projected} */
    Map<String, Entry> projected(JsonNode source, int defaultMode) throws IOException {
        Map<String, Entry> files = new LinkedHashMap<>();
        for (JsonNode part : source.path("sources")) {
            if (part.has("configMap")) {
                files.putAll(configMap(part.path("configMap"), defaultMode));
            } else if (part.has("secret")) {
                JsonNode secret = part.path("secret");
                files.putAll(secret(secret, Json.text(secret, "name"), defaultMode));
            } else if (part.has("downwardAPI")) {
                files.putAll(downward(part.path("downwardAPI"), defaultMode));
            } else {
                throw new VolumeException("this node cannot project " + String.join(", ", names(part)));
            }
        }
        return files;
    }

    private static Iterable<String> names(JsonNode object) {
        return object::fieldNames;
    }

    static int defaultMode(JsonNode source) {
        return Json.integer(source, DEFAULT_MODE, "defaultMode");
    }
}
