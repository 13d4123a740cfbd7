package dev.troupe.model.controller.object;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A pod as controllers read it. */
public record PodView(StoredObject object) {
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    public String phase() {
        return Json.text(object.tree(), "status", "phase");
    }

    /** Empty while the pod is not scheduled. */
    public String nodeName() {
        return Json.text(object.tree(), "spec", "nodeName");
    }

    /** Succeeded or Failed: its containers will never run again. */
    public boolean isTerminal() {
        String phase = phase();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** Counts as a replica: neither terminal nor being deleted. */
    public boolean isActive() {
        return !isTerminal() && !object.meta().isDeleting();
    }

    public boolean isReady() {
        return readySince().isPresent();
    }

    /** When the pod became ready; empty if it is not. */
    public Optional<Instant> readySince() {
        return Conditions.find(status(), "Ready")
                .filter(ready -> Conditions.hasStatus(ready, "True"))
                .map(ready -> Times.at(ready, "lastTransitionTime").orElse(Instant.EPOCH));
    }

    /** When a ready pod counts as available; empty if it is not ready. */
    public Optional<Instant> availableFrom(int minReadySeconds) {
        return readySince().map(since -> since.plus(Duration.ofSeconds(minReadySeconds)));
    }

    public boolean isAvailable(int minReadySeconds, Instant now) {
        return availableFrom(minReadySeconds).filter(from -> !from.isAfter(now)).isPresent();
    }

    /** What its deletion costs in the user's eyes; 0 where not said or not a 32-bit number. */
    public int deletionCost() {
        String cost = Json.text(object.tree(), "metadata", "annotations", DELETION_COST);
        try {
            return cost.isEmpty() ? 0 : Integer.parseInt(cost);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The most restarts of one of its containers. */
    public int restarts() {
        return mostRestarts("containerStatuses");
    }

    /** The most restarts of one of its sidecars. */
    public int sidecarRestarts() {
        return mostRestarts("initContainerStatuses");
    }

    private int mostRestarts(String field) {
        int most = 0;
        for (JsonNode container : status().path(field)) {
            most = Math.max(most, Json.integer(container, 0, "restartCount"));
        }
        return most;
    }

    public JsonNode status() {
        return object.tree().path("status");
    }
}
