package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import org.yaml.snakeyaml.Yaml;

/** Objects written as YAML in tests. */
final class Manifests {
    private Manifests() {}

    static ObjectNode yaml(String text) {
        return Json.mapper().valueToTree(new Yaml().load(text));
    }

    /** A pod named {@code p} in {@code rec}, with what the specification in flow style says. */
    static ObjectNode pod(String spec) {
        return yaml("{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: rec}, spec: " + spec + "}");
    }

    /** A Deployment named {@code web} of one container, with more of its specification in flow style. */
    static ObjectNode deployment(String more) {
        return yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: rec}, spec: {"
                + "selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}},"
                + " spec: {containers: [{name: c, image: 'nginx:1.19'}]}}" + (more.isEmpty() ? "" : ", " + more)
                + "}}");
    }
}
