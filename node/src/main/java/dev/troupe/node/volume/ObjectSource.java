package dev.troupe.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.resource.ObjectKey;
import java.io.IOException;
import java.util.Optional;

/** Where ConfigMaps and Secrets come from. Blocks. */
public interface ObjectSource {
    /**
     * The object as it is now; empty if there is none.
     *
     * @throws IOException if the API cannot be asked
     */
    Optional<JsonNode> find(ObjectKey key) throws IOException;
}
