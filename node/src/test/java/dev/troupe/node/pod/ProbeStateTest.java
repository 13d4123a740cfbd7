package dev.troupe.node.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.troupe.model.json.Json;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeStateTest {
    @ParameterizedTest
    @CsvSource({
        // results (+ good, - bad), success threshold, failure threshold, outcome (? none yet)
        "'',      1, 3, ?",
        "+,       1, 3, good",
        "-,       1, 3, ?",
        "---,     1, 3, bad",
        "+--,     1, 3, good",
        "+--+--,  1, 3, good",
        "+---,    1, 3, bad",
        "---+,    1, 3, good",
        "---+,    2, 3, bad",
        "---++,   2, 3, good",
        "---+-+,  2, 3, bad"
    })
    void onlyThresholdsCount(String results, int success, int failure, String outcome) {
        Probe probe = Probe.of(Probe.Kind.READINESS, Json.parseObject("""
                {"readinessProbe":{"tcpSocket":{"port":1},"successThreshold":%d,"failureThreshold":%d}}""".formatted(success, failure)))
                .orElseThrow();
        ProbeState state = ProbeState.initial(probe);
        for (char result : results.toCharArray()) {
            state = state.after(result == '+');
        }
        assertEquals(outcome.equals("?") ? Optional.empty() : Optional.of(outcome.equals("good")), state.outcome());
    }
}
