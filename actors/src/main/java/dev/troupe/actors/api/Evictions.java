package dev.troupe.actors.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.DeleteOptions.Propagation;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.status.Status;
import java.util.Optional;
import java.util.OptionalLong;

/** What an Eviction asks: a deletion of its pod. There are no disruption budgets yet that could forbid it. */
final class Evictions {
    private Evictions() {}

    static Outcome<DeleteOptions> deletion(ObjectKey pod, ObjectNode eviction, WriteOptions options) {
        String name = Json.text(eviction, "metadata", "name");
        if (!name.isEmpty() && !name.equals(pod.name().name())) {
            return Outcome.failure(Status.badRequest("name in URL does not match name in Eviction object"));
        }
        JsonNode delete = eviction.path("deleteOptions");
        JsonNode grace = delete.path("gracePeriodSeconds");
        Optional<Propagation> propagation;
        switch (Json.text(delete, "propagationPolicy")) {
            case "" -> propagation = Optional.empty();
            case "Orphan" -> propagation = Optional.of(Propagation.ORPHAN);
            case "Background" -> propagation = Optional.of(Propagation.BACKGROUND);
            case "Foreground" -> propagation = Optional.of(Propagation.FOREGROUND);
            default -> {
                return Outcome.failure(Status.badRequest("invalid propagationPolicy of the eviction's deleteOptions: "
                        + Json.text(delete, "propagationPolicy")));
            }
        }
        return Outcome.success(new DeleteOptions(
                options.dryRun() || delete.path("dryRun").path(0).asText().equals("All"),
                grace.isIntegralNumber() ? OptionalLong.of(grace.asLong()) : OptionalLong.empty(),
                propagation,
                Json.optionalText(delete, "preconditions", "uid"),
                Json.optionalText(delete, "preconditions", "resourceVersion")));
    }
}
