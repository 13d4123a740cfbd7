package dev.troupe.model.codec;

import org.jspecify.annotations.Nullable;

/** The parser's messages in the words of Go's library, which users of Kubernetes know and search for. */
final class YamlProblems {
    private YamlProblems() {}

    static String inGoWords(@Nullable String context, @Nullable String problem) {
        String said = problem == null ? "" : problem;
        String during = context == null ? "" : context;
        if (said.startsWith("expected <block end>")) {
            return during.contains("mapping") ? "did not find expected key" : "did not find expected '-' indicator";
        }
        if (said.startsWith("expected ',' or '}'")) {
            return "did not find expected ',' or '}'";
        }
        if (said.startsWith("expected ',' or ']'")) {
            return "did not find expected ',' or ']'";
        }
        if (said.startsWith("expected the node content")) {
            return "did not find expected node content";
        }
        if (said.startsWith("expected '<document start>'")) {
            return "did not find expected <document start>";
        }
        if (said.contains("that cannot start any token")) {
            return "found character that cannot start any token";
        }
        if (said.startsWith("expected alphabetic or numeric character")) {
            return "did not find expected alphabetic or numeric character";
        }
        if (said.startsWith("found undefined tag handle")) {
            return "found undefined tag handle";
        }
        if (said.startsWith("found unknown escape character")) {
            return "found unknown escape character";
        }
        return switch (said) {
            case "mapping values are not allowed here" -> "mapping values are not allowed in this context";
            case "mapping keys are not allowed here" -> "mapping keys are not allowed in this context";
            case "sequence entries are not allowed here" -> "block sequence entries are not allowed in this context";
            case "found unexpected document separator" -> "found unexpected document indicator";
            default -> said;
        };
    }
}
