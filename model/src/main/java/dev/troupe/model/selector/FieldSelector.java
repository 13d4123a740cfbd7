package dev.troupe.model.selector;

import dev.troupe.model.resource.StoredObject;
import java.util.List;

/** A conjunction of field comparisons, such as {@code spec.nodeName=a,status.phase!=Failed}. */
public record FieldSelector(List<Requirement> requirements) {
    private static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    /** One comparison for equality, or for inequality. */
    public record Requirement(String field, boolean equal, String value) {}

    public FieldSelector {
        requirements = List.copyOf(requirements);
    }

    public static FieldSelector everything() {
        return EVERYTHING;
    }

    public static FieldSelector equal(String field, String value) {
        return new FieldSelector(List.of(new Requirement(field, true, value)));
    }

    public boolean isEverything() {
        return requirements.isEmpty();
    }

    public boolean matches(StoredObject object) {
        for (Requirement requirement : requirements) {
            if (valueOf(object, requirement.field()).equals(requirement.value()) != requirement.equal()) {
                return false;
            }
        }
        return true;
    }

    private static String valueOf(StoredObject object, String field) {
        return switch (field) {
            case "metadata.name" -> object.meta().name();
            case "metadata.namespace" -> object.meta().namespace();
            default -> object.fields().getOrDefault(field, "");
        };
    }
}
