package dev.troupe.http.request;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteOptions.FieldValidation;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;

/** Reads the options of create, update and patch from the query. */
public final class WriteQuery {
    private static final int MAX_FIELD_MANAGER_LENGTH = 128;

    private WriteQuery() {}

    /**
     * The checked options, or 422 about them.
     *
     * @param kind CreateOptions, UpdateOptions or PatchOptions, as the 422 names it
     * @param userAgent gives the field manager where the query has none
     */
    public static Outcome<WriteOptions> parse(Query query, String kind, String userAgent) {
        List<FieldError> errors = new ArrayList<>();
        String manager = query.first("fieldManager");
        if (kind.equals("PatchOptions") && query.has("force")) {
            errors.add(FieldError.forbidden("force", "may not be specified for non-apply patch"));
        }
        if (manager.length() > MAX_FIELD_MANAGER_LENGTH) {
            errors.add(
                    FieldError.tooLong("fieldManager", "may not be more than " + MAX_FIELD_MANAGER_LENGTH + " bytes"));
        }
        manager.codePoints()
                .filter(Character::isISOControl)
                .findFirst()
                .ifPresent(control -> errors.add(FieldError.invalid(
                        "fieldManager",
                        manager,
                        "invalid character U+%04X (at position %d)".formatted(control, manager.indexOf(control)))));
        errors.addAll(dryRunErrors(query.all("dryRun")));
        String validation = query.first("fieldValidation");
        if (!List.of("", "Ignore", "Strict", "Warn").contains(validation)) {
            errors.add(FieldError.notSupported("fieldValidation", validation, List.of("", "Ignore", "Strict", "Warn")));
        }
        if (!errors.isEmpty()) {
            return Outcome.failure(Status.invalid("meta.k8s.io", kind, "", errors));
        }
        FieldValidation treatment = switch (validation) {
            case "Ignore" -> FieldValidation.IGNORE;
            case "Strict" -> FieldValidation.STRICT;
            default -> FieldValidation.WARN;
        };
        return Outcome.success(new WriteOptions(
                query.has("dryRun"), treatment, manager.isEmpty() ? managerOf(userAgent) : manager, List.of()));
    }

    /** The faults of dryRun, of which only {@code All} is known. */
    static List<FieldError> dryRunErrors(List<String> dryRun) {
        if (dryRun.stream().allMatch("All"::equals)) {
            return List.of();
        }
        String shown =
                String.join(", ", dryRun.stream().map(one -> "\"" + one + "\"").toList());
        return List.of(new FieldError(
                "FieldValueNotSupported",
                "dryRun",
                "Unsupported value: []string{" + shown + "}: supported values: \"All\""));
    }

    private static String managerOf(String userAgent) {
        int slash = userAgent.indexOf('/');
        String program = slash < 0 ? userAgent : userAgent.substring(0, slash);
        return program.length() > MAX_FIELD_MANAGER_LENGTH ? program.substring(0, MAX_FIELD_MANAGER_LENGTH) : program;
    }
}
