package dev.troupe.model.selector;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;

/** A conjunction of field comparisons, such as {@code spec.nodeName=a,status.phase!=Failed}. */
public record FieldSelector(List<Requirement> requirements) {
    private static final FieldSelector EVERYTHING = new FieldSelector(List.of());
    private static final List<String> OPERATORS = List.of("!=", "==", "=");

    /** One comparison for equality, or for inequality. */
    public record Requirement(String field, boolean equal, String value) {
        @Override
        public String toString() {
            return field + (equal ? "=" : "!=") + escaped(value);
        }
    }

    public FieldSelector {
        requirements = List.copyOf(requirements);
    }

    public static FieldSelector everything() {
        return EVERYTHING;
    }

    public static FieldSelector equal(String field, String value) {
        return new FieldSelector(List.of(new Requirement(field, true, value)));
    }

    /**
     * Parses a selector as in {@code ?fieldSelector=metadata.name=a,status.phase!=Failed}. In values a backslash
     * escapes itself, the comma and the equals sign.
     *
     * @return the selector, or 400 with Kubernetes' text
     */
    public static Outcome<FieldSelector> parse(String text) {
        List<Requirement> requirements = new ArrayList<>();
        for (String term : terms(text).stream().sorted().toList()) {
            if (term.isEmpty()) {
                continue;
            }
            Outcome<Requirement> requirement = requirement(text, term);
            if (requirement instanceof Outcome.Failure<Requirement> failure) {
                return failure.as();
            }
            requirements.add(requirement.orThrow());
        }
        return Outcome.success(new FieldSelector(requirements));
    }

    private static List<String> terms(String text) {
        List<String> terms = new ArrayList<>();
        int start = 0;
        boolean escaping = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (escaping) {
                escaping = false;
            } else if (c == '\\') {
                escaping = true;
            } else if (c == ',') {
                terms.add(text.substring(start, i));
                start = i + 1;
            }
        }
        terms.add(text.substring(start));
        return terms;
    }

    private static Outcome<Requirement> requirement(String text, String term) {
        for (int i = 0; i < term.length(); i++) {
            for (String operator : OPERATORS) {
                if (term.startsWith(operator, i)) {
                    String field = term.substring(0, i);
                    return unescaped(term.substring(i + operator.length()))
                            .map(value -> new Requirement(field, !operator.equals("!="), value));
                }
            }
        }
        return bad("invalid selector: '" + text + "'; can't understand '" + term + "'");
    }

    private static Outcome<String> unescaped(String value) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                String sequence = value.substring(i, Math.min(i + 2, value.length()));
                if (sequence.length() < 2 || "\\,=".indexOf(sequence.charAt(1)) < 0) {
                    return bad("invalid field selector: invalid escape sequence: " + sequence);
                }
                plain.append(sequence.charAt(1));
                i++;
            } else if (c == ',' || c == '=') {
                // Upstream prints the rune's number, not its glyph.
                return bad("invalid field selector: unescaped character in value: " + (int) c);
            } else {
                plain.append(c);
            }
        }
        return Outcome.success(plain.toString());
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
    }

    private static <T> Outcome<T> bad(String message) {
        return Outcome.failure(Status.badRequest(message));
    }

    /** This selector, or 400 if it names a field by which the kind cannot be selected. */
    public Outcome<FieldSelector> supportedBy(ResourceStrategy strategy) {
        boolean ownFields = !strategy.selectableFields().isEmpty();
        for (Requirement requirement : requirements) {
            String field = requirement.field();
            boolean known = field.equals("metadata.name")
                    || (field.equals("metadata.namespace") && (strategy.type().namespaced() || !ownFields))
                    || strategy.selectableFields().contains(field);
            if (!known) {
                return bad(
                        ownFields
                                ? "field label not supported: " + field
                                : "\"" + field + "\" is not a known field selector: only \"metadata.name\","
                                        + " \"metadata.namespace\"");
            }
        }
        return Outcome.success(this);
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

    /** The text form, which {@link #parse} reads. */
    @Override
    public String toString() {
        return String.join(",", requirements.stream().map(Requirement::toString).toList());
    }
}
