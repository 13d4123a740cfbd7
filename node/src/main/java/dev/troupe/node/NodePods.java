package dev.troupe.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * The pods of one node as the node sees them, for its HTTPS endpoint: spec and metadata as last heard from the API, the
 * status as the node reports it, which may be newer than the API's. Safe for many threads.
 */
public interface NodePods {

    /** The pod of that name; the trees are shared: read them only. */
    Optional<JsonNode> find(String namespace, String name);

    /** All, in no order. */
    List<JsonNode> all();
}
