package dev.troupe.http;

import dev.troupe.http.discovery.DiscoveryDocuments;
import dev.troupe.http.discovery.ServedApi;
import dev.troupe.http.openapi.OpenApiDocuments;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** Discovery and OpenAPI together. */
public final class ApiDocuments implements DocumentSource {
    private final DocumentSource discovery;
    private final DocumentSource openApi;

    /**
     * Prepares the documents of what is served.
     *
     * @param gitVersion as {@code /version} tells it, for example {@code v1.32.0}
     * @param serverAddress {@code host:port} at which clients reach the server
     */
    public ApiDocuments(ServedApi api, String gitVersion, Supplier<String> serverAddress, InstantSource clock) {
        this.discovery = new DiscoveryDocuments(api, serverAddress);
        this.openApi = new OpenApiDocuments(api, gitVersion, clock);
    }

    @Override
    public Optional<Document> find(DocumentRequest request) {
        return discovery.find(request).or(() -> openApi.find(request));
    }
}
