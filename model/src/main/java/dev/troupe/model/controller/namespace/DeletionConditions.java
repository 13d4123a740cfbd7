package dev.troupe.model.controller.namespace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.PlanFailure;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.controller.object.Conditions.Condition;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The conditions by which a namespace says what keeps it from ending. */
final class DeletionConditions {
    private final StoredObject namespace;
    private final Instant now;

    DeletionConditions(StoredObject namespace, Instant now) {
        this.namespace = namespace;
        this.now = now;
    }

    /** A change of status, if the conditions do not say so already. */
    Optional<PlanStep> update(List<StoredObject> remaining, Optional<PlanFailure> failure) {
        ObjectNode changed = namespace.copy();
        ObjectNode status = Json.objectAt(changed, "status");
        for (Condition condition : conditions(remaining, failure)) {
            Optional<JsonNode> present = Conditions.find(status, condition.type());
            ObjectNode json = condition.toJson(now);
            present.filter(found -> Conditions.hasStatus(found, condition.status()))
                    .ifPresent(found -> json.set("lastTransitionTime", found.path("lastTransitionTime")));
            Conditions.put(status, json);
        }
        return Steps.updateStatus(namespace, changed);
    }

    private static List<Condition> conditions(List<StoredObject> remaining, Optional<PlanFailure> failure) {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(Condition.isFalse(
                "NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"));
        conditions.add(Condition.isFalse(
                "NamespaceDeletionGroupVersionParsingFailure",
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed"));
        conditions.add(failure.filter(last -> last.step() instanceof PlanStep.Delete)
                .map(last -> Condition.isTrue(
                        "NamespaceDeletionContentFailure",
                        "ContentDeletionFailed",
                        "Failed to delete all resource types, 1 remaining: "
                                + last.status().message()))
                .orElse(Condition.isFalse(
                        "NamespaceDeletionContentFailure",
                        "ContentDeleted",
                        "All content successfully deleted, may be waiting on finalization")));
        conditions.add(Condition.isTrue(
                "NamespaceContentRemaining",
                "SomeResourcesRemain",
                "Some resources are remaining: "
                        + counted(remaining.stream()
                                .map(object -> object.type().plural() + "."
                                        + object.type().group() + " has %d resource instances")
                                .toList())));
        List<String> finalizers = remaining.stream()
                .flatMap(object -> object.meta().finalizers().stream())
                .map(finalizer -> finalizer + " in %d resource instances")
                .toList();
        conditions.add(
                finalizers.isEmpty()
                        ? Condition.isFalse(
                                "NamespaceFinalizersRemaining",
                                "ContentHasNoFinalizers",
                                "All content-preserving finalizers finished")
                        : Condition.isTrue(
                                "NamespaceFinalizersRemaining",
                                "SomeFinalizersRemain",
                                "Some content in the namespace has finalizers remaining: " + counted(finalizers)));
        return conditions;
    }

    /** Each text once, sorted, with its number in place of {@code %d}. */
    private static String counted(List<String> texts) {
        Map<String, Integer> counts = new TreeMap<>();
        texts.forEach(text -> counts.merge(text, 1, Integer::sum));
        return String.join(
                ", ",
                counts.entrySet().stream()
                        .map(entry -> entry.getKey().replace("%d", Integer.toString(entry.getValue())))
                        .toList());
    }
}
