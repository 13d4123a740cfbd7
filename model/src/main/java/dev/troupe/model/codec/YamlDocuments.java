package dev.troupe.model.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import java.util.Optional;

/** Reads YAML as Kubernetes reads it: as another spelling of JSON. */
public final class YamlDocuments {
    private YamlDocuments() {}

    /** What came of reading. */
    public sealed interface Result {}

    /**
     * A document.
     *
     * @param root a JSON null for an empty stream
     * @param duplicates the strict reader's complaint of keys given twice, one text of several lines; empty if none
     */
    public record Document(JsonNode root, Optional<String> duplicates) implements Result {}

    /** @param why such as {@code yaml: line 4: did not find expected key} */
    public record Fault(String why) implements Result {}

    /** Reads the first document of a stream. Bounded in depth, nodes and expansion of aliases. */
    public static Result read(byte[] yaml) {
        try {
            Optional<YamlNode> root = YamlParser.parse(yaml);
            if (root.isEmpty()) {
                return new Document(NullNode.getInstance(), Optional.empty());
            }
            YamlComposer composer = new YamlComposer();
            JsonNode tree = composer.compose(root.get());
            List<String> duplicates = composer.duplicates();
            return new Document(
                    tree,
                    duplicates.isEmpty()
                            ? Optional.empty()
                            : Optional.of("yaml: unmarshal errors:\n  " + String.join("\n  ", duplicates)));
        } catch (YamlFault e) {
            return new Fault(e.why());
        }
    }
}
