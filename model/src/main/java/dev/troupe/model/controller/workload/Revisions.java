package dev.troupe.model.controller.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.object.PodTemplates;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.PodTemplateHash;
import dev.troupe.model.resource.StoredObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The revisions of a Deployment: one ReplicaSet each, numbered in its annotations. */
final class Revisions {
    static final String HASH_LABEL = "pod-template-hash";

    /** Bounds the annotation of a ReplicaSet that was rolled back to again and again. */
    static final int MAX_HISTORY_CHARACTERS = 2000;

    private static final Set<String> NOT_COPIED = Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            ReplicaSetDraft.REVISION,
            ReplicaSetDraft.REVISION_HISTORY,
            ReplicaSetDraft.DESIRED_REPLICAS,
            ReplicaSetDraft.MAX_REPLICAS,
            "deprecated.deployment.rollback.to");

    private Revisions() {}

    /** The oldest ReplicaSet with the Deployment's template. */
    static Optional<ReplicaSetDraft> current(StoredObject deployment, List<ReplicaSetDraft> sets) {
        JsonNode template = withoutHash(deployment.tree().path("spec").path("template"));
        return sets.stream()
                .sorted(byAge())
                .filter(set -> withoutHash(set.template()).equals(template))
                .findFirst();
    }

    static Comparator<ReplicaSetDraft> byAge() {
        return Comparator.comparing(ReplicaSetDraft::created).thenComparing(ReplicaSetDraft::name);
    }

    private static JsonNode withoutHash(JsonNode template) {
        ObjectNode copy = template instanceof ObjectNode object ? object.deepCopy() : Json.object();
        if (copy.path("metadata").path("labels") instanceof ObjectNode labels) {
            labels.remove(HASH_LABEL);
        }
        return copy;
    }

    static int latest(Collection<ReplicaSetDraft> sets) {
        return sets.stream().mapToInt(ReplicaSetDraft::revision).max().orElse(0);
    }

    static String nameOfNew(StoredObject deployment) {
        return deployment.meta().name() + "-" + hash(deployment);
    }

    private static String hash(StoredObject deployment) {
        JsonNode tree = deployment.tree();
        return PodTemplateHash.of(
                tree.path("spec").path("template"), Json.integer(tree, 0, "status", "collisionCount"));
    }

    /** A ReplicaSet of the Deployment's template, without replicas for now. */
    static ReplicaSetDraft fresh(StoredObject deployment, DeploymentSpec spec, int revision) {
        String hash = hash(deployment);
        ObjectNode template = deployment.tree().path("spec").path("template").deepCopy();
        Json.objectAt(template, "metadata", "labels").put(HASH_LABEL, hash);
        ObjectNode set = Json.object();
        set.put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
        ObjectNode metadata = set.putObject("metadata");
        metadata.put("name", deployment.meta().name() + "-" + hash);
        ObjectNode labels = metadata.putObject("labels");
        PodTemplates.labels(template).forEach(labels::put);
        metadata.putArray("ownerReferences").add(Steps.controllerReference(deployment));
        ObjectNode setSpec = set.putObject("spec");
        setSpec.put("replicas", 0);
        if (spec.minReadySeconds() > 0) {
            setSpec.put("minReadySeconds", spec.minReadySeconds());
        }
        ObjectNode selector = deployment.tree().path("spec").path("selector").deepCopy();
        Json.objectAt(selector, "matchLabels").put(HASH_LABEL, hash);
        setSpec.set("selector", selector);
        setSpec.set("template", template);
        ReplicaSetDraft draft = ReplicaSetDraft.fresh(set);
        copyAnnotations(deployment, draft);
        draft.annotate(ReplicaSetDraft.REVISION, Integer.toString(revision));
        draft.noteSize(spec);
        return draft;
    }

    /** Brings the annotations of the current ReplicaSet up to date; it becomes the latest revision. */
    static void promote(StoredObject deployment, ReplicaSetDraft current, int revision) {
        copyAnnotations(deployment, current);
        int before = current.revision();
        // Not lower: older ones may have been cleaned up since it got its number.
        if (before >= revision) {
            return;
        }
        current.annotate(ReplicaSetDraft.REVISION, Integer.toString(revision));
        if (before > 0) {
            current.annotate(
                    ReplicaSetDraft.REVISION_HISTORY,
                    appended(current.annotation(ReplicaSetDraft.REVISION_HISTORY), Integer.toString(before)));
        }
    }

    private static void copyAnnotations(StoredObject deployment, ReplicaSetDraft set) {
        deployment.tree().path("metadata").path("annotations").properties().forEach(annotation -> {
            String value = annotation.getValue().asText();
            if (!NOT_COPIED.contains(annotation.getKey())
                    && !set.annotation(annotation.getKey()).equals(value)) {
                set.annotate(annotation.getKey(), value);
            }
        });
    }

    private static String appended(String history, String revision) {
        List<String> revisions = new ArrayList<>(history.isEmpty() ? List.of() : List.of(history.split(",")));
        revisions.add(revision);
        while (String.join(",", revisions).length() > MAX_HISTORY_CHARACTERS) {
            revisions.remove(0);
        }
        return String.join(",", revisions);
    }
}
