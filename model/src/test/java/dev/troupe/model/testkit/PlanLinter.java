package dev.troupe.model.testkit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Patch;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** What every plan of every reconciler must obey, whatever it is about. */
public final class PlanLinter {
    private PlanLinter() {}

    /** @throws AssertionError naming the first step that breaks a rule */
    public static void check(Plan plan) {
        Set<ObjectKey> created = new HashSet<>();
        Set<String> replaced = new HashSet<>();
        Set<ObjectKey> deleted = new HashSet<>();
        for (PlanStep step : plan.steps()) {
            switch (step) {
                case PlanStep.Create create -> {
                    String name = Json.text(create.object(), "metadata", "name");
                    String prefix = Json.text(create.object(), "metadata", "generateName");
                    demand(name.isEmpty() != prefix.isEmpty(), "a name, or the prefix of one", step);
                    demand(create.type().namespaced() != create.namespace().isEmpty(), "the right scope", step);
                    demand(
                            name.isEmpty() || created.add(create.type().key(create.namespace(), name)),
                            "no name created twice",
                            step);
                }
                case PlanStep.Update update -> {
                    demand(has(update.object(), "uid") && has(update.object(), "resourceVersion"), "its version", step);
                    demand(
                            replaced.add(update.key() + "#" + update.subresource()),
                            "no second update, which would be stale",
                            step);
                    demand(!deleted.contains(update.key()), "no update after the deletion", step);
                }
                case PlanStep.Change change ->
                    demand(
                            switch (change.patch()) {
                                case Patch.JsonPatch json ->
                                    json.operations().toString().contains("/metadata/uid");
                                case Patch.MergePatch merge -> has(merge.patch(), "uid");
                                case Patch.StrategicMergePatch strategic -> has(strategic.patch(), "uid");
                            },
                            "the uid",
                            step);
                case PlanStep.Delete delete -> {
                    demand(delete.options().uidPrecondition().isPresent(), "the uid", step);
                    demand(deleted.add(delete.key()), "no second deletion", step);
                }
                case PlanStep.Require require ->
                    demand(
                            require.uid().isPresent() || require.expectation() == PlanStep.Expectation.GONE,
                            "the uid",
                            step);
                case PlanStep.RequireNone none -> demand(!none.namespace().isEmpty(), "a namespace", step);
                case PlanStep.SignCertificate sign -> {}
                case PlanStep.RecordEvent event -> {
                    demand(event.type().equals("Normal") || event.type().equals("Warning"), "a type", step);
                    demand(event.reason().matches("[A-Z][A-Za-z]+"), "a CamelCase reason", step);
                    demand(!event.message().isBlank(), "a message", step);
                }
            }
        }
        plan.again().ifPresent(delay -> {
            if (delay.compareTo(Duration.ZERO) <= 0) {
                throw new AssertionError("a plan that comes back at once would spin: " + delay);
            }
        });
    }

    private static boolean has(ObjectNode object, String field) {
        return !Json.text(object, "metadata", field).isEmpty();
    }

    private static void demand(boolean held, String what, PlanStep step) {
        if (!held) {
            throw new AssertionError("a plan's step lacks " + what + ": " + step);
        }
    }
}
