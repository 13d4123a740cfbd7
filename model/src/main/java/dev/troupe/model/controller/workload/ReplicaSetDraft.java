package dev.troupe.model.controller.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.Announcement;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A ReplicaSet of a Deployment while a plan is being made: as it is, and as it shall be. Lives within one reconcile. */
final class ReplicaSetDraft {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
    static final String MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";

    private final Optional<StoredObject> observed;
    private final ObjectNode tree;
    private final List<String> scalings = new ArrayList<>();

    private ReplicaSetDraft(Optional<StoredObject> observed, ObjectNode tree) {
        this.observed = observed;
        this.tree = tree;
    }

    static ReplicaSetDraft of(StoredObject observed) {
        return new ReplicaSetDraft(Optional.of(observed), observed.copy());
    }

    /** One that does not exist yet. */
    static ReplicaSetDraft fresh(ObjectNode tree) {
        return new ReplicaSetDraft(Optional.empty(), tree);
    }

    String name() {
        return Json.text(tree, "metadata", "name");
    }

    boolean exists() {
        return observed.isPresent();
    }

    /** Empty while it does not exist. */
    String uid() {
        return Json.text(tree, "metadata", "uid");
    }

    Optional<StoredObject> observed() {
        return observed;
    }

    boolean isDeleting() {
        return observed.filter(object -> object.meta().isDeleting()).isPresent();
    }

    /** Later than all others while it does not exist. */
    Instant created() {
        return observed.map(object -> object.meta().creationTimestamp()).orElse(Instant.MAX);
    }

    int replicas() {
        return Json.integer(tree, 1, "spec", "replicas");
    }

    boolean isActive() {
        return replicas() > 0;
    }

    JsonNode status() {
        return tree.path("status");
    }

    int status(String count) {
        return Json.integer(tree, 0, "status", count);
    }

    boolean isObserved() {
        return tree.path("metadata").path("generation").asLong(0)
                <= tree.path("status").path("observedGeneration").asLong(0);
    }

    JsonNode template() {
        return tree.path("spec").path("template");
    }

    /** The text of an annotation; empty where absent. */
    String annotation(String key) {
        return Json.text(tree, "metadata", "annotations", key);
    }

    void annotate(String key, String value) {
        Json.objectAt(tree, "metadata", "annotations").put(key, value);
    }

    /** The number in an annotation; empty where absent or not a number. */
    Optional<Integer> number(String annotation) {
        String text = annotation(annotation);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** 0 where there is none. */
    int revision() {
        return number(REVISION).orElse(0);
    }

    void setMinReadySeconds(int seconds) {
        if (Json.integer(tree, 0, "spec", "minReadySeconds") != seconds) {
            Json.objectAt(tree, "spec").put("minReadySeconds", seconds);
        }
    }

    /** Notes on the ReplicaSet how big the whole Deployment shall be, to tell a scaling from a rollout later. */
    void noteSize(DeploymentSpec spec) {
        annotate(DESIRED_REPLICAS, Integer.toString(spec.replicas()));
        annotate(MAX_REPLICAS, Integer.toString(spec.mostReplicas()));
    }

    /** Gives a fresh one its first size. */
    void startWith(int size) {
        Json.objectAt(tree, "spec").put("replicas", size);
    }

    /**
     * Scales it.
     *
     * @return whether its size changed
     */
    boolean scale(int size, DeploymentSpec spec) {
        noteSize(spec);
        int before = replicas();
        if (before == size) {
            return false;
        }
        Json.objectAt(tree, "spec").put("replicas", size);
        scalings.add("Scaled " + (before < size ? "up" : "down") + " replica set " + name() + " from " + before + " to "
                + size);
        return true;
    }

    /** What makes it so, and tells of it. */
    List<PlanStep> steps(StoredObject deployment) {
        List<PlanStep> steps = new ArrayList<>();
        if (observed.isEmpty()) {
            steps.add(new PlanStep.Create(
                    BuiltInTypes.REPLICA_SETS,
                    deployment.meta().namespace(),
                    tree,
                    Optional.of(new Announcement(
                            deployment,
                            Optional.empty(),
                            Optional.of(Announcement.Text.warning(
                                    DeploymentStatus.CREATE_ERROR,
                                    "Failed to create new replica set \"" + name() + "\": "))))));
            if (replicas() > 0) {
                steps.add(scaling(deployment, "Scaled up replica set " + name() + " from 0 to " + replicas()));
            }
        } else {
            Steps.update(observed.get(), tree).ifPresent(steps::add);
        }
        scalings.forEach(text -> steps.add(scaling(deployment, text)));
        return steps;
    }

    private static PlanStep scaling(StoredObject deployment, String text) {
        return Steps.normal(deployment, "ScalingReplicaSet", text);
    }
}
