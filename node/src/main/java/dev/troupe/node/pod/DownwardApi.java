package dev.troupe.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.quantity.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a pod may learn about itself, as text.
 *
 * @param podIps empty before the pod has an address
 * @param allocatable the node's, where a container has no limit of its own
 */
public record DownwardApi(PodView pod, List<String> podIps, List<String> hostIps, Map<String, Quantity> allocatable) {
    public DownwardApi {
        podIps = List.copyOf(podIps);
        hostIps = List.copyOf(hostIps);
        allocatable = Map.copyOf(allocatable);
    }

    /** A field's value; empty where the path is none that a pod may ask for. */
    public Optional<String> field(String path) {
        JsonNode json = pod.json();
        return switch (path) {
            case "metadata.name", "metadata.namespace", "metadata.uid" ->
                Optional.of(Json.text(json, "metadata", path.substring("metadata.".length())));
            case "metadata.labels", "metadata.annotations" ->
                Optional.of(lines(Json.at(json, "metadata", path.substring("metadata.".length()))));
            case "spec.nodeName", "spec.serviceAccountName" ->
                Optional.of(Json.text(json, "spec", path.substring("spec.".length())));
            case "status.hostIP" -> Optional.of(hostIps.isEmpty() ? "" : hostIps.get(0));
            case "status.hostIPs" -> Optional.of(String.join(",", hostIps));
            case "status.podIP" -> Optional.of(podIps.isEmpty() ? "" : podIps.get(0));
            case "status.podIPs" -> Optional.of(String.join(",", podIps));
            default -> subscript(json, path);
        };
    }

    /** {@code metadata.labels['key']}: the value, empty text where there is no such key. */
    private static Optional<String> subscript(JsonNode json, String path) {
        for (String map : List.of("labels", "annotations")) {
            String prefix = "metadata." + map + "['";
            if (path.startsWith(prefix) && path.endsWith("']")) {
                String key = path.substring(prefix.length(), path.length() - 2);
                return Optional.of(Json.text(json, "metadata", map, key));
            }
        }
        return Optional.empty();
    }

    private static String lines(JsonNode map) {
        Map<String, String> sorted = new TreeMap<>();
        map.properties()
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue().asText()));
        StringBuilder text = new StringBuilder();
        sorted.forEach((key, value) -> {
            if (!text.isEmpty()) {
                text.append('\n');
            }
            text.append(key).append('=').append(quoted(value));
        });
        return text.toString();
    }

    /** As Go quotes a string. */
    private static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        value.codePoints().forEach(point -> {
            switch (point) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (point < ' ' || point == 0x7f) {
                        text.append("\\x%02x".formatted(point));
                    } else {
                        text.appendCodePoint(point);
                    }
                }
            }
        });
        return text.append('"').toString();
    }

    /**
     * A container's limit or request, in units of the divisor, rounded up.
     *
     * @param reference a {@code resourceFieldRef}; without a containerName it is about the given container
     * @return empty where the container or the resource is unknown
     */
    public Optional<String> resource(JsonNode reference, Optional<ContainerView> self) {
        String name = Json.text(reference, "containerName");
        Optional<ContainerView> container = name.isEmpty() ? self : pod.container(name);
        String[] parts = Json.text(reference, "resource").split("\\.", 2);
        if (container.isEmpty() || parts.length != 2) {
            return Optional.empty();
        }
        JsonNode own = Json.at(container.get().json(), "resources", parts[0], parts[1]);
        Quantity amount;
        if (own.isMissingNode() || own.isNull()) {
            boolean limit = parts[0].equals("limits");
            amount = limit ? allocatable.getOrDefault(parts[1], Quantity.ZERO) : Quantity.ZERO;
        } else {
            amount = Quantity.of(own.asText());
        }
        BigDecimal divisor =
                Quantity.of(Json.optionalText(reference, "divisor").orElse("0")).amount();
        return Optional.of(amount.amount()
                .divide(divisor.signum() == 0 ? BigDecimal.ONE : divisor, 0, RoundingMode.CEILING)
                .toBigInteger()
                .toString());
    }
}
