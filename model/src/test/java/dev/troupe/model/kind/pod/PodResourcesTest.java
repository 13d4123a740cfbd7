package dev.troupe.model.kind.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class PodResourcesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "containers: [100m, 200m] | {cpu=300m}",
                "containers: [100m], initContainers: [500m, 400m] | {cpu=500m}",
                "containers: [600m], initContainers: [500m] | {cpu=600m}",
                "containers: [100m], initContainers: [sidecar 50m, 500m] | {cpu=550m}",
                "containers: [600m], initContainers: [500m, sidecar 50m] | {cpu=650m}",
                "containers: [100m], overhead: 10m | {cpu=110m}",
                "containers: [] | {}",
            })
    void addsUpWhatRunsTogetherAndTakesTheLargestOfWhatRunsAlone(String shape, String total) {
        JsonNode written = Json.mapper().valueToTree(new Yaml().load("{" + shape + "}"));
        var spec = Json.object();
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonNode cpu : written.path(list)) {
                var container = spec.withArray(list).addObject();
                String[] words = cpu.asText().split(" ");
                if (words.length == 2) {
                    container.put("restartPolicy", "Always");
                }
                Json.objectAt(container, "resources", "requests").put("cpu", words[words.length - 1]);
            }
        }
        if (written.has("overhead")) {
            spec.putObject("overhead").set("cpu", written.get("overhead"));
        }
        assertEquals(total, PodResources.requests(spec).toString());
    }
}
