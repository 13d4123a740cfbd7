package dev.troupe.node.endpoint;

import dev.troupe.node.runtime.ExecSession;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command on one WebSocket. Its output is copied by one thread that waits for the client; its input is written by
 * one task at a time, for which the client waits: neither is ever kept in more than a few messages.
 */
final class RemoteCommand {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteCommand.class);

    /** Messages on their way to the client. */
    private static final int OUTGOING = 16;

    /** kubectl sends 32 KiB at a time. */
    private static final long MAX_INCOMING_BYTES = 1024 * 1024;

    private static final Duration INCOMING_TIMEOUT = Duration.ofMinutes(1);

    /** Starts the command, or connects to the main process. */
    interface Starter {
        ExecSession start() throws IOException;
    }

    /**
     * What the client wants of the command.
     *
     * @param command for messages; empty for a main process, whose exit code nobody asked for
     */
    record Wish(List<String> command, boolean stdin, boolean stdout, boolean stderr) {
        Wish {
            command = List.copyOf(command);
        }
    }

    private final Wish wish;
    private final Starter starter;
    private final Executor blocking;
    private final Duration stalled;
    private final Runnable ended;
    private final CompletableFuture<ExecSession> session = new CompletableFuture<>();

    /**
     * @param stalled for how long the client may take nothing
     * @param ended called once, when all is over
     */
    RemoteCommand(Wish wish, Starter starter, Executor blocking, Duration stalled, Runnable ended) {
        this.wish = wish;
        this.starter = starter;
        this.blocking = blocking;
        this.stalled = stalled;
        this.ended = ended;
    }

    /** To be run once. Either side's end ends the other. */
    Flow<Message, Message, NotUsed> flow(Materializer materializer) {
        Sink<Message, NotUsed> incoming = Flow.<Message>create()
                .filter(message -> !message.isText())
                .mapAsync(1, message -> whole(message.asBinaryMessage(), materializer))
                .mapAsync(1, this::receive)
                .to(Sink.ignore());
        Source<Message, NotUsed> outgoing = Source.<ByteString>queue(OUTGOING, OverflowStrategy.backpressure())
                .mapMaterializedValue(queue -> {
                    begin(queue);
                    return NotUsed.getInstance();
                })
                .map(BinaryMessage::create);
        return Flow.fromSinkAndSourceCoupled(incoming, outgoing);
    }

    private static CompletionStage<ByteString> whole(BinaryMessage message, Materializer materializer) {
        if (message.isStrict()) {
            return CompletableFuture.completedFuture(message.getStrictData());
        }
        return message.getStreamedData()
                .limitWeighted(MAX_INCOMING_BYTES, bytes -> (long) bytes.size())
                .completionTimeout(INCOMING_TIMEOUT)
                .runFold(ByteString.emptyByteString(), ByteString::concat, materializer);
    }

    private void begin(SourceQueueWithComplete<ByteString> queue) {
        // The client left, or everything was said.
        queue.watchCompletion().whenComplete((done, failure) -> session.thenAccept(ExecSession::close));
        blocking.execute(() -> {
            try {
                run(queue);
            } finally {
                ended.run();
            }
        });
    }

    private void run(SourceQueueWithComplete<ByteString> queue) {
        try {
            // Tells the client that the streams are open, on the lowest of them.
            int lowest = wish.stdout()
                    ? RemoteCommandProtocol.STDOUT
                    : wish.stderr() ? RemoteCommandProtocol.STDERR : RemoteCommandProtocol.ERROR;
            send(queue, RemoteCommandProtocol.frame(lowest, new byte[0], 0, 0));
            send(queue, execute(queue));
            queue.complete();
        } catch (IOException e) {
            LOG.debug("A client left its command: {}", e.toString());
            queue.fail(e);
        }
    }

    /** The last message. */
    private ByteString execute(SourceQueueWithComplete<ByteString> queue) {
        ExecSession started;
        try {
            started = starter.start();
        } catch (IOException e) {
            session.completeExceptionally(e);
            return failed(e);
        }
        session.complete(started);
        try (started) {
            started.copyOutput(
                    new Channel(queue, RemoteCommandProtocol.STDOUT, wish.stdout()),
                    new Channel(queue, RemoteCommandProtocol.STDERR, wish.stderr()));
            int code = wish.command().isEmpty() ? 0 : started.exitCode();
            return RemoteCommandProtocol.exited(code, wish.command());
        } catch (IOException e) {
            return failed(e);
        }
    }

    private static ByteString failed(IOException e) {
        return RemoteCommandProtocol.failed("error executing command in container: " + e.getMessage());
    }

    private void send(SourceQueueWithComplete<ByteString> queue, ByteString message) throws IOException {
        QueueOfferResult result;
        try {
            result = queue.offer(message).toCompletableFuture().get(stalled.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a client was waited for");
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the client takes nothing", e);
        }
        if (!result.isEnqueued()) {
            throw new IOException("the client left");
        }
    }

    /** One of the command's outputs; what nobody asked for goes nowhere. */
    private final class Channel extends OutputStream {
        private final SourceQueueWithComplete<ByteString> queue;
        private final int channel;
        private final boolean wanted;

        Channel(SourceQueueWithComplete<ByteString> queue, int channel, boolean wanted) {
            this.queue = queue;
            this.channel = channel;
            this.wanted = wanted;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (wanted && length > 0) {
                send(queue, RemoteCommandProtocol.frame(channel, bytes, offset, length));
            }
        }
    }

    private CompletionStage<Done> receive(ByteString message) {
        return session.thenApplyAsync(
                started -> {
                    try {
                        handle(started, message);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return Done.getInstance();
                },
                blocking);
    }

    private void handle(ExecSession started, ByteString message) throws IOException {
        if (message.isEmpty()) {
            return;
        }
        ByteString payload = message.drop(1);
        switch (message.head() & 0xff) {
            case RemoteCommandProtocol.STDIN -> writeInput(started, payload);
            case RemoteCommandProtocol.RESIZE -> resize(started, payload);
            case RemoteCommandProtocol.CLOSE -> {
                if (wish.stdin() && payload.size() == 1 && payload.head() == RemoteCommandProtocol.STDIN) {
                    started.stdin().close();
                }
            }
            // The others lead to the client: what comes on them means nothing.
            default -> LOG.trace("Ignored a message of {} bytes", message.size());
        }
    }

    private void writeInput(ExecSession started, ByteString payload) throws IOException {
        if (!wish.stdin() || payload.isEmpty()) {
            return;
        }
        try {
            OutputStream stdin = started.stdin();
            stdin.write(payload.toArrayUnsafe());
            stdin.flush();
        } catch (IOException e) {
            // A command may end, or close its input, before its client has sent everything.
            LOG.debug("A command took no more input: {}", e.toString());
        }
    }

    private static void resize(ExecSession started, ByteString payload) {
        RemoteCommandProtocol.size(payload).ifPresent(size -> {
            try {
                started.resize(size.columns(), size.rows());
            } catch (IOException e) {
                // A size that comes too early or too late is not worth the session.
                LOG.debug("A terminal was not resized: {}", e.toString());
            }
        });
    }
}
