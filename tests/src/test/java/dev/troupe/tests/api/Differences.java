package dev.troupe.tests.api;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The cases that may differ, each with its reason, and what Troupe answers to them: a listed case may not drift unseen
 * either.
 */
final class Differences {
    private final Map<String, String> reasons = new TreeMap<>();
    private final Map<String, String> answers = new TreeMap<>();

    private Differences() {}

    /** Reads {@code differences.txt} (a line a case: id and reason) and {@code answers.txt}. */
    static Differences load() {
        Differences differences = new Differences();
        for (String line : Recordings.text("differences.txt").lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(" ", 2);
            if (differences.reasons.put(parts[0], parts[1]) != null) {
                throw new IllegalStateException("case " + parts[0] + " is listed twice");
            }
        }
        Recordings.blocks(Recordings.text("answers.txt"))
                .forEach((head, body) -> differences.answers.put(head.substring(0, 3), body.strip() + "\n"));
        return differences;
    }

    Optional<String> reason(String id) {
        return Optional.ofNullable(reasons.get(id));
    }

    /** The normalized answer that goes with the reason; absent where it depends on chance. */
    Optional<String> answer(String id) {
        return Optional.ofNullable(answers.get(id));
    }

    /** All listed cases and all with answers. */
    Map<String, String> reasons() {
        return Map.copyOf(reasons);
    }

    Map<String, String> answers() {
        return Map.copyOf(answers);
    }
}
