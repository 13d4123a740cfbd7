package dev.troupe.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a probe or a lifecycle hook does. */
public sealed interface Handler {
    /** Runs a command in the container. */
    record Exec(List<String> command) implements Handler {
        public Exec {
            command = List.copyOf(command);
        }
    }

    /**
     * Asks by HTTP from the node.
     *
     * @param host empty for the pod's address
     * @param port a number, or the name of one of the container's ports
     * @param headers name and value, in order
     */
    record HttpGet(String scheme, String host, String port, String path, List<Header> headers) implements Handler {
        public HttpGet {
            headers = List.copyOf(headers);
        }
    }

    /** One header of a {@link HttpGet}. */
    record Header(String name, String value) {}

    /** Connects by TCP from the node. */
    record TcpSocket(String host, String port) implements Handler {}

    /** Waits: only for hooks. */
    record Sleep(long seconds) implements Handler {}

    /** The gRPC health protocol, which this node does not speak. */
    record Grpc(int port, String service) implements Handler {}

    /** Empty where none is given. */
    static Optional<Handler> of(JsonNode json) {
        if (json.has("exec")) {
            List<String> command = new ArrayList<>();
            Json.at(json, "exec", "command").forEach(part -> command.add(part.asText()));
            return Optional.of(new Exec(command));
        }
        if (json.has("httpGet")) {
            return Optional.of(httpGet(json.path("httpGet")));
        }
        if (json.has("tcpSocket")) {
            JsonNode socket = json.path("tcpSocket");
            return Optional.of(new TcpSocket(Json.text(socket, "host"), Json.text(socket, "port")));
        }
        if (json.has("sleep")) {
            return Optional.of(new Sleep(Json.at(json, "sleep", "seconds").asLong()));
        }
        if (json.has("grpc")) {
            JsonNode grpc = json.path("grpc");
            return Optional.of(new Grpc(Json.integer(grpc, 0, "port"), Json.text(grpc, "service")));
        }
        return Optional.empty();
    }

    private static HttpGet httpGet(JsonNode json) {
        List<Header> headers = new ArrayList<>();
        json.path("httpHeaders")
                .forEach(header -> headers.add(new Header(Json.text(header, "name"), Json.text(header, "value"))));
        String path = Json.text(json, "path");
        return new HttpGet(
                Json.optionalText(json, "scheme").orElse("HTTP"),
                Json.text(json, "host"),
                Json.text(json, "port"),
                path.startsWith("/") ? path : "/" + path,
                headers);
    }
}
