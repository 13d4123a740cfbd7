package dev.troupe.model.codec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.resource.ResourceType;
import java.util.List;

/** Turns a request's body into an object. */
public interface BodyDecoder {
    /**
     * Decodes.
     *
     * @param expected the kind that the path takes; what the body does not say of apiVersion and kind comes from it
     * @param contentType of the request, parameters allowed; empty means JSON
     * @return the object with apiVersion and kind set, or Kubernetes' 400 or 415
     */
    Outcome<DecodedBody> decode(ResourceType expected, String contentType, byte[] body);

    /**
     * A decoded body.
     *
     * @param warnings what a strict decoder would refuse, such as duplicate fields
     */
    record DecodedBody(ObjectNode object, List<String> warnings) {
        public DecodedBody {
            warnings = List.copyOf(warnings);
        }
    }
}
