package dev.troupe.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.Optional;

/**
 * A container of a pod's spec.
 *
 * @param init it is one of the init containers
 * @param json its part of the spec; read only
 */
public record ContainerView(String name, String image, boolean init, JsonNode json) {

    /** An init container that goes on running beside the others: a sidecar. */
    public boolean isSidecar() {
        return init && Json.text(json, "restartPolicy").equals("Always");
    }

    public PullPolicy pullPolicy() {
        return switch (Json.text(json, "imagePullPolicy")) {
            case "Always" -> PullPolicy.ALWAYS;
            case "Never" -> PullPolicy.NEVER;
            default -> PullPolicy.IF_NOT_PRESENT;
        };
    }

    /** When an image is pulled. */
    public enum PullPolicy {
        ALWAYS,
        IF_NOT_PRESENT,
        NEVER
    }

    public Optional<Probe> probe(Probe.Kind kind) {
        return Probe.of(kind, json);
    }

    public Optional<Handler> postStart() {
        return Handler.of(Json.at(json, "lifecycle", "postStart"));
    }

    public Optional<Handler> preStop() {
        return Handler.of(Json.at(json, "lifecycle", "preStop"));
    }

    public String terminationMessagePath() {
        return Json.optionalText(json, "terminationMessagePath").orElse("/dev/termination-log");
    }

    public boolean fallsBackToLogs() {
        return Json.text(json, "terminationMessagePolicy").equals("FallbackToLogsOnError");
    }

    /** How events name it, for example {@code spec.containers{web}}. */
    public String fieldPath() {
        return (init ? "spec.initContainers{" : "spec.containers{") + name + "}";
    }

    /** The number of a port given by number or by name; empty if the container has no port of that name. */
    public Optional<Integer> port(String port) {
        if (!port.isEmpty() && port.chars().allMatch(Character::isDigit)) {
            return Optional.of(Integer.parseInt(port));
        }
        for (JsonNode declared : json.path("ports")) {
            if (Json.text(declared, "name").equals(port)) {
                return Optional.of(Json.integer(declared, 0, "containerPort"));
            }
        }
        return Optional.empty();
    }
}
