package dev.troupe.model.codec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.schema.Schema;
import dev.troupe.model.schema.Schemas;
import dev.troupe.model.status.Status;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Decodes {@code application/vnd.kubernetes.protobuf}: four magic bytes and a {@code runtime.Unknown}, which names the
 * kind and holds the message. kubectl sends it from 1.32 on for all that it makes from types of its own.
 */
public final class ProtobufBodyDecoder implements BodyDecoder {
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int TYPE_META = 1;
    private static final int RAW = 2;

    /** What runtime.Unknown says. */
    private record Envelope(String apiVersion, String kind, byte[] raw) {}

    @Override
    public Outcome<DecodedBody> decode(ResourceType expected, String contentType, byte[] body) {
        if (body.length == 0) {
            return unrecognized(expected, "empty data", body);
        }
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return unrecognized(
                    expected,
                    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
                    body);
        }
        if (body.length == MAGIC.length) {
            return unrecognized(expected, "empty body", body);
        }
        Optional<Schema> schema = schema(expected);
        if (schema.isEmpty()) {
            return Outcome.failure(Status.unsupportedMediaType(List.of("application/json", "application/yaml")));
        }
        Envelope envelope;
        try {
            envelope = envelope(body);
        } catch (IOException e) {
            return unrecognized(expected, problem(e), body);
        }
        ObjectNode typed = Json.object();
        putUnlessEmpty(typed, "apiVersion", envelope.apiVersion());
        putUnlessEmpty(typed, "kind", envelope.kind());
        return TypeMetas.settle(expected, typed, body)
                .flatMap(object -> fill(schema.get(), expected, object, envelope.raw()));
    }

    private static Outcome<DecodedBody> fill(Schema schema, ResourceType expected, ObjectNode object, byte[] raw) {
        try {
            object.setAll(ProtobufReader.read(schema, raw));
            return Outcome.success(new DecodedBody(object, List.of()));
        } catch (IOException e) {
            return Outcome.failure(Status.badRequest(expected.kind() + " in version \"" + expected.version()
                    + "\" cannot be handled as a " + expected.kind() + ": " + problem(e)));
        }
    }

    private static Optional<Schema> schema(ResourceType expected) {
        return expected.kind().equals("DeleteOptions")
                ? Schemas.builtIn().find("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions")
                : Schemas.builtIn().find(expected);
    }

    private static Envelope envelope(byte[] body) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(body, MAGIC.length, body.length - MAGIC.length);
        String[] typeMeta = {"", ""};
        byte[] raw = {};
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            boolean text = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
            int field = WireFormat.getTagFieldNumber(tag);
            if (text && field == TYPE_META) {
                typeMeta(CodedInputStream.newInstance(in.readByteArray()), typeMeta);
            } else if (text && field == RAW) {
                raw = in.readByteArray();
            } else if (!in.skipField(tag)) {
                throw new IOException("proto: unexpected end of group");
            }
        }
        return new Envelope(typeMeta[0], typeMeta[1], raw);
    }

    private static void typeMeta(CodedInputStream in, String[] into) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            boolean text = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
            if (text && field <= into.length) {
                into[field - 1] = in.readString();
            } else if (!in.skipField(tag)) {
                throw new IOException("proto: unexpected end of group");
            }
        }
    }

    private static void putUnlessEmpty(ObjectNode object, String field, String value) {
        if (!value.isEmpty()) {
            object.put(field, value);
        }
    }

    private static Outcome<DecodedBody> unrecognized(ResourceType expected, String why, byte[] body) {
        return Outcome.failure(TypeMetas.unrecognized(expected, why, body));
    }

    /** Go says of every message that ends too early what its reader says. */
    private static String problem(IOException fault) {
        String message = String.valueOf(fault.getMessage());
        return message.startsWith("proto:") || message.startsWith("field ") ? message : "unexpected EOF";
    }
}
