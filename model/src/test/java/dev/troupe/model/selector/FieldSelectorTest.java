package dev.troupe.model.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.troupe.model.api.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldSelectorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metadata.name=a | metadata.name=a",
                "metadata.name==a | metadata.name=a",
                "status.phase!=Failed,metadata.name=a | metadata.name=a,status.phase!=Failed",
                "a= | a=",
                ",a=b, | a=b",
                "a=b\\,c\\=d\\\\ | a=b\\,c\\=d\\\\",
                "'' | ''",
            })
    void readsAndPrints(String text, String canonical) {
        FieldSelector selector = FieldSelector.parse(text).orThrow();
        assertEquals(canonical, selector.toString());
        assertEquals(selector, FieldSelector.parse(canonical).orThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a=b,foo | invalid selector: 'a=b,foo'; can't understand 'foo'",
                "a=b=c | invalid field selector: unescaped character in value: 61",
                "a=b\\c | invalid field selector: invalid escape sequence: \\c",
                "a=b\\ | invalid field selector: invalid escape sequence: \\",
            })
    void refusesInKubernetesWords(String text, String message) {
        assertEquals(
                message,
                switch (FieldSelector.parse(text)) {
                    case Outcome.Failure<FieldSelector> failure ->
                        failure.status().message();
                    case Outcome.Success<FieldSelector> success -> "parsed " + success.value();
                });
    }
}
