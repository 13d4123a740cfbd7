package dev.troupe.node.testkit;

import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A client of a command over a WebSocket: keeps what comes on each channel. */
public final class Terminal implements WebSocket.Listener {
    private final Map<Integer, ByteArrayOutputStream> channels = new ConcurrentHashMap<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final CompletableFuture<Integer> first = new CompletableFuture<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    /** A message to the command. */
    public static ByteBuffer frame(int channel, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(bytes.length + 1)
                .put((byte) channel)
                .put(bytes)
                .flip();
    }

    /** The code of the close. */
    public CompletableFuture<Integer> closed() {
        return closed;
    }

    /** The channel of the first message. */
    public CompletableFuture<Integer> first() {
        return first;
    }

    public String text(int channel) {
        ByteArrayOutputStream bytes = channels.get(channel);
        return bytes == null ? "" : bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        message.writeBytes(bytes);
        if (last) {
            byte[] whole = message.toByteArray();
            message.reset();
            channels.computeIfAbsent((int) whole[0], channel -> new ByteArrayOutputStream())
                    .writeBytes(Arrays.copyOfRange(whole, 1, whole.length));
            first.complete((int) whole[0]);
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        closed.completeExceptionally(error);
    }
}
