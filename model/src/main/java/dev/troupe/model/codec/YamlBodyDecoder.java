package dev.troupe.model.codec;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.resource.ResourceType;
import java.util.List;

/** Decodes {@code application/yaml}. */
public final class YamlBodyDecoder implements BodyDecoder {

    @Override
    public Outcome<DecodedBody> decode(ResourceType expected, String contentType, byte[] body) {
        return switch (YamlDocuments.read(body)) {
            case YamlDocuments.Fault fault -> Outcome.failure(TypeMetas.unrecognized(expected, fault.why(), body));
            case YamlDocuments.Document document ->
                TypeMetas.settle(expected, document.root(), body)
                        .map(object -> new DecodedBody(
                                object, document.duplicates().map(List::of).orElse(List.of())));
        };
    }
}
