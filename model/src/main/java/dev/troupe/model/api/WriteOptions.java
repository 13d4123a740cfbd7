package dev.troupe.model.api;

import java.util.List;

/**
 * What comes with a create, update or patch.
 *
 * @param fieldManager empty where none was given
 * @param decodingWarnings faults that the decoder saw, such as duplicate fields; treated as fieldValidation says
 */
public record WriteOptions(
        boolean dryRun, FieldValidation fieldValidation, String fieldManager, List<String> decodingWarnings) {

    /** What happens to unknown and duplicate fields. */
    public enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    public WriteOptions {
        decodingWarnings = List.copyOf(decodingWarnings);
    }

    /** For controllers: not dry, and unknown fields are a bug. */
    public static WriteOptions internal() {
        return new WriteOptions(false, FieldValidation.STRICT, "", List.of());
    }
}
