package dev.troupe.model.controller;

import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.Optional;

/**
 * The API Events about a step's outcome. They are known only once the step has run, because a generated name or an error
 * is part of their text.
 *
 * @param done the Event once the step succeeded; the object's name follows its text
 * @param failed the Event once the step was refused; the error follows its text
 */
public record Announcement(StoredObject about, Optional<Text> done, Optional<Text> failed) {

    /**
     * @param type {@code Normal} or {@code Warning}
     * @param reason CamelCase, for example {@code SuccessfulCreate}
     * @param prefix what comes before the name or the error
     */
    public record Text(String type, String reason, String prefix) {
        public static Text normal(String reason, String prefix) {
            return new Text("Normal", reason, prefix);
        }

        public static Text warning(String reason, String prefix) {
            return new Text("Warning", reason, prefix);
        }
    }

    public Optional<PlanStep.RecordEvent> onSuccess(String name) {
        return done.map(text -> event(text, name));
    }

    public Optional<PlanStep.RecordEvent> onFailure(Status status) {
        return failed.map(text -> event(text, status.message()));
    }

    private PlanStep.RecordEvent event(Text text, String rest) {
        return new PlanStep.RecordEvent(about, text.type(), text.reason(), text.prefix() + rest);
    }
}
