package dev.troupe.model.selector;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A conjunction of requirements on labels. */
public record LabelSelector(List<Requirement> requirements) {
    private static final LabelSelector EVERYTHING = new LabelSelector(List.of());

    /** No object has a label with an empty key. */
    private static final LabelSelector NOTHING =
            new LabelSelector(List.of(new Requirement("", Operator.EXISTS, List.of())));

    /** How a requirement compares. The first four come from {@code a in (b)}, the others from {@code a=b} and its like. */
    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        DOES_NOT_EXIST,
        EQUALS,
        NOT_EQUALS,
        GREATER_THAN,
        LESS_THAN
    }

    /** One requirement; values are empty for EXISTS and DOES_NOT_EXIST, and one for comparisons other than IN, NOT_IN. */
    public record Requirement(String key, Operator operator, List<String> values) {
        public Requirement {
            values = List.copyOf(values);
        }

        boolean matches(Map<String, String> labels) {
            String value = labels.get(key);
            return switch (operator) {
                case IN, EQUALS -> value != null && values.contains(value);
                case NOT_IN, NOT_EQUALS -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case DOES_NOT_EXIST -> value == null;
                case GREATER_THAN -> value != null && compares(value, 1);
                case LESS_THAN -> value != null && compares(value, -1);
            };
        }

        private boolean compares(String value, int sign) {
            try {
                return Integer.signum(Long.compare(Long.parseLong(value), Long.parseLong(values.get(0)))) == sign;
            } catch (NumberFormatException e) {
                return false;
            }
        }

        /** As a client would write it. */
        @Override
        public String toString() {
            return switch (operator) {
                case IN -> key + " in (" + sorted() + ")";
                case NOT_IN -> key + " notin (" + sorted() + ")";
                case EXISTS -> key;
                case DOES_NOT_EXIST -> "!" + key;
                case EQUALS -> key + "=" + sorted();
                case NOT_EQUALS -> key + "!=" + sorted();
                case GREATER_THAN -> key + ">" + sorted();
                case LESS_THAN -> key + "<" + sorted();
            };
        }

        private String sorted() {
            return String.join(",", values.stream().sorted().toList());
        }
    }

    public LabelSelector {
        requirements = List.copyOf(requirements);
    }

    public static LabelSelector everything() {
        return EVERYTHING;
    }

    /** Matches no object: what a selector that is absent means. */
    public static LabelSelector nothing() {
        return NOTHING;
    }

    /** One value a key, as {@code spec.selector} of a Service or ReplicationController has it. */
    public static LabelSelector equalTo(Map<String, String> labels) {
        return new LabelSelector(labels.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(label -> new Requirement(label.getKey(), Operator.EQUALS, List.of(label.getValue())))
                .toList());
    }

    /** As {@link #equalTo(Map)}, of a JSON object of texts. */
    public static LabelSelector equalTo(JsonNode labels) {
        Map<String, String> texts = new HashMap<>();
        labels.properties()
                .forEach(label -> texts.put(label.getKey(), label.getValue().asText()));
        return equalTo(texts);
    }

    /**
     * Parses a selector as in {@code ?labelSelector=app=web,tier in (a,b),!canary}.
     *
     * @return the selector, or 400 with Kubernetes' text
     */
    public static Outcome<LabelSelector> parse(String text) {
        return LabelSelectorParser.parse(text);
    }

    /**
     * Reads a metav1.LabelSelector, as {@code spec.selector} of a ReplicaSet has it. An empty one matches everything, an
     * absent one nothing.
     *
     * @throws IllegalArgumentException if an operator is unknown: validation refuses such an object
     */
    public static LabelSelector of(JsonNode selector) {
        if (selector.isMissingNode() || selector.isNull()) {
            return NOTHING;
        }
        List<Requirement> requirements = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(label -> requirements.add(new Requirement(
                        label.getKey(),
                        Operator.EQUALS,
                        List.of(label.getValue().asText()))));
        for (JsonNode expression : selector.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            requirements.add(
                    new Requirement(Json.text(expression, "key"), operator(Json.text(expression, "operator")), values));
        }
        requirements.sort(Comparator.comparing(Requirement::key));
        return new LabelSelector(requirements);
    }

    private static Operator operator(String name) {
        return switch (name) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
            default -> throw new IllegalArgumentException("\"" + name + "\" is not a valid label selector operator");
        };
    }

    public boolean isEverything() {
        return requirements.isEmpty();
    }

    public boolean matches(Map<String, String> labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    /** Kubernetes' canonical form, which {@link #parse} reads; empty for everything and for nothing. */
    @Override
    public String toString() {
        return String.join(",", requirements.stream().map(Requirement::toString).toList());
    }
}
