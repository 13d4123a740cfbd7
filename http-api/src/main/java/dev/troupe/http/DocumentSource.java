package dev.troupe.http;

import java.util.Map;
import java.util.Optional;

/**
 * Documents that follow from the served kinds alone: discovery under {@code /api} and {@code /apis}, and OpenAPI. The
 * caller has been authorized before; answers come from memory and do not block.
 */
public interface DocumentSource {

    /** The answer to a GET; empty where the path names no document of this source. */
    Optional<Document> find(DocumentRequest request);

    /**
     * A GET of a document.
     *
     * @param path decoded and without a trailing slash, for example {@code /apis/apps/v1}
     * @param query one value a name, decoded, for example {@code hash}
     * @param accept the Accept header as sent; empty for anything
     * @param ifNoneMatch the If-None-Match header as sent; empty if there is none
     */
    record DocumentRequest(String path, Map<String, String> query, String accept, String ifNoneMatch) {
        public DocumentRequest {
            query = Map.copyOf(query);
        }
    }

    /**
     * What is answered.
     *
     * @param code 200, 301 (with a Location header), 304 or 406
     * @param contentType complete, for example
     *     {@code application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList}
     * @param body shared, never changed; empty for 304
     * @param headers others, such as ETag, Vary or Cache-Control, which else is {@code no-cache, private}
     */
    record Document(int code, String contentType, byte[] body, Map<String, String> headers) {
        public Document {
            headers = Map.copyOf(headers);
        }
    }
}
