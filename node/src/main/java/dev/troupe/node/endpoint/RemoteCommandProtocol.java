package dev.troupe.node.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.status.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Kubernetes' streams of a command in the binary messages of one WebSocket: the first byte is the channel. Versions 4
 * and 5 differ only in that a client of version 5 can end its input.
 */
final class RemoteCommandProtocol {
    static final String V5 = "v5.channel.k8s.io";
    static final String V4 = "v4.channel.k8s.io";

    /** In the order of preference. */
    static final List<String> VERSIONS = List.of(V5, V4);

    static final int STDIN = 0;
    static final int STDOUT = 1;
    static final int STDERR = 2;
    static final int ERROR = 3;
    static final int RESIZE = 4;

    /** Names a channel whose end has come. */
    static final int CLOSE = 255;

    private RemoteCommandProtocol() {}

    static ByteString frame(int channel, byte[] bytes, int offset, int length) {
        byte[] framed = new byte[length + 1];
        framed[0] = (byte) channel;
        System.arraycopy(bytes, offset, framed, 1, length);
        return ByteString.fromArrayUnsafe(framed);
    }

    /** How the command ended, on the error channel. */
    static ByteString exited(int code, List<String> command) {
        ObjectNode status = Json.object();
        status.putObject("metadata");
        if (code == 0) {
            return errorFrame(status.put("status", "Success"));
        }
        status.put("status", "Failure")
                .put(
                        "message",
                        "command terminated with non-zero exit code: error executing command ["
                                + String.join(" ", command) + "], exit code " + code)
                .put("reason", "NonZeroExitCode");
        status.putObject("details")
                .putArray("causes")
                .addObject()
                .put("reason", "ExitCode")
                .put("message", Integer.toString(code));
        return errorFrame(status);
    }

    /** Why it could not be run, or its end is not known. */
    static ByteString failed(String why) {
        ObjectNode status = Status.internalError(why).toJson();
        status.remove(List.of("kind", "apiVersion"));
        return errorFrame(status);
    }

    private static ByteString errorFrame(ObjectNode status) {
        byte[] json = Json.bytes(status);
        return frame(ERROR, json, 0, json.length);
    }

    /** A terminal's size in characters. */
    record Size(int columns, int rows) {}

    /** Reads a message of the resize channel; empty if it is not one. */
    static Optional<Size> size(ByteString payload) {
        try {
            JsonNode size = Json.mapper().readTree(payload.decodeString(StandardCharsets.UTF_8));
            int columns = size == null ? 0 : size.path("Width").asInt();
            int rows = size == null ? 0 : size.path("Height").asInt();
            return columns > 0 && rows > 0 ? Optional.of(new Size(columns, rows)) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
