package dev.troupe.model.kind.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A place in an object.
 *
 * @param path as errors name it, such as {@code spec.containers[0].name}
 * @param value what stands there; a missing node where nothing does
 */
public record Field(String path, JsonNode value) {

    public Field child(String name) {
        return new Field(path.isEmpty() ? name : path + "." + name, value.path(name));
    }

    /** The entry of a map, named with brackets. */
    public Field key(String key) {
        return new Field(path + "[" + key + "]", value.path(key));
    }

    /** The same value under another path, where Kubernetes' messages differ from the object's shape. */
    public Field as(String otherPath) {
        return new Field(otherPath, value);
    }

    /** The same path in another object, such as the old one. */
    public Field with(JsonNode otherValue) {
        return new Field(path, otherValue);
    }

    /** The elements of a list. */
    public List<Field> items() {
        List<Field> items = new ArrayList<>(value.size());
        for (int i = 0; i < value.size(); i++) {
            items.add(new Field(path + "[" + i + "]", value.path(i)));
        }
        return items;
    }

    public boolean present() {
        return !value.isMissingNode() && !value.isNull();
    }

    /** The text here, "" where there is none. */
    public String text() {
        return present() ? value.asText() : "";
    }

    /** The text of a child, "" where there is none. */
    public String text(String name) {
        return child(name).text();
    }

    public boolean isBlank() {
        return text().isEmpty();
    }

    /** The whole number here, 0 where there is none. */
    public long number() {
        return value.asLong(0);
    }

    public boolean isTrue() {
        return value.asBoolean(false);
    }

    /** The texts of a list. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>(value.size());
        value.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
