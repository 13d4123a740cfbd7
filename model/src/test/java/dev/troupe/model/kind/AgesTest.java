package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgesTest {

    @ParameterizedTest
    @CsvSource({
        "PT-5S, <invalid>",
        "PT-1S, 0s",
        "PT0S, 0s",
        "PT119S, 119s",
        "PT120S, 2m",
        "PT190S, 3m10s",
        "PT10M30S, 10m",
        "PT179M, 179m",
        "PT3H, 3h",
        "PT3H5M, 3h5m",
        "PT8H30M, 8h",
        "PT47H, 47h",
        "PT48H, 2d",
        "PT50H, 2d2h",
        "P8D, 8d",
        "P729D, 729d",
        "P730D, 2y",
        "P731D, 2y1d",
        "P2920D, 8y",
    })
    void printsLikeKubectl(Duration duration, String text) {
        assertEquals(text, Ages.human(duration));
    }

    @Test
    void anAbsentTimeIsUnknown() {
        assertEquals("<unknown>", Ages.since("", Instant.EPOCH));
        assertEquals("2m", Ages.since("2026-01-01T00:00:00Z", Instant.parse("2026-01-01T00:02:00Z")));
    }
}
