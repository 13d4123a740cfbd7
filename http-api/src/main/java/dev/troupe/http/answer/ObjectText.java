package dev.troupe.http.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.answer.TableText.IncludedObject;
import dev.troupe.http.request.OutputFormat;
import dev.troupe.http.request.OutputFormat.Encoding;
import dev.troupe.http.request.OutputFormat.Shape;
import dev.troupe.http.request.Query;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.WatchEvent;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.resource.TableDefinition;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import org.apache.pekko.util.ByteString;

/** Objects of one kind as bytes in the form that one request accepts. */
public final class ObjectText {
    private static final ByteString COMMA_AND_BRACE = ByteString.fromString(",{");
    private static final ByteString BRACE = ByteString.fromString("{");
    private static final ByteString LIST_END = ByteString.fromString("]}");
    private static final ByteString EVENT_END = ByteString.fromString("}\n");

    private final ResourceStrategy strategy;
    private final OutputFormat format;
    private final IncludedObject included;
    private final InstantSource clock;
    private final int typePrefixLength;

    private ObjectText(ResourceStrategy strategy, OutputFormat format, IncludedObject included, InstantSource clock) {
        this.strategy = strategy;
        this.format = format;
        this.included = included;
        this.clock = clock;
        ResourceType type = strategy.type();
        this.typePrefixLength = ("{\"apiVersion\":\"" + type.apiVersion() + "\",\"kind\":\"" + type.kind() + "\",")
                .getBytes(StandardCharsets.UTF_8)
                .length;
    }

    /** The form for a request, or 422 for an unknown {@code includeObject}. */
    public static Outcome<ObjectText> of(
            ResourceStrategy strategy, OutputFormat format, Query query, InstantSource clock) {
        String included = query.first("includeObject");
        return switch (included) {
            case "", "Metadata" -> Outcome.success(new ObjectText(strategy, format, IncludedObject.METADATA, clock));
            case "None" -> Outcome.success(new ObjectText(strategy, format, IncludedObject.NONE, clock));
            case "Object" -> Outcome.success(new ObjectText(strategy, format, IncludedObject.OBJECT, clock));
            default ->
                format.shape() != Shape.TABLE
                        ? Outcome.success(new ObjectText(strategy, format, IncludedObject.METADATA, clock))
                        : Outcome.failure(Status.invalid(
                                "meta.k8s.io",
                                "TableOptions",
                                "",
                                List.of(FieldError.invalid(
                                        "includeObject", included, "must be 'Metadata', 'Object', 'None', or empty"))));
        };
    }

    public OutputFormat format() {
        return format;
    }

    /** One object. */
    public ByteString object(StoredObject object) {
        boolean unversioned = object.resourceVersion() == 0;
        if (format.shape() == Shape.OBJECT && format.encoding() == Encoding.JSON && !format.pretty() && !unversioned) {
            return ByteString.fromArrayUnsafe(object.json());
        }
        JsonNode tree = unversioned ? withoutVersion(object) : object.tree();
        return encode(
                switch (format.shape()) {
                    case OBJECT -> tree;
                    case PARTIAL_METADATA -> TableText.partialMetadata(tree, format);
                    case TABLE -> table(ListMeta.of(object.resourceVersion()), List.of(object), true);
                });
    }

    /** A dry run's object was never stored, so it has no version. */
    private static JsonNode withoutVersion(StoredObject object) {
        ObjectNode copy = object.copy();
        copy.withObject("metadata").remove("resourceVersion");
        return copy;
    }

    private ObjectNode table(ListMeta meta, List<StoredObject> objects, boolean columns) {
        return table(
                strategy.table(), meta, objects.stream().map(StoredObject::tree).toList(), columns);
    }

    private ObjectNode table(TableDefinition definition, ListMeta meta, List<JsonNode> trees, boolean columns) {
        return TableText.of(definition, meta, trees, new TableText.Form(format, included, clock.instant()), columns);
    }

    /**
     * Another view of the object, such as its Scale.
     *
     * @param definition how the view is printed
     */
    public ByteString tree(JsonNode tree, TableDefinition definition) {
        return encode(
                switch (format.shape()) {
                    case OBJECT -> tree;
                    case PARTIAL_METADATA -> TableText.partialMetadata(tree, format);
                    case TABLE ->
                        table(
                                definition,
                                new ListMeta(Json.text(tree, "metadata", "resourceVersion"), "", OptionalLong.empty()),
                                List.of(tree),
                                true);
                });
    }

    private ByteString encode(JsonNode tree) {
        return switch (format.encoding()) {
            case JSON -> JsonText.of(tree, format.pretty());
            case YAML -> YamlText.of(tree);
        };
    }

    /** A list: the shared bytes of its items, joined. */
    public ByteString list(ObjectList list) {
        ListMeta meta = ListMeta.of(list);
        if (format.shape() == Shape.TABLE) {
            return encode(table(meta, list.items(), true));
        }
        if (format.shape() == Shape.OBJECT && format.encoding() == Encoding.JSON && !format.pretty()) {
            return joined(meta, list.items());
        }
        ObjectNode tree = listHead(meta);
        ArrayNode items = tree.putArray("items");
        for (StoredObject item : list.items()) {
            if (format.shape() == Shape.PARTIAL_METADATA) {
                items.add(TableText.partialMetadata(item.tree(), format));
            } else {
                ObjectNode bare = item.copy();
                bare.remove(List.of("apiVersion", "kind"));
                items.add(bare);
            }
        }
        return encode(tree);
    }

    private ObjectNode listHead(ListMeta meta) {
        ObjectNode tree = Json.object();
        if (format.shape() == Shape.PARTIAL_METADATA) {
            tree.put("kind", "PartialObjectMetadataList").put("apiVersion", format.metaApiVersion());
        } else {
            tree.put("kind", strategy.type().kind() + "List")
                    .put("apiVersion", strategy.type().apiVersion());
        }
        tree.set("metadata", meta.toJson());
        return tree;
    }

    /** Items of a list say no apiVersion and kind: their bytes begin after both. */
    private ByteString joined(ListMeta meta, List<StoredObject> items) {
        byte[] head = Json.bytes(listHead(meta));
        var builder = ByteString.createBuilder();
        builder.append(ByteString.fromArrayUnsafe(head, 0, head.length - 1));
        builder.append(ByteString.fromString(",\"items\":["));
        boolean first = true;
        for (StoredObject item : items) {
            builder.append(first ? BRACE : COMMA_AND_BRACE);
            byte[] json = item.json();
            builder.append(ByteString.fromArrayUnsafe(json, typePrefixLength, json.length - typePrefixLength));
            first = false;
        }
        builder.append(LIST_END);
        return builder.result();
    }

    /**
     * One line of a watch.
     *
     * @param first true for the first line of a stream, which carries a table's columns
     */
    public ByteString event(WatchEvent event, boolean first) {
        return switch (event) {
            case WatchEvent.Added added -> line("ADDED", eventObject(added.object(), first));
            case WatchEvent.Modified modified -> line("MODIFIED", eventObject(modified.object(), first));
            case WatchEvent.Deleted deleted -> line("DELETED", eventObject(deleted.object(), first));
            case WatchEvent.Bookmark bookmark -> line("BOOKMARK", bookmarkObject(bookmark, first));
        };
    }

    private ByteString eventObject(StoredObject object, boolean first) {
        return switch (format.shape()) {
            case OBJECT -> ByteString.fromArrayUnsafe(object.json());
            case PARTIAL_METADATA -> JsonText.of(TableText.partialMetadata(object.tree(), format), false);
            case TABLE -> JsonText.of(table(ListMeta.of(object.resourceVersion()), List.of(object), first), false);
        };
    }

    private ByteString bookmarkObject(WatchEvent.Bookmark bookmark, boolean first) {
        if (format.shape() == Shape.TABLE) {
            return JsonText.of(table(ListMeta.of(bookmark.resourceVersion()), List.of(), first), false);
        }
        ObjectNode object = Json.object();
        if (format.shape() == Shape.PARTIAL_METADATA) {
            object.put("kind", "PartialObjectMetadata").put("apiVersion", format.metaApiVersion());
        } else {
            object.put("kind", strategy.type().kind())
                    .put("apiVersion", strategy.type().apiVersion());
        }
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(bookmark.resourceVersion()));
        metadata.putNull("creationTimestamp");
        if (bookmark.endsInitialEvents()) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        return JsonText.of(object, false);
    }

    /** The line that ends a failed watch. */
    public static ByteString error(Status status) {
        return line("ERROR", JsonText.of(status.toJson(), false));
    }

    private static ByteString line(String type, ByteString object) {
        return ByteString.fromString("{\"type\":\"" + type + "\",\"object\":")
                .concat(object)
                .concat(EVENT_END);
    }
}
