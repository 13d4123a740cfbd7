package dev.troupe.node.docker;

import dev.troupe.node.runtime.ContainerRuntimeException;
import dev.troupe.node.runtime.ContainerRuntimeException.Reason;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One HTTP/1.1 exchange with the engine over its Unix socket. The client library cannot half-close a connection, so a
 * command's end of input never reaches it; and it needs a platform thread for every stream. Here a virtual thread can
 * wait, and another can close the connection under it.
 */
final class EngineConnection implements AutoCloseable {
    /** A header section longer than this is no engine's. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    /** The part of an error's body that is read. */
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    private static final String CLOSE = "Connection: close\r\n";

    private final SocketChannel channel;
    private final InputStream input;
    private final OutputStream output;
    private final int status;
    private final Map<String, String> headers;

    private EngineConnection(SocketChannel channel, String request, byte[] body) throws IOException {
        this.channel = channel;
        this.input = new BufferedInputStream(Channels.newInputStream(channel), 16 * 1024);
        this.output = Channels.newOutputStream(channel);
        output.write(request.getBytes(StandardCharsets.UTF_8));
        output.write(body);
        String statusLine = readLine(MAX_HEADER_BYTES);
        String[] parts = statusLine.split(" ", 3);
        if (parts.length < 2 || !parts[0].startsWith("HTTP/")) {
            throw new IOException("the engine does not speak HTTP: " + statusLine);
        }
        this.status = Integer.parseInt(parts[1]);
        this.headers = readHeaders();
    }

    /** Asks and reads the answer's head; the answer may have any status. */
    static EngineConnection open(Path socket, String method, String path) throws IOException {
        return open(socket, method + " " + path, CLOSE, new byte[0]);
    }

    /**
     * Asks with an empty body.
     *
     * @param header more header lines, each with its line end
     */
    static EngineConnection post(Path socket, String path, String header) throws IOException {
        return open(socket, "POST " + path, CLOSE + header, new byte[0]);
    }

    /** Asks with a JSON body for a connection that carries raw bytes both ways. */
    static EngineConnection upgrade(Path socket, String path, byte[] json) throws IOException {
        return open(socket, "POST " + path, "Connection: Upgrade\r\nUpgrade: tcp\r\n", json);
    }

    private static EngineConnection open(Path socket, String methodAndPath, String header, byte[] body)
            throws IOException {
        String request = methodAndPath + " HTTP/1.1\r\nHost: docker\r\n"
                + header
                + (body.length > 0 ? "Content-Type: application/json\r\n" : "")
                + "Content-Length: " + body.length + "\r\n\r\n";
        SocketChannel channel;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (UnsupportedOperationException e) {
            throw new IOException("this system has no Unix sockets", e);
        }
        boolean opened = false;
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            EngineConnection connection = new EngineConnection(channel, request, body);
            opened = true;
            return connection;
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Reason.UNAVAILABLE,
                    "Cannot connect to the Docker daemon at unix://" + socket + ". Is the docker daemon running?",
                    e);
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    int status() {
        return status;
    }

    /**
     * Fails unless the engine agreed.
     *
     * @throws ContainerRuntimeException with the engine's words
     */
    EngineConnection expectSuccess() throws IOException {
        if (status == 101 || status / 100 == 2) {
            return this;
        }
        String message;
        try (this) {
            byte[] body = body().readNBytes(MAX_ERROR_BYTES);
            message = EngineErrors.message(new String(body, StandardCharsets.UTF_8));
        }
        throw EngineErrors.of(status, message);
    }

    /** The answer's body, without its chunking. */
    InputStream body() {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return new ChunkedInput();
        }
        String length = headers.get("content-length");
        return length == null ? input : new LimitedInput(Long.parseLong(length));
    }

    /** The raw bytes that come after an upgrade. */
    InputStream raw() {
        return input;
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Tells the other side that no more input comes; its output still can be read. */
    void closeOutput() throws IOException {
        if (channel.isOpen()) {
            channel.shutdownOutput();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // A socket that cannot even be closed is gone all the same.
            EngineErrors.LOG.debug("closing a connection to the engine", e);
        }
    }

    private Map<String, String> readHeaders() throws IOException {
        Map<String, String> found = new TreeMap<>();
        int left = MAX_HEADER_BYTES;
        for (String line = readLine(left); !line.isEmpty(); line = readLine(left)) {
            left -= line.length();
            int colon = line.indexOf(':');
            if (colon > 0) {
                found.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return found;
    }

    private String readLine(int limit) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = input.read(); b != '\n'; b = input.read()) {
            if (b < 0) {
                throw new IOException("the engine closed the connection");
            }
            if (line.size() >= limit) {
                throw new IOException("the engine's answer has too long a head");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private final class LimitedInput extends InputStream {
        private long left;

        LimitedInput(long length) {
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = input.read(buffer, offset, (int) Math.min(length, left));
            left = count < 0 ? 0 : left - count;
            return count;
        }
    }

    private final class ChunkedInput extends InputStream {
        private long left;
        private boolean first = true;
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0 && !ended) {
                nextChunk();
            }
            if (ended) {
                return -1;
            }
            int count = input.read(buffer, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new IOException("the engine closed the connection");
            }
            left -= count;
            return count;
        }

        private void nextChunk() throws IOException {
            if (!first) {
                readLine(MAX_HEADER_BYTES);
            }
            first = false;
            String size = readLine(MAX_HEADER_BYTES);
            int semicolon = size.indexOf(';');
            left = Long.parseLong((semicolon < 0 ? size : size.substring(0, semicolon)).strip(), 16);
            ended = left == 0;
        }
    }
}
