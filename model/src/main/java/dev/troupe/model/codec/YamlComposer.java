package dev.troupe.model.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes JSON of a YAML document: follows aliases and merges, makes every key text, sorts keys as Go prints maps. Budgets
 * keep a small document from growing into a big one.
 */
final class YamlComposer {
    /** Below so many decoded nodes nearly all may come from aliases, above the other bound a tenth: the Go rule. */
    private static final int FREE_ALIASING_UP_TO = 400_000;

    private static final int LITTLE_ALIASING_FROM = 4_000_000;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final List<String> duplicates = new ArrayList<>();
    private final Set<YamlNode> followed = Collections.newSetFromMap(new IdentityHashMap<>());
    private int decoded;
    private int fromAliases;
    private int aliasDepth;
    private int depth;

    /** A mapping's key: as JSON has it, and as Go shows it. */
    private record Key(String name, String shown) {}

    /** One sentence a key that a mapping has twice, in document order; the last value of a key wins. */
    List<String> duplicates() {
        return List.copyOf(duplicates);
    }

    JsonNode compose(YamlNode node) throws YamlFault {
        count();
        return switch (node) {
            case YamlNode.Scalar scalar ->
                scalar.tag().isEmpty() && !scalar.implicit()
                        ? NODES.textNode(scalar.value())
                        : YamlScalars.resolve(scalar.tag(), scalar.value());
            case YamlNode.Sequence sequence -> sequence(sequence);
            case YamlNode.Mapping mapping -> {
                Map<String, JsonNode> fields = new TreeMap<>();
                fill(mapping, fields);
                ObjectNode object = Json.object();
                fields.forEach(object::set);
                yield object;
            }
            case YamlNode.Alias alias -> {
                enter(alias);
                JsonNode value = compose(alias.target());
                leave(alias);
                yield value;
            }
        };
    }

    private void count() throws YamlFault {
        decoded++;
        if (aliasDepth > 0) {
            fromAliases++;
        }
        if (fromAliases > 100 && decoded > 1_000 && (double) fromAliases / decoded > allowedRatio()) {
            throw YamlFault.of("document contains excessive aliasing");
        }
    }

    private double allowedRatio() {
        if (decoded <= FREE_ALIASING_UP_TO) {
            return 0.99;
        }
        if (decoded >= LITTLE_ALIASING_FROM) {
            return 0.10;
        }
        return 0.99 - 0.89 * ((double) (decoded - FREE_ALIASING_UP_TO) / (LITTLE_ALIASING_FROM - FREE_ALIASING_UP_TO));
    }

    private void enter(YamlNode.Alias alias) throws YamlFault {
        if (!followed.add(alias)) {
            throw YamlFault.of("anchor '" + alias.anchor() + "' value contains itself");
        }
        aliasDepth++;
    }

    private void leave(YamlNode.Alias alias) {
        aliasDepth--;
        followed.remove(alias);
    }

    private void deeper() throws YamlFault {
        if (++depth > YamlParser.MAX_DEPTH) {
            throw YamlFault.of("exceeded max depth of " + YamlParser.MAX_DEPTH);
        }
    }

    private ArrayNode sequence(YamlNode.Sequence sequence) throws YamlFault {
        deeper();
        ArrayNode array = Json.array();
        for (YamlNode child : sequence.children()) {
            array.add(compose(child));
        }
        depth--;
        return array;
    }

    private void fill(YamlNode.Mapping mapping, Map<String, JsonNode> fields) throws YamlFault {
        deeper();
        List<YamlNode> children = mapping.children();
        for (int i = 0; i + 1 < children.size(); i += 2) {
            YamlNode value = children.get(i + 1);
            if (isMerge(children.get(i))) {
                merge(value, fields);
                continue;
            }
            Key key = key(children.get(i));
            if (fields.put(key.name(), compose(value)) != null) {
                duplicates.add("line " + (value.line() + 1) + ": key " + key.shown() + " already set in map");
            }
        }
        depth--;
    }

    private static boolean isMerge(YamlNode key) {
        return key instanceof YamlNode.Scalar scalar
                && scalar.value().equals("<<")
                && (scalar.implicit() || scalar.tag().equals(YamlScalars.PREFIX + "merge"));
    }

    private void merge(YamlNode value, Map<String, JsonNode> fields) throws YamlFault {
        switch (value) {
            case YamlNode.Mapping mapping -> {
                count();
                fill(mapping, fields);
            }
            case YamlNode.Alias alias -> mergeAlias(alias, fields);
            case YamlNode.Sequence sequence -> {
                // Backwards, as the earlier of the merged mappings takes precedence.
                for (int i = sequence.children().size() - 1; i >= 0; i--) {
                    YamlNode child = sequence.children().get(i);
                    if (child instanceof YamlNode.Sequence) {
                        throw notAMap();
                    }
                    merge(child, fields);
                }
            }
            case YamlNode.Scalar scalar -> throw notAMap();
        }
    }

    private void mergeAlias(YamlNode.Alias alias, Map<String, JsonNode> fields) throws YamlFault {
        if (!(alias.target() instanceof YamlNode.Mapping mapping)) {
            throw notAMap();
        }
        count();
        enter(alias);
        count();
        fill(mapping, fields);
        leave(alias);
    }

    private static YamlFault notAMap() {
        return YamlFault.of("map merge requires map or sequence of maps as the value");
    }

    private Key key(YamlNode node) throws YamlFault {
        JsonNode key = compose(node);
        if (key.isContainerNode()) {
            throw YamlFault.of("invalid map key: " + key);
        }
        if (key.isNull()) {
            throw new YamlFault("unsupported map key of type: %!s(<nil>), key: <nil>");
        }
        String name = key.asText();
        return new Key(name, key.isTextual() ? key.toString() : name);
    }
}
