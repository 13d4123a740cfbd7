package dev.troupe.http.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.DocumentSource;
import dev.troupe.http.request.AcceptHeader;
import dev.troupe.model.json.Json;
import dev.troupe.model.status.Status;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Discovery: {@code /api}, {@code /apis} and below. The two roots answer either the old lists or, where the client
 * accepts it, everything at once (aggregated discovery), with an ETag.
 */
public final class DiscoveryDocuments implements DocumentSource {
    private static final String JSON = "application/json";
    private static final byte[] NOTHING = {};

    private final Map<String, ObjectNode> legacy = new HashMap<>();
    private final Map<String, Map<String, Aggregated>> aggregated = new HashMap<>();
    private final Supplier<String> serverAddress;

    /** An aggregated document, encoded once. */
    private record Aggregated(String contentType, byte[] bytes, String etag) {}

    /**
     * Prepares all documents.
     *
     * @param serverAddress {@code host:port} at which clients reach the server, told to them in {@code /api}
     */
    public DiscoveryDocuments(ServedApi api, Supplier<String> serverAddress) {
        this.serverAddress = serverAddress;
        ArrayNode groups = Json.array();
        for (ServedApi.Group group : api.groups()) {
            if (!group.name().isEmpty()) {
                groups.add(group(group));
                ObjectNode document = header("APIGroup", "v1");
                document.setAll(group(group));
                legacy.put("/apis/" + group.name(), document);
            }
            for (ServedApi.Version version : group.versions()) {
                legacy.put(path(version), resources(version));
            }
        }
        legacy.put("/api", header("APIVersions", ""));
        legacy.put("/apis", header("APIGroupList", "v1").set("groups", groups));
        aggregate("/api", api, true);
        aggregate("/apis", api, false);
    }

    private static String path(ServedApi.Version version) {
        return (version.group().isEmpty() ? "/api/" : "/apis/") + version.groupVersion();
    }

    private static ObjectNode header(String kind, String apiVersion) {
        ObjectNode document = Json.object().put("kind", kind);
        return apiVersion.isEmpty() ? document : document.put("apiVersion", apiVersion);
    }

    @Override
    public Optional<Document> find(DocumentRequest request) {
        ObjectNode document = legacy.get(request.path());
        if (document == null) {
            return Optional.empty();
        }
        Map<String, Aggregated> alternatives = aggregated.getOrDefault(request.path(), Map.of());
        for (AcceptHeader.Alternative accepted :
                AcceptHeader.parse(request.accept()).alternatives()) {
            if (!accepted.matches(JSON)) {
                continue;
            }
            if (accepted.parameter("as").isEmpty()) {
                return Optional.of(plain(request.path(), document));
            }
            Aggregated found = alternatives.get(accepted.parameter("v"));
            if (found != null
                    && accepted.parameter("as").equals("APIGroupDiscoveryList")
                    && accepted.parameter("g").equals("apidiscovery.k8s.io")) {
                return Optional.of(answer(found, request.ifNoneMatch()));
            }
        }
        byte[] refusal = Json.bytes(Status.notAcceptable(List.of(JSON)).toJson());
        return Optional.of(new Document(406, JSON, refusal, Map.of()));
    }

    private Document plain(String path, ObjectNode document) {
        if (!path.equals("/api")) {
            return new Document(200, JSON, Json.bytes(document), Map.of());
        }
        ObjectNode versions = document.deepCopy();
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", serverAddress.get());
        return new Document(200, JSON, Json.bytes(versions), Map.of());
    }

    private static Document answer(Aggregated document, String ifNoneMatch) {
        Map<String, String> headers = Map.of("ETag", document.etag(), "Vary", "Accept", "Cache-Control", "public");
        return ifNoneMatch.equals(document.etag())
                ? new Document(304, document.contentType(), NOTHING, headers)
                : new Document(200, document.contentType(), document.bytes(), headers);
    }

    private static ObjectNode group(ServedApi.Group group) {
        ObjectNode json = Json.object().put("name", group.name());
        ArrayNode versions = json.putArray("versions");
        group.versions().forEach(version -> versions.add(version(version)));
        json.set("preferredVersion", version(group.versions().get(0)));
        return json;
    }

    private static ObjectNode version(ServedApi.Version version) {
        return Json.object().put("groupVersion", version.groupVersion()).put("version", version.version());
    }

    private static ObjectNode resources(ServedApi.Version version) {
        ObjectNode list = header("APIResourceList", version.group().isEmpty() ? "" : "v1")
                .put("groupVersion", version.groupVersion());
        ArrayNode resources = list.putArray("resources");
        for (ServedResource resource : version.resources()) {
            ObjectNode json = resources
                    .addObject()
                    .put("name", resource.type().plural())
                    .put("singularName", resource.type().singular())
                    .put("namespaced", resource.type().namespaced())
                    .put("kind", resource.type().kind());
            strings(json, "verbs", resource.verbs());
            namings(json, resource);
            if (resource.stored()) {
                json.put("storageVersionHash", storageVersionHash(resource));
            }
            for (ServedResource.Subresource sub : resource.subresources()) {
                ObjectNode entry = resources
                        .addObject()
                        .put("name", resource.type().plural() + "/" + sub.name())
                        .put("singularName", "")
                        .put("namespaced", resource.type().namespaced());
                if (!sub.group().isEmpty()) {
                    entry.put("group", sub.group()).put("version", sub.version());
                }
                strings(entry.put("kind", sub.kind()), "verbs", sub.verbs());
            }
        }
        return list;
    }

    private static void namings(ObjectNode json, ServedResource resource) {
        if (!resource.type().shortNames().isEmpty()) {
            strings(json, "shortNames", resource.type().shortNames());
        }
        if (!resource.type().categories().isEmpty()) {
            strings(json, "categories", resource.type().categories());
        }
    }

    private static void strings(ObjectNode json, String field, List<String> values) {
        ArrayNode array = json.putArray(field);
        values.forEach(array::add);
    }

    private void aggregate(String path, ServedApi api, boolean core) {
        Map<String, Aggregated> alternatives = new HashMap<>();
        for (String version : List.of("v2", "v2beta1")) {
            ObjectNode list = header("APIGroupDiscoveryList", "apidiscovery.k8s.io/" + version);
            list.putObject("metadata");
            ArrayNode items = list.putArray("items");
            api.groups().stream()
                    .filter(group -> group.name().isEmpty() == core)
                    .forEach(group -> items.add(groupDiscovery(group)));
            byte[] bytes = Json.bytes(list);
            alternatives.put(
                    version,
                    new Aggregated(
                            "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList",
                            bytes,
                            "\"" + HexFormat.of().withUpperCase().formatHex(digest("SHA-512", bytes)) + "\""));
        }
        aggregated.put(path, alternatives);
    }

    private static ObjectNode groupDiscovery(ServedApi.Group group) {
        ObjectNode json = Json.object();
        ObjectNode metadata = json.putObject("metadata");
        if (!group.name().isEmpty()) {
            metadata.put("name", group.name());
        }
        metadata.putNull("creationTimestamp");
        ArrayNode versions = json.putArray("versions");
        for (ServedApi.Version version : group.versions()) {
            ObjectNode entry = versions.addObject().put("version", version.version());
            ArrayNode resources = entry.putArray("resources");
            version.resources().forEach(resource -> resources.add(resourceDiscovery(resource)));
            entry.put("freshness", "Current");
        }
        return json;
    }

    /** An empty group and version mean those that the resource is listed under, as Kubernetes writes them. */
    private static ObjectNode resourceDiscovery(ServedResource resource) {
        ObjectNode json = Json.object().put("resource", resource.type().plural());
        kind(json, "", "", resource.type().kind());
        json.put("scope", resource.type().namespaced() ? "Namespaced" : "Cluster");
        json.put("singularResource", resource.type().singular());
        strings(json, "verbs", resource.verbs());
        namings(json, resource);
        if (!resource.subresources().isEmpty()) {
            ArrayNode subresources = json.putArray("subresources");
            for (ServedResource.Subresource sub : resource.subresources()) {
                ObjectNode entry = subresources.addObject().put("subresource", sub.name());
                kind(entry, sub.group(), sub.version(), sub.kind());
                strings(entry, "verbs", sub.verbs());
            }
        }
        return json;
    }

    private static void kind(ObjectNode json, String group, String version, String kind) {
        json.putObject("responseKind")
                .put("group", group)
                .put("version", version)
                .put("kind", kind);
    }

    /** Changes when objects would be stored in another version; the first 8 bytes of a hash of group, version, kind. */
    private static String storageVersionHash(ServedResource resource) {
        String text = resource.type().group() + "/" + resource.type().version() + "/"
                + resource.type().kind();
        byte[] hash = digest("SHA-256", text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(hash, 8));
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }
}
