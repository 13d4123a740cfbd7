package dev.troupe.node.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.runtime.RegistryCredentials;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** A pull over a raw connection: it may last minutes, and what the registry says comes in the stream. */
final class EnginePull {
    private EnginePull() {}

    /** @throws IOException with the registry's words */
    static void run(EngineClients clients, String reference, Optional<RegistryCredentials> login) throws IOException {
        String path = clients.path("/images/create?fromImage=" + URLEncoder.encode(reference, StandardCharsets.UTF_8));
        String header = login.map(EnginePull::header).orElse("");
        try (EngineConnection connection =
                        EngineConnection.post(clients.socket(), path, header).expectSuccess();
                MappingIterator<JsonNode> lines =
                        Json.mapper().readerFor(JsonNode.class).readValues(connection.body())) {
            while (lines.hasNextValue()) {
                String error = Json.text(lines.nextValue(), "error");
                if (!error.isEmpty()) {
                    throw EngineErrors.of(500, "Error response from daemon: " + error);
                }
            }
        }
    }

    private static String header(RegistryCredentials login) {
        ObjectNode json = Json.object();
        json.put("username", login.username()).put("password", login.password());
        json.put("serveraddress", login.registry());
        return "X-Registry-Auth: " + Base64.getUrlEncoder().encodeToString(Json.bytes(json)) + "\r\n";
    }
}
