package dev.troupe.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A probe of a container with Kubernetes' defaults.
 *
 * @param terminationGracePeriodSeconds the probe's own grace for a container that it ends
 */
public record Probe(
        Kind kind,
        Handler handler,
        Duration initialDelay,
        Duration timeout,
        Duration period,
        int successThreshold,
        int failureThreshold,
        OptionalLong terminationGracePeriodSeconds) {

    /** Which question it answers. */
    public enum Kind {
        STARTUP("startupProbe", "Startup"),
        LIVENESS("livenessProbe", "Liveness"),
        READINESS("readinessProbe", "Readiness");

        private final String field;
        private final String title;

        Kind(String field, String title) {
            this.field = field;
            this.title = title;
        }

        /** The field of a container's spec. */
        public String field() {
            return field;
        }

        /** The word that events begin with. */
        public String title() {
            return title;
        }
    }

    static Optional<Probe> of(Kind kind, JsonNode container) {
        JsonNode json = container.path(kind.field());
        return Handler.of(json)
                .map(handler -> new Probe(
                        kind,
                        handler,
                        Duration.ofSeconds(Json.integer(json, 0, "initialDelaySeconds")),
                        Duration.ofSeconds(Math.max(1, Json.integer(json, 1, "timeoutSeconds"))),
                        Duration.ofSeconds(Math.max(1, Json.integer(json, 10, "periodSeconds"))),
                        Math.max(1, Json.integer(json, 1, "successThreshold")),
                        Math.max(1, Json.integer(json, 3, "failureThreshold")),
                        json.has("terminationGracePeriodSeconds")
                                ? OptionalLong.of(json.path("terminationGracePeriodSeconds")
                                        .asLong())
                                : OptionalLong.empty()));
    }
}
