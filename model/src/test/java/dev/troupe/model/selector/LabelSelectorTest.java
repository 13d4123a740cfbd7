package dev.troupe.model.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=b | a=b",
                "a == b | a=b",
                "a!=b | a!=b",
                "b,a | a,b",
                "!a | !a",
                "a in (c,b,b) | a in (b,c)",
                "a notin (b) | a notin (b)",
                "a in () | a in ()",
                "a in (,b) | a in (,b)",
                "a= | a=",
                "a=,b=c | a=,b=c",
                "x>5,y<3 | x>5,y<3",
                "in in (in,notin) | in in (in,notin)",
                "example.com/a=b | example.com/a=b",
                "'' | ''",
            })
    void readsAndPrintsCanonically(String text, String canonical) {
        LabelSelector selector = LabelSelector.parse(text).orThrow();
        assertEquals(canonical, selector.toString());
        assertEquals(selector, LabelSelector.parse(canonical).orThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a=b=c | found '=', expected: ',' or 'end of string'",
                "=a | found '=', expected: !, identifier, or 'end of string'",
                "a,,b | found ',', expected: identifier after ','",
                "a, | found '', expected: identifier after ','",
                "! | unable to parse requirement: found '', expected: identifier",
                "a b | unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
                "a in | unable to parse requirement: found '' expected: '('",
                "a in b | unable to parse requirement: found 'b' expected: '('",
                "a in ( | unable to parse requirement: found '', expected: ',', ')' or identifier",
                "a in (b | unable to parse requirement: found '', expected: ',' or ')'",
                "a in (b, | unable to parse requirement: found '', expected: ',', or identifier",
                "a in (b c) | unable to parse requirement: found 'c', expected: ',' or ')'",
                "a=( | unable to parse requirement: found '(', expected: identifier",
                "!a=b | found '=', expected: ',' or 'end of string'",
            })
    void refusesInKubernetesWords(String text, String message) {
        assertEquals(message, message(LabelSelector.parse(text)));
    }

    @Test
    void refusesBadKeysAndValues() {
        assertTrue(message(LabelSelector.parse("-a=b"))
                .startsWith("unable to parse requirement: <nil>: Invalid value: \"-a\": name part must consist of"));
        assertTrue(message(LabelSelector.parse("a=-b"))
                .startsWith("unable to parse requirement: values[0][a]: Invalid value: \"-b\": a valid label must be"));
        assertEquals(
                "unable to parse requirement: values[0]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must"
                        + " be an integer",
                message(LabelSelector.parse("a>b")));
    }

    private static String message(Outcome<LabelSelector> outcome) {
        return switch (outcome) {
            case Outcome.Failure<LabelSelector> failure -> failure.status().message();
            case Outcome.Success<LabelSelector> success -> "parsed " + success.value();
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app=web | true",
                "app!=web | false",
                "gone!=x | true",
                "gone notin (x) | true",
                "gone in (x) | false",
                "gone= | false",
                "app in (api,web) | true",
                "app,!gone | true",
                "n>4 | true",
                "n<4 | false",
                "app>4 | false",
            })
    void matches(String text, boolean expected) {
        assertEquals(expected, LabelSelector.parse(text).orThrow().matches(Map.of("app", "web", "n", "5")));
    }

    @Test
    void readsALabelSelectorObject() {
        LabelSelector selector = LabelSelector.of(Json.parseObject("""
                {"matchLabels":{"tier":"front","app":"web"},
                 "matchExpressions":[{"key":"env","operator":"NotIn","values":["dev"]},
                                     {"key":"canary","operator":"DoesNotExist"}]}"""));
        assertEquals("app=web,!canary,env notin (dev),tier=front", selector.toString());
    }

    @Test
    void anEmptySelectorMatchesAllAndAnAbsentOneNothing() {
        assertTrue(LabelSelector.of(Json.object()).matches(Map.of()));
        assertFalse(LabelSelector.of(Json.object().path("absent")).matches(Map.of("a", "b")));
    }
}
