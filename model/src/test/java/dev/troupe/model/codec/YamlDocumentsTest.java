package dev.troupe.model.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlDocumentsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "yes|true",
                "Yes|true",
                "on|true",
                "y|true",
                "TRUE|true",
                "no|false",
                "off|false",
                "N|false",
                "~|null",
                "null|null",
                "Null|null",
                "NULL|null",
                "nUll|\"nUll\"",
                "yES|\"yES\"",
                "tRue|\"tRue\"",
                "0644|420",
                "0o644|420",
                "0x1F|31",
                "0b101|5",
                "-0b101|-5",
                "1_000|1000",
                "+5|5",
                "-12|-12",
                "08|8",
                "1:30|\"1:30\"",
                "190:20:30|\"190:20:30\"",
                "2001-12-14|\"2001-12-14\"",
                "2001-12-14t21:59:43.10-05:00|\"2001-12-14t21:59:43.10-05:00\"",
                "1e3|1000",
                "1.5|1.5",
                ".5|0.5",
                "3.0|3",
                "6.8523015e+5|685230.15",
                "1e400|\"1e400\"",
                "1e30|1E+30",
                "9223372036854775807|9223372036854775807",
                "18446744073709551615|18446744073709551615",
                "100Mi|\"100Mi\"",
                "0.5Gi|\"0.5Gi\"",
                "100m|\"100m\"",
                "1.2.3|\"1.2.3\"",
                ".|\".\"",
                "-|[null]",
                "'5'|\"5\"",
                "'yes'|\"yes\"",
                "!!str 5|\"5\"",
                "!!int '5'|5",
                "!!float 5|5",
                "!!bool 'yes'|true",
                "!own 5|\"5\"",
                "!!binary aGk=|\"hi\"",
                "<<|\"<<\"",
                "! 5|5",
                "''|\"\"",
                "10.0.0.1|\"10.0.0.1\"",
                "v1|\"v1\"",
                "0x|\"0x\"",
                "1__0|10",
                "12e|\"12e\"",
                "0b2|\"0b2\"",
                "1_|1",
                "=|\"=\"",
                "a b|\"a b\""
            })
    void resolvesScalarsAsGoDoes(String yaml, String json) {
        assertEquals(json, read(yaml).root().toString(), yaml);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{b: 1, a: 2}|{\"a\":2,\"b\":1}",
                "{1: x, true: y, 1.5: z, on: w}|{\"1\":\"x\",\"1.5\":\"z\",\"true\":\"w\"}",
                "{a: &x {p: 1, q: 2}, b: {<<: *x, q: 3}}|{\"a\":{\"p\":1,\"q\":2},\"b\":{\"p\":1,\"q\":3}}",
                "{a: &x {p: 1}, b: {p: 3, <<: *x}}|{\"a\":{\"p\":1},\"b\":{\"p\":1}}",
                "{a: &x {p: 1}, b: &y {p: 2, r: 4}, c: {<<: [*x, *y]}}"
                        + "|{\"a\":{\"p\":1},\"b\":{\"p\":2,\"r\":4},\"c\":{\"p\":1,\"r\":4}}",
                "{a: &x [1, 2], b: *x}|{\"a\":[1,2],\"b\":[1,2]}",
                "[a, [b], {c: }]|[\"a\",[\"b\"],{\"c\":null}]",
                "{a: b} # comment|{\"a\":\"b\"}"
            })
    void composesDocuments(String yaml, String json) {
        assertEquals(json, read(yaml).root().toString(), yaml);
    }

    @Test
    void readsBlockStyles() {
        String yaml = "%YAML 1.1\n---\na: |\n  one\n  two\nb: >-\n  three\n  four\nc:\n- d\n- e: f\n  g: h\n...\n";
        assertEquals(
                "{\"a\":\"one\\ntwo\\n\",\"b\":\"three four\",\"c\":[\"d\",{\"e\":\"f\",\"g\":\"h\"}]}",
                read(yaml).root().toString());
    }

    @Test
    void takesTheFirstDocumentOnly() {
        assertEquals("{\"a\":1}", read("a: 1\n---\nb: [\n").root().toString());
        assertEquals("null", read("").root().toString());
        assertEquals("null", read("# nothing\n").root().toString());
        assertEquals("null", read("---\n---\na: 1\n").root().toString());
    }

    @Test
    void readsByteOrderMarks() {
        assertEquals("{\"a\":1}", read("\uFEFFa: 1").root().toString());
        byte[] utf16 = "\uFEFFa: 1".getBytes(StandardCharsets.UTF_16LE);
        assertEquals("{\"a\":1}", document(YamlDocuments.read(utf16)).root().toString());
    }

    @Test
    void reportsEveryDuplicateAndKeepsTheLast() {
        YamlDocuments.Document document = read("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n1: x\n0x1: z\n");
        assertEquals(
                "yaml: unmarshal errors:\n  line 4: key \"c\" already set in map\n  line 5: key \"a\" already set in map"
                        + "\n  line 7: key 1 already set in map",
                document.duplicates().orElseThrow());
        assertEquals("{\"1\":\"z\",\"a\":3,\"b\":{\"c\":2}}", document.root().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "apiVersion: v1\\nkind: Pod\\nmetadata:\\n  name: x\\n bad: indent\\n"
                        + "|yaml: line 4: did not find expected key",
                "{\"a\":{\"b\":1|yaml: line 1: did not find expected ',' or '}'",
                "a: [1, 2\\nb: 3\\n|yaml: line 1: did not find expected ',' or ']'",
                "a: b: c|yaml: mapping values are not allowed in this context",
                "x: 1\\na: b: c|yaml: line 2: mapping values are not allowed in this context",
                "- a\\nb: c|yaml: line 1: did not find expected '-' indicator",
                "a: *nowhere|yaml: unknown anchor 'nowhere' referenced",
                "a: &x [*x]|yaml: anchor 'x' value contains itself",
                "a: &x {<<: *x}|yaml: anchor 'x' value contains itself",
                "a: {<<: 5}|yaml: map merge requires map or sequence of maps as the value",
                "x: 1\\n\\ta: 1|yaml: line 2: found character that cannot start any token",
                "a: 'x|yaml: found unexpected end of stream",
                "a: .nan|json: unsupported value: NaN",
                "a: !!int x|yaml: cannot decode !!str `x` as a !!int",
                "a: !!bool 5|yaml: cannot decode !!int `5` as a !!bool",
                "a: !!binary '%'|yaml: !!binary value contains invalid base64 data",
                "{[a]: b}|yaml: invalid map key: [\"a\"]"
            })
    void saysWhatIsWrongInKubernetesWords(String yaml, String why) {
        String text = yaml.replace("\\n", "\n").replace("\\t", "\t");
        assertEquals(new YamlDocuments.Fault(why), YamlDocuments.read(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void refusesBytesThatAreNoText() {
        assertEquals(
                new YamlDocuments.Fault("yaml: invalid leading UTF-8 octet"),
                YamlDocuments.read(new byte[] {'a', ':', ' ', (byte) 0xff}));
        assertEquals(
                new YamlDocuments.Fault("yaml: control characters are not allowed"),
                YamlDocuments.read(new byte[] {'a', ':', ' ', 1}));
    }

    @Test
    void refusesAnAliasBomb() {
        StringBuilder bomb = new StringBuilder("a: &a [\"x\",\"x\",\"x\",\"x\",\"x\",\"x\",\"x\",\"x\",\"x\"]\n");
        for (char name = 'b'; name <= 'i'; name++) {
            String before = "*" + (char) (name - 1);
            bomb.append(name).append(": &").append(name).append(" [");
            bomb.append(String.join(",", java.util.Collections.nCopies(9, before)))
                    .append("]\n");
        }
        assertEquals(
                new YamlDocuments.Fault("yaml: document contains excessive aliasing"),
                YamlDocuments.read(bomb.toString().getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void refusesDepthAndMassWithoutWalkingThem() {
        for (String opener : new String[] {"[", "{", "{a: ", "- ", "? "}) {
            byte[] deep = opener.repeat(3 * 1024 * 1024 / opener.length()).getBytes(StandardCharsets.UTF_8);
            assertInstanceOf(YamlDocuments.Fault.class, YamlDocuments.read(deep), opener);
        }
        byte[] wide = ("[" + "a,".repeat(1_500_000) + "]").getBytes(StandardCharsets.UTF_8);
        YamlDocuments.Fault fault = assertInstanceOf(YamlDocuments.Fault.class, YamlDocuments.read(wide));
        assertTrue(fault.why().contains("500000 nodes"), fault.why());
    }

    @Test
    void readsNestingThatNoKindReaches() {
        byte[] deep = ("[".repeat(900) + "]".repeat(900)).getBytes(StandardCharsets.UTF_8);
        assertInstanceOf(YamlDocuments.Document.class, YamlDocuments.read(deep));
    }

    private static YamlDocuments.Document read(String yaml) {
        return document(YamlDocuments.read(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private static YamlDocuments.Document document(YamlDocuments.Result result) {
        return assertInstanceOf(YamlDocuments.Document.class, result, () -> "not a document: " + result);
    }
}
