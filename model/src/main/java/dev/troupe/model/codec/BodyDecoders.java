package dev.troupe.model.codec;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Chooses the decoder by a request's Content-Type. */
public final class BodyDecoders implements BodyDecoder {
    private static final String DEFAULT_MEDIA_TYPE = "application/json";

    private final Map<String, BodyDecoder> decoders;

    /** @param decoders by media type without parameters; their order is that of the list in a 415 */
    public BodyDecoders(Map<String, BodyDecoder> decoders) {
        this.decoders = new LinkedHashMap<>(decoders);
    }

    /** All that Kubernetes takes: JSON, YAML and its protobuf. */
    public static BodyDecoders all() {
        Map<String, BodyDecoder> decoders = new LinkedHashMap<>();
        decoders.put(DEFAULT_MEDIA_TYPE, new JsonBodyDecoder());
        decoders.put("application/yaml", new YamlBodyDecoder());
        decoders.put("application/vnd.kubernetes.protobuf", new ProtobufBodyDecoder());
        return new BodyDecoders(decoders);
    }

    @Override
    public Outcome<DecodedBody> decode(ResourceType expected, String contentType, byte[] body) {
        String mediaType = mediaType(contentType);
        BodyDecoder decoder = decoders.get(mediaType.isEmpty() ? DEFAULT_MEDIA_TYPE : mediaType);
        return decoder == null
                ? Outcome.failure(Status.unsupportedMediaType(List.copyOf(decoders.keySet())))
                : decoder.decode(expected, contentType, body);
    }

    /** The media type of a Content-Type without its parameters, in lower case. */
    public static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        String bare = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return bare.strip().toLowerCase(Locale.ROOT);
    }
}
