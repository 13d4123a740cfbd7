package dev.troupe.model.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version of one object: its JSON bytes, encoded once and shared by every list, watch and cache, with the parsed
 * view that selectors and controllers need.
 *
 * <p>The bytes are canonical: {@code {"apiVersion":..,"kind":..,"metadata":{"resourceVersion":"<16 digits>",...},...}}.
 * The version has a fixed width, so it is written into the encoded bytes when the sequencer assigns it, without
 * encoding again. It is microseconds since the epoch, hence 16 digits until the year 2286.
 */
public final class StoredObject {
    /** Digits of a resourceVersion. */
    public static final int VERSION_DIGITS = 16;

    /**
     * What an object may have grown to, in bytes: as much as one request may bring, so that what can be sent can be
     * kept, but no row of patches makes an object that lists, caches and other members cannot hold.
     */
    public static final int MAX_BYTES = 3 * 1024 * 1024;

    private static final String PLACEHOLDER = "0".repeat(VERSION_DIGITS);
    private static final byte[] VERSION_PREFIX =
            "\"metadata\":{\"resourceVersion\":\"".getBytes(StandardCharsets.US_ASCII);

    private final ResourceType type;
    private final byte[] json;
    private final long resourceVersion;
    private final ObjectMeta meta;
    private final Map<String, String> fields;
    private volatile @Nullable SoftReference<ObjectNode> tree;

    private StoredObject(
            ResourceType type, byte[] json, long resourceVersion, ObjectMeta meta, Map<String, String> fields) {
        this.type = type;
        this.json = json;
        this.resourceVersion = resourceVersion;
        this.meta = meta;
        this.fields = Map.copyOf(fields);
    }

    /**
     * Encodes an object canonically with a placeholder for its version. Only these bytes go to the journal.
     *
     * @param object with apiVersion, kind and metadata set; not changed
     */
    public static byte[] encodeUnversioned(ObjectNode object) {
        ObjectNode ordered = Json.object();
        ordered.set("apiVersion", object.get("apiVersion"));
        ordered.set("kind", object.get("kind"));
        ObjectNode metadata = ordered.putObject("metadata");
        metadata.put("resourceVersion", PLACEHOLDER);
        object.path("metadata").properties().forEach(field -> {
            if (!field.getKey().equals("resourceVersion")) {
                metadata.set(field.getKey(), field.getValue());
            }
        });
        object.properties().forEach(field -> {
            if (!ordered.has(field.getKey())) {
                ordered.set(field.getKey(), field.getValue());
            }
        });
        return Json.bytes(ordered);
    }

    /**
     * The served object: the journal's bytes with the version that the sequencer assigned.
     *
     * @param unversioned what {@link #encodeUnversioned} made; copied
     * @param resourceVersion at least 0 and of at most 16 digits
     * @param strategy gives the selectable fields
     */
    public static StoredObject versioned(byte[] unversioned, long resourceVersion, ResourceStrategy strategy) {
        byte[] json = unversioned.clone();
        int offset = versionOffset(json);
        long rest = resourceVersion;
        for (int digit = VERSION_DIGITS - 1; digit >= 0; digit--) {
            json[offset + digit] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        if (rest != 0) {
            throw new IllegalArgumentException("resourceVersion of more than 16 digits: " + resourceVersion);
        }
        ObjectNode tree = Json.parseObject(json);
        return new StoredObject(strategy.type(), json, resourceVersion, ObjectMetas.of(tree), strategy.fields(tree));
    }

    /**
     * An object that is not stored, as a dry run of a create answers it: without a version.
     *
     * @param unversioned what {@link #encodeUnversioned} made; not changed
     */
    public static StoredObject unstored(byte[] unversioned, ResourceStrategy strategy) {
        ObjectNode tree = Json.parseObject(unversioned);
        tree.withObject("metadata").remove("resourceVersion");
        return new StoredObject(strategy.type(), Json.bytes(tree), 0, ObjectMetas.of(tree), strategy.fields(tree));
    }

    private static int versionOffset(byte[] json) {
        for (int at = 0; at + VERSION_PREFIX.length + VERSION_DIGITS < json.length; at++) {
            if (json[at] == '"' && startsWith(json, at)) {
                return at + VERSION_PREFIX.length;
            }
        }
        throw new IllegalArgumentException("not a canonically encoded object");
    }

    private static boolean startsWith(byte[] json, int at) {
        for (int i = 0; i < VERSION_PREFIX.length; i++) {
            if (json[at + i] != VERSION_PREFIX[i]) {
                return false;
            }
        }
        return true;
    }

    public ResourceType type() {
        return type;
    }

    /** The shared bytes. Never to be changed. */
    public byte[] json() {
        return json;
    }

    public long resourceVersion() {
        return resourceVersion;
    }

    public ObjectMeta meta() {
        return meta;
    }

    public NamespacedName name() {
        return meta.namespacedName();
    }

    public ObjectKey key() {
        return new ObjectKey(type.groupResource(), name());
    }

    /** The values of the fields that field selectors may name, metadata.name and metadata.namespace left out. */
    public Map<String, String> fields() {
        return fields;
    }

    /** The parsed object, cached while memory allows. Shared: read it only. */
    public JsonNode tree() {
        SoftReference<ObjectNode> reference = tree;
        ObjectNode cached = reference == null ? null : reference.get();
        if (cached == null) {
            cached = Json.parseObject(json);
            tree = new SoftReference<>(cached);
        }
        return cached;
    }

    /** A parsed copy of one's own, to change. */
    public ObjectNode copy() {
        return Json.parseObject(json);
    }

    @Override
    public String toString() {
        return key() + "@" + resourceVersion;
    }
}
