package dev.troupe.http.request;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request's query, decoded as Go's net/url does: a malformed pair is left out, a name may come more than once. */
public record Query(Map<String, List<String>> values) {
    /** Further pairs are left out, as a bound on work for hostile queries. */
    private static final int MAX_PAIRS = 1_000;

    public Query {
        values = Map.copyOf(values);
    }

    public static Query empty() {
        return new Query(Map.of());
    }

    public static Query parse(String raw) {
        if (raw.isEmpty()) {
            return empty();
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        int pairs = 0;
        for (String pair : raw.split("&")) {
            if (pair.isEmpty() || ++pairs > MAX_PAIRS) {
                continue;
            }
            int equals = pair.indexOf('=');
            Optional<String> name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            Optional<String> value = decoded(equals < 0 ? "" : pair.substring(equals + 1));
            if (name.isPresent() && value.isPresent()) {
                values.computeIfAbsent(name.get(), absent -> new ArrayList<>()).add(value.get());
            }
        }
        return new Query(values);
    }

    private static Optional<String> decoded(String text) {
        try {
            return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The first value; empty where the name is absent. */
    public String first(String name) {
        List<String> all = all(name);
        return all.isEmpty() ? "" : all.get(0);
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** As Kubernetes reads booleans: present and neither {@code false} nor {@code 0}. */
    public boolean flag(String name) {
        return has(name)
                && !first(name).equalsIgnoreCase("false")
                && !first(name).equals("0");
    }
}
