package dev.troupe.model.controller.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.controller.object.Times;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A Deployment's status while a plan is being made. Lives within one reconcile. */
final class DeploymentStatus {
    static final String CREATE_ERROR = "ReplicaSetCreateError";

    private static final String PROGRESSING = "Progressing";
    private static final String AVAILABLE = "Available";
    private static final String TIMED_OUT = "ProgressDeadlineExceeded";
    private static final String COMPLETE = "NewReplicaSetAvailable";
    private static final String PAUSED = "DeploymentPaused";

    private final StoredObject deployment;
    private final DeploymentSpec spec;
    private final Instant now;
    private final JsonNode before;
    private final ObjectNode status;

    DeploymentStatus(StoredObject deployment, DeploymentSpec spec, Instant now) {
        this.deployment = deployment;
        this.spec = spec;
        this.now = now;
        this.before = deployment.tree().path("status");
        this.status = before instanceof ObjectNode object ? object.deepCopy() : Json.object();
    }

    ObjectNode json() {
        return status;
    }

    private Optional<JsonNode> progressing() {
        return Conditions.find(status, PROGRESSING);
    }

    private boolean progressHasReason(String reason) {
        return progressing()
                .filter(found -> Conditions.hasReason(found, reason))
                .isPresent();
    }

    private static int count(JsonNode status, String field) {
        return Json.integer(status, 0, field);
    }

    /** Notes the beginning and the end of a pause, so that a pause does not count as lack of progress. */
    void notePause() {
        if (!spec.hasDeadline() || progressHasReason(TIMED_OUT)) {
            return;
        }
        boolean noted = progressHasReason(PAUSED);
        if (spec.paused() && !noted) {
            set(condition(PROGRESSING, "Unknown", PAUSED, "Deployment is paused"));
        } else if (!spec.paused() && noted) {
            set(condition(PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed"));
        }
    }

    void noteCreated(String replicaSet) {
        if (spec.hasDeadline()) {
            set(condition(
                    PROGRESSING, "True", "NewReplicaSetCreated", "Created new replica set \"" + replicaSet + "\""));
        }
    }

    void noteFound(String replicaSet) {
        if (spec.hasDeadline() && progressing().isEmpty()) {
            set(condition(PROGRESSING, "True", "FoundNewReplicaSet", "Found new replica set \"" + replicaSet + "\""));
        }
    }

    void noteCreateError(String replicaSet, String error) {
        if (spec.hasDeadline()) {
            set(condition(
                    PROGRESSING,
                    "False",
                    CREATE_ERROR,
                    "Failed to create new replica set \"" + replicaSet + "\": " + error));
        }
    }

    void noteCollision() {
        status.put("collisionCount", count(status, "collisionCount") + 1);
    }

    /** Counts the replicas and judges whether enough are available. */
    void count(List<ReplicaSetDraft> all, Optional<ReplicaSetDraft> current) {
        int wanted = all.stream().mapToInt(ReplicaSetDraft::replicas).sum();
        int available = sum(all, "availableReplicas");
        status.put("observedGeneration", deployment.meta().generation());
        put("replicas", sum(all, "replicas"));
        put("updatedReplicas", current.map(set -> set.status("replicas")).orElse(0));
        put("readyReplicas", sum(all, "readyReplicas"));
        put("availableReplicas", available);
        put("unavailableReplicas", Math.max(0, wanted - available));
        set(
                available >= spec.leastAvailable()
                        ? condition(
                                AVAILABLE, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
                        : condition(
                                AVAILABLE,
                                "False",
                                "MinimumReplicasUnavailable",
                                "Deployment does not have minimum availability."));
    }

    private static int sum(List<ReplicaSetDraft> sets, String count) {
        return sets.stream().mapToInt(set -> set.status(count)).sum();
    }

    private void put(String field, int value) {
        if (value == 0) {
            status.remove(field);
        } else {
            status.put(field, value);
        }
    }

    /** Judges the progress of a rollout, after {@link #count}. */
    void judge(Optional<ReplicaSetDraft> current) {
        if (!spec.hasDeadline()) {
            Conditions.remove(status, PROGRESSING);
            return;
        }
        boolean completeBefore =
                count(status, "replicas") == count(status, "updatedReplicas") && progressHasReason(COMPLETE);
        if (completeBefore) {
            return;
        }
        String subject = current.map(set -> "ReplicaSet \"" + set.name() + "\"")
                .orElse("Deployment \"" + deployment.meta().name() + "\"");
        if (isComplete(status)) {
            set(condition(PROGRESSING, "True", COMPLETE, subject + " has successfully progressed."));
        } else if (isProgressing()) {
            ObjectNode condition = condition(PROGRESSING, "True", "ReplicaSetUpdated", subject + " is progressing.");
            // Each step forward moves the update time, though nothing else may change: the deadline counts from it.
            progressing()
                    .filter(found -> Conditions.hasStatus(found, "True"))
                    .ifPresent(found -> condition.set("lastTransitionTime", found.path("lastTransitionTime")));
            Conditions.replace(status, condition);
        } else if (isTimedOut()) {
            set(condition(PROGRESSING, "False", TIMED_OUT, subject + " has timed out progressing."));
        }
    }

    /** All replicas are of the current ReplicaSet, and available. */
    boolean isComplete(JsonNode judged) {
        return count(judged, "updatedReplicas") == spec.replicas()
                && count(judged, "replicas") == spec.replicas()
                && count(judged, "availableReplicas") == spec.replicas()
                && judged.path("observedGeneration").asLong(0)
                        >= deployment.meta().generation();
    }

    private boolean isProgressing() {
        return count(status, "updatedReplicas") > count(before, "updatedReplicas")
                || outdated(status) < outdated(before)
                || count(status, "readyReplicas") > count(before, "readyReplicas")
                || count(status, "availableReplicas") > count(before, "availableReplicas");
    }

    private static int outdated(JsonNode status) {
        return count(status, "replicas") - count(status, "updatedReplicas");
    }

    private boolean isTimedOut() {
        return progressHasReason(TIMED_OUT)
                || deadline().filter(then -> then.isBefore(now)).isPresent();
    }

    private Optional<Instant> deadline() {
        return progressing()
                .filter(found -> !Conditions.hasReason(found, COMPLETE))
                .flatMap(found -> Times.at(found, "lastUpdateTime"))
                .map(from -> from.plusSeconds(spec.progressDeadlineSeconds()));
    }

    /** When to judge again though nothing changes. A second more, because times in conditions lack their fraction. */
    Optional<Duration> untilDeadline() {
        return spec.hasDeadline() && !spec.paused() && !isComplete(status) && !progressHasReason(TIMED_OUT)
                ? deadline().map(then -> Times.until(then, now).plusSeconds(1))
                : Optional.empty();
    }

    /** Takes over the failure of a ReplicaSet, of the current one first. */
    void promoteFailures(List<ReplicaSetDraft> all, Optional<ReplicaSetDraft> current) {
        Optional<JsonNode> failure = current.flatMap(set -> Conditions.find(set.status(), ReplicaStatus.FAILURE))
                .or(() -> all.stream()
                        .flatMap(set -> Conditions.find(set.status(), ReplicaStatus.FAILURE).stream())
                        .findFirst());
        if (failure.isEmpty()) {
            Conditions.remove(status, ReplicaStatus.FAILURE);
            return;
        }
        ObjectNode condition = condition(
                ReplicaStatus.FAILURE,
                Json.text(failure.get(), "status"),
                Json.text(failure.get(), "reason"),
                Json.text(failure.get(), "message"));
        condition.put("lastUpdateTime", Json.text(failure.get(), "lastTransitionTime"));
        condition.put("lastTransitionTime", Json.text(failure.get(), "lastTransitionTime"));
        set(condition);
    }

    /** Puts a condition unless it says the same already. */
    private void set(ObjectNode condition) {
        Optional<JsonNode> present = Conditions.find(status, Json.text(condition, "type"));
        boolean sameStatus = present.filter(found -> Conditions.hasStatus(found, Json.text(condition, "status")))
                .isPresent();
        if (sameStatus && Conditions.hasReason(present.get(), Json.text(condition, "reason"))) {
            return;
        }
        if (sameStatus) {
            condition.set("lastTransitionTime", present.get().path("lastTransitionTime"));
        }
        Conditions.replace(status, condition);
    }

    private ObjectNode condition(String type, String state, String reason, String message) {
        String time = Times.text(now);
        return Json.object()
                .put("type", type)
                .put("status", state)
                .put("lastUpdateTime", time)
                .put("lastTransitionTime", time)
                .put("reason", reason)
                .put("message", message);
    }
}
