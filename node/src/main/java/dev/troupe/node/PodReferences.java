package dev.troupe.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import java.util.LinkedHashSet;
import java.util.Set;

/** The ConfigMaps and Secrets that a pod's volumes show, whose changes its files follow. */
final class PodReferences {
    private PodReferences() {}

    static Set<ObjectKey> of(JsonNode pod) {
        String namespace = Json.text(pod, "metadata", "namespace");
        Set<ObjectKey> keys = new LinkedHashSet<>();
        for (JsonNode volume : Json.at(pod, "spec", "volumes")) {
            add(keys, namespace, volume, "secretName");
            for (JsonNode source : Json.at(volume, "projected", "sources")) {
                add(keys, namespace, source, "name");
            }
        }
        return keys;
    }

    private static void add(Set<ObjectKey> keys, String namespace, JsonNode source, String secretField) {
        Json.optionalText(source, "configMap", "name")
                .ifPresent(name -> keys.add(BuiltInTypes.CONFIG_MAPS.key(namespace, name)));
        Json.optionalText(source, "secret", secretField)
                .ifPresent(name -> keys.add(BuiltInTypes.SECRETS.key(namespace, name)));
    }
}
