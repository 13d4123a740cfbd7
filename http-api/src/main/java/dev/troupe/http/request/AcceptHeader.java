package dev.troupe.http.request;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The alternatives of an Accept header, best first: by quality, then the more specific. */
public record AcceptHeader(List<Alternative> alternatives) {
    /** Further alternatives are left out, as a bound on work for hostile headers. */
    private static final int MAX_ALTERNATIVES = 50;

    /** One media range with its parameters, in lower case but for parameter values. */
    public record Alternative(String type, String subtype, double quality, Map<String, String> parameters) {
        public Alternative {
            parameters = Map.copyOf(parameters);
        }

        public boolean matches(String mediaType) {
            int slash = mediaType.indexOf('/');
            return (type.equals("*") || type.equals(mediaType.substring(0, slash)))
                    && (subtype.equals("*") || subtype.equals(mediaType.substring(slash + 1)));
        }

        /** A parameter's value; empty where absent. */
        public String parameter(String name) {
            return parameters.getOrDefault(name, "");
        }

        private int wildcards() {
            return (type.equals("*") ? 2 : 0) + (subtype.equals("*") ? 1 : 0);
        }
    }

    public AcceptHeader {
        alternatives = List.copyOf(alternatives);
    }

    /** @param header as sent, several joined by commas; empty accepts anything */
    public static AcceptHeader parse(String header) {
        List<Alternative> alternatives = new ArrayList<>();
        for (String clause : (header.isBlank() ? "*/*" : header).split(",")) {
            String[] parts = clause.strip().split(";");
            String range = parts[0].strip().toLowerCase(Locale.ROOT);
            int slash = range.indexOf('/');
            String type = slash < 0 ? range : range.substring(0, slash);
            String subtype = slash < 0 ? "*" : range.substring(slash + 1);
            if (type.isEmpty() || subtype.isEmpty() || alternatives.size() == MAX_ALTERNATIVES) {
                continue;
            }
            Map<String, String> parameters = new HashMap<>();
            for (int i = 1; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                if (equals > 0) {
                    parameters.put(
                            parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT),
                            parts[i].substring(equals + 1).strip().replace("\"", ""));
                }
            }
            alternatives.add(new Alternative(type, subtype, quality(parameters.remove("q")), parameters));
        }
        alternatives.removeIf(alternative -> alternative.quality() <= 0);
        alternatives.sort(Comparator.comparing((Alternative alternative) -> -alternative.quality())
                .thenComparing(Alternative::wildcards));
        return new AcceptHeader(alternatives);
    }

    private static double quality(@org.jspecify.annotations.Nullable String text) {
        if (text == null) {
            return 1;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
