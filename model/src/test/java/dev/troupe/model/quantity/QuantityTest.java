package dev.troupe.model.quantity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.api.Outcome;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0Ki, 0",
        "-0, 0",
        "1000m, 1",
        "1500m, 1500m",
        "0.5, 500m",
        ".5, 500m",
        "5., 5",
        "+5, 5",
        "1024Mi, 1Gi",
        "1536Mi, 1536Mi",
        "1.5Gi, 1536Mi",
        "1023, 1023",
        "100000, 100k",
        "1000000, 1M",
        "1000Ki, 1000Ki",
        "1024Ki, 1Mi",
        "0.5Ki, 512",
        "0.1Mi, 104857600m",
        "1e3, 1e3",
        "1E3, 1e3",
        "1000e0, 1e3",
        "12e5, 1200e3",
        "0.0000000001, 1n",
        "1e-20, 1e-9",
        "1e-999999999, 1e-9",
        "-1.5, -1500m",
        "0.1, 100m",
        "3E, 3E",
        "8Ei, 9223372036854775807",
        "1u, 1u",
        "100n, 100n",
    })
    void printsCanonically(String text, String canonical) {
        assertEquals(canonical, Quantity.of(text).toString());
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "100m, 100", "0.0001, 1", "1Ki, 1024000", "-0.5, -500", "9E, 9223372036854775807"})
    void roundsThousandthsUp(String text, long thousandths) {
        assertEquals(thousandths, Quantity.of(text).milliValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lots", "1Gx", "1.1.M", "1+1.0M", "aoeu", "0.1am", " 1"})
    void refusesWhatIsNotANumberWithAUnit(String text) {
        assertEquals(
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                message(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1i", ".5i", "0.1mi", "-3.01e-", "1KK"})
    void refusesUnknownUnits(String text) {
        assertEquals("unable to parse quantity's suffix", message(text));
    }

    @Test
    void refusesAnExponentThatNothingCanHold() {
        assertEquals("unable to parse numeric part of quantity", message("1e999999999"));
    }

    private static String message(String text) {
        return switch (Quantity.parse(text)) {
            case Outcome.Failure<Quantity> failure -> failure.status().message();
            case Outcome.Success<Quantity> success -> "parsed " + success.value();
        };
    }

    @Test
    void addsAndSubtractsInTheFirstOnesUnit() {
        assertEquals("1500m", Quantity.of("1").add(Quantity.of("500m")).toString());
        assertEquals("2Gi", Quantity.of("0").add(Quantity.of("2Gi")).toString());
        assertEquals("1Gi", Quantity.of("1536Mi").subtract(Quantity.of("512Mi")).toString());
        assertTrue(Quantity.of("1k").compareTo(Quantity.of("1Ki")) < 0);
        assertEquals(0, Quantity.of("1024Mi").compareTo(Quantity.of("1Gi")));
    }

    @Test
    void printingAndParsingAgainGivesTheSameAmount() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        String[] units = {"n", "u", "m", "", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi", "e2", "e-5"};
        for (int i = 0; i < 5_000; i++) {
            String text =
                    random.nextInt(-5_000, 5_000) + "." + random.nextInt(1_000) + units[random.nextInt(units.length)];
            Quantity quantity = Quantity.of(text);
            Quantity again = Quantity.of(quantity.toString());
            assertEquals(0, quantity.compareTo(again), () -> text + " with seed " + seed);
            assertEquals(quantity.toString(), again.toString(), () -> text + " with seed " + seed);
        }
    }
}
