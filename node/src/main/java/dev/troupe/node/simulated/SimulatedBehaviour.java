package dev.troupe.node.simulated;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a simulated container does once started. Read from annotations of its pod, all optional:
 *
 * <ul>
 *   <li>{@code simulated.troupe.dev/run-for}: seconds until it ends by itself; without it, it runs until stopped
 *   <li>{@code simulated.troupe.dev/exit-code}: of that end; 0 by default
 *   <li>{@code simulated.troupe.dev/fail-start}: a text, with which the start is refused
 * </ul>
 *
 * @param runFor empty for ever
 * @param startFailure empty for a start that succeeds
 */
record SimulatedBehaviour(Optional<Duration> runFor, int exitCode, Optional<String> startFailure) {
    static final String PREFIX = "simulated.troupe.dev/";

    static SimulatedBehaviour of(Map<String, String> annotations) {
        return new SimulatedBehaviour(
                number(annotations, "run-for").map(Duration::ofSeconds),
                number(annotations, "exit-code").map(Long::intValue).orElse(0),
                Optional.ofNullable(annotations.get(PREFIX + "fail-start")));
    }

    private static Optional<Long> number(Map<String, String> annotations, String name) {
        String text = annotations.getOrDefault(PREFIX + name, "");
        boolean valid = text.length() <= 9 && !text.isEmpty() && text.chars().allMatch(Character::isDigit);
        return valid ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
