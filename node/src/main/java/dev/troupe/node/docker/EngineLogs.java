package dev.troupe.node.docker;

import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.LogRequest;
import dev.troupe.node.runtime.LogStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.OptionalLong;

/** A container's log over a raw connection. */
final class EngineLogs implements LogStream {
    private final EngineConnection connection;
    private final boolean tty;
    private final OptionalLong limitBytes;
    private volatile boolean closed;

    private EngineLogs(EngineConnection connection, boolean tty, OptionalLong limitBytes) {
        this.connection = connection;
        this.tty = tty;
        this.limitBytes = limitBytes;
    }

    static EngineLogs open(EngineClients clients, ContainerId container, LogRequest request) throws IOException {
        String id = container.value();
        Boolean tty = EngineErrors.translate(
                () -> clients.unary().inspectContainerCmd(id).exec().getConfig().getTty());
        StringBuilder query = new StringBuilder("?stdout=1&stderr=1");
        query.append("&follow=").append(request.follow() ? 1 : 0);
        query.append("&timestamps=").append(request.timestamps() ? 1 : 0);
        request.tailLines().ifPresent(lines -> query.append("&tail=").append(lines));
        request.since().ifPresent(since -> query.append("&since=").append(seconds(since)));
        EngineConnection connection = EngineConnection.open(
                        clients.socket(), "GET", clients.path("/containers/" + id + "/logs" + query))
                .expectSuccess();
        return new EngineLogs(connection, Boolean.TRUE.equals(tty), request.limitBytes());
    }

    private static String seconds(Instant time) {
        return "%d.%09d".formatted(time.getEpochSecond(), time.getNano());
    }

    @Override
    public void copyTo(OutputStream sink) throws IOException {
        OutputStream limited = limitBytes.isPresent() ? new LimitedOutput(sink, limitBytes.getAsLong()) : sink;
        try {
            if (tty) {
                EngineFrames.copyPlain(connection.body(), limited);
            } else {
                EngineFrames.copyFramed(connection.body(), limited, limited);
            }
        } catch (LimitReached e) {
            EngineErrors.LOG.debug("log cut at its limit");
        } catch (IOException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        connection.close();
    }

    private static final class LimitReached extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static final class LimitedOutput extends OutputStream {
        private final OutputStream sink;
        private long left;

        LimitedOutput(OutputStream sink, long limit) {
            this.sink = sink;
            this.left = limit;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int count = (int) Math.min(left, length);
            sink.write(bytes, offset, count);
            left -= count;
            if (left == 0) {
                sink.flush();
                throw new LimitReached();
            }
        }

        @Override
        public void flush() throws IOException {
            sink.flush();
        }
    }
}
