package dev.troupe.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.http.DocumentSource;
import dev.troupe.http.discovery.ServedApi;
import dev.troupe.http.request.AcceptHeader;
import dev.troupe.model.json.Json;
import dev.troupe.model.status.Status;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * OpenAPI: {@code /openapi/v3} lists one document a group version, {@code /openapi/v2} is everything in one. Each is
 * generated when first asked for and kept.
 */
public final class OpenApiDocuments implements DocumentSource {
    private static final String JSON = "application/json";
    private static final String PROTOBUF_2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /** How kubectl spells {@link #PROTOBUF_2}; no valid media type, so not answered. */
    private static final String PROTOBUF_2_AS_ASKED = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private static final String INDEX = "/openapi/v3";
    private static final byte[] NOTHING = {};

    private final OpenApiGenerator generator;
    private final InstantSource clock;
    private final Map<String, ServedApi.Version> versions = new LinkedHashMap<>();
    private final Map<String, Encoded> version3 = new HashMap<>();
    private @Nullable Encoded index;
    private @Nullable Encoded version2;
    private byte @Nullable [] version2Protobuf;

    /** A document, encoded once, and the hash that is its ETag. */
    private record Encoded(byte[] bytes, String hash) {
        static Encoded of(ObjectNode document) {
            byte[] bytes = Json.bytes(document);
            return new Encoded(bytes, sha512(bytes));
        }
    }

    /**
     * Generates nothing yet.
     *
     * @param gitVersion as {@code /version} tells it
     * @param clock for how long a document may be kept
     */
    public OpenApiDocuments(ServedApi api, String gitVersion, InstantSource clock) {
        this.generator = new OpenApiGenerator(api, gitVersion);
        this.clock = clock;
        api.groups()
                .forEach(group -> group.versions()
                        .forEach(version -> versions.put(
                                (version.group().isEmpty() ? "api/" : "apis/") + version.groupVersion(), version)));
    }

    @Override
    public Optional<Document> find(DocumentRequest request) {
        if (request.path().equals("/openapi/v2")) {
            return Optional.of(findVersion2(request));
        }
        if (request.path().equals(INDEX)) {
            return Optional.of(accepts(request, JSON) ? answer(JSON, index(), request, Map.of()) : notAcceptable());
        }
        if (!request.path().startsWith(INDEX + "/")) {
            return Optional.empty();
        }
        String name = request.path().substring(INDEX.length() + 1);
        return versions.containsKey(name) ? Optional.of(findVersion3(name, request)) : Optional.empty();
    }

    private Document findVersion3(String name, DocumentRequest request) {
        if (!accepts(request, JSON)) {
            return notAcceptable();
        }
        Encoded document = version3(name);
        String wanted = request.query().getOrDefault("hash", "");
        if (wanted.isEmpty()) {
            return answer(JSON, document, request, Map.of("Vary", "Accept"));
        }
        if (!wanted.equals(document.hash())) {
            return new Document(301, JSON, NOTHING, Map.of("Location", location(name, document)));
        }
        String expires = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                clock.instant().atOffset(ZoneOffset.UTC).plusYears(1));
        return answer(
                JSON,
                document,
                request,
                Map.of("Vary", "Accept", "Cache-Control", "public, immutable", "Expires", expires));
    }

    private Document findVersion2(DocumentRequest request) {
        Map<String, String> headers = Map.of("Vary", "Accept");
        for (AcceptHeader.Alternative accepted :
                AcceptHeader.parse(request.accept()).alternatives()) {
            if (accepted.matches(JSON)) {
                return answer(JSON, version2(), request, headers);
            }
            if (accepted.matches(PROTOBUF_2) || accepted.matches(PROTOBUF_2_AS_ASKED)) {
                Encoded protobuf = new Encoded(version2Protobuf(), version2().hash());
                return answer(PROTOBUF_2, protobuf, request, headers);
            }
        }
        return notAcceptable();
    }

    private static boolean accepts(DocumentRequest request, String mediaType) {
        return AcceptHeader.parse(request.accept()).alternatives().stream()
                .anyMatch(accepted -> accepted.matches(mediaType));
    }

    private static Document answer(
            String contentType, Encoded document, DocumentRequest request, Map<String, String> others) {
        String etag = "\"" + document.hash() + "\"";
        Map<String, String> headers = new HashMap<>(others);
        headers.put("ETag", etag);
        return request.ifNoneMatch().equals(etag)
                ? new Document(304, contentType, NOTHING, headers)
                : new Document(200, contentType, document.bytes(), headers);
    }

    private static Document notAcceptable() {
        byte[] refusal = Json.bytes(Status.notAcceptable(List.of(JSON)).toJson());
        return new Document(406, JSON, refusal, Map.of());
    }

    private static String location(String name, Encoded document) {
        return INDEX + "/" + name + "?hash=" + document.hash();
    }

    private synchronized Encoded index() {
        Encoded known = index;
        if (known == null) {
            ObjectNode document = Json.object();
            ObjectNode paths = document.putObject("paths");
            versions.keySet().stream()
                    .sorted()
                    .forEach(name -> paths.putObject(name).put("serverRelativeURL", location(name, version3(name))));
            known = Encoded.of(document);
            index = known;
        }
        return known;
    }

    private synchronized Encoded version3(String name) {
        return version3.computeIfAbsent(name, key -> {
            ServedApi.Version version = versions.get(key);
            if (version == null) {
                throw new IllegalArgumentException("not served: " + key);
            }
            return Encoded.of(generator.version3(version));
        });
    }

    private synchronized Encoded version2() {
        Encoded known = version2;
        if (known == null) {
            known = Encoded.of(generator.version2());
            version2 = known;
        }
        return known;
    }

    private synchronized byte[] version2Protobuf() {
        byte[] known = version2Protobuf;
        if (known == null) {
            known = GnosticDocument.encode(Json.parseObject(version2().bytes()));
            version2Protobuf = known;
        }
        return known;
    }

    private static String sha512(byte[] bytes) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-512", e);
        }
    }
}
