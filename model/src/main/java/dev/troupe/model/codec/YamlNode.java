package dev.troupe.model.codec;

import java.util.List;

/** A YAML document as written, anchors not yet followed. Lines count from 0. */
sealed interface YamlNode {
    int line();

    /**
     * @param tag the long form, such as {@code tag:yaml.org,2002:int}; empty where none was written
     * @param implicit true for a plain scalar, whose type its text decides
     */
    record Scalar(int line, String tag, String value, boolean implicit) implements YamlNode {}

    record Sequence(int line, List<YamlNode> children) implements YamlNode {}

    /** @param children keys and values in turn */
    record Mapping(int line, List<YamlNode> children) implements YamlNode {}

    record Alias(int line, String anchor, YamlNode target) implements YamlNode {}
}
