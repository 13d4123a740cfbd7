package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The Services that a pod learns of through its environment. Safe for many threads. */
public interface ServiceSource {
    /** All of a namespace, as last heard. */
    List<JsonNode> inNamespace(String namespace);

    /** For containers that connect to nothing. */
    static ServiceSource none() {
        return namespace -> List.of();
    }
}
