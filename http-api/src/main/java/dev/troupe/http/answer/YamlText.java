package dev.troupe.http.answer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pekko.util.ByteString;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** YAML as Kubernetes writes it: keys sorted, block style, lists not indented, long lines unbroken. */
public final class YamlText {
    private YamlText() {}

    public static ByteString of(JsonNode node) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(Integer.MAX_VALUE);
        options.setSplitLines(false);
        options.setIndent(2);
        options.setIndicatorIndent(0);
        options.setDereferenceAliases(true);
        Yaml yaml = new Yaml(new Texts(options), options);
        return ByteString.fromString(yaml.dump(plain(node)), StandardCharsets.UTF_8);
    }

    /** Texts in the style of go-yaml: literal if of several lines, in double quotes if else they were no text. */
    private static final class Texts extends Representer {
        private static final Resolver YAML_1_1 = new Resolver();

        Texts(DumperOptions options) {
            super(options);
            representers.put(String.class, this::text);
        }

        private Node text(Object value) {
            String text = (String) value;
            ScalarStyle style = ScalarStyle.PLAIN;
            if (text.indexOf('\n') >= 0) {
                style = ScalarStyle.LITERAL;
            } else if (!YAML_1_1.resolve(NodeId.scalar, text, true).equals(Tag.STR)
                    || ONE_LETTER_BOOLEANS.contains(text)) {
                style = ScalarStyle.DOUBLE_QUOTED;
            }
            return representScalar(Tag.STR, text, style);
        }
    }

    /** Booleans of YAML 1.1 that SnakeYAML does not read as such, but others do. */
    private static final Set<String> ONE_LETTER_BOOLEANS = Set.of("y", "Y", "n", "N");

    private static Object plain(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> map = new TreeMap<>();
            node.properties().forEach(field -> map.put(field.getKey(), plainOrNull(field.getValue())));
            return map;
        }
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            node.forEach(element -> list.add(plainOrNull(element)));
            return list;
        }
        if (node.isIntegralNumber()) {
            return node.bigIntegerValue();
        }
        if (node.isNumber()) {
            return node.decimalValue();
        }
        return node.isBoolean() ? (Object) node.booleanValue() : node.asText();
    }

    @SuppressWarnings("NullAway") // YAML's null is Java's null for the dumper.
    private static Object plainOrNull(JsonNode node) {
        return node.isNull() ? null : plain(node);
    }
}
