package dev.troupe.node.worker;

import dev.troupe.node.pod.Handler;
import dev.troupe.node.runtime.ContainerRuntime;
import dev.troupe.node.runtime.ExecRequest;
import dev.troupe.node.runtime.ExecSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Probes and hooks from the node: commands through the runtime, HTTP and TCP to the pod's address. */
public final class NodeHandlerRunner implements HandlerRunner {
    private static final Logger LOG = LoggerFactory.getLogger(NodeHandlerRunner.class);

    /** The kubelet keeps no more of a probe's output. */
    private static final int MAX_OUTPUT_BYTES = 10 * 1024;

    private final ContainerRuntime runtime;
    private final HttpHandler http = new HttpHandler();

    public NodeHandlerRunner(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public HandlerResult run(Target target, Handler handler, Duration timeout) {
        return switch (handler) {
            case Handler.Exec exec -> exec(target, exec, timeout);
            case Handler.HttpGet get ->
                withPort(target, get.port(), port -> http.get(host(get.host(), target), port, get, timeout));
            case Handler.TcpSocket tcp ->
                withPort(target, tcp.port(), port -> tcp(host(tcp.host(), target), port, timeout));
            case Handler.Sleep sleep -> sleep(sleep.seconds(), timeout);
            case Handler.Grpc grpc -> HandlerResult.error("this node does not speak the gRPC health protocol");
        };
    }

    private interface OnPort {
        HandlerResult run(int port);
    }

    private static HandlerResult withPort(Target target, String port, OnPort action) {
        Optional<Integer> number = target.container().port(port);
        if (number.isEmpty()) {
            return HandlerResult.error("strconv.Atoi: parsing \"" + port + "\": invalid syntax");
        }
        return number.get() < 1 || number.get() > 65535
                ? HandlerResult.error("invalid port number: " + number.get())
                : action.run(number.get());
    }

    private static String host(String named, Target target) {
        return named.isEmpty() ? target.podIp() : named;
    }

    /** All of it on a thread of its own: an engine that hangs answers not even the start. */
    private HandlerResult exec(Target target, Handler.Exec handler, Duration timeout) {
        BoundedOutput output = new BoundedOutput();
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        Thread.ofVirtual().name("exec-handler").start(() -> run(target, handler, output, exit));
        String command = String.join(" ", handler.command());
        try {
            int code = exit.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return code == 0 ? HandlerResult.success(output.text()) : HandlerResult.failure(output.text());
        } catch (TimeoutException e) {
            exit.cancel(false);
            return HandlerResult.failure(
                    "command timed out: \"" + command + "\" timed out after " + timeout.toSeconds() + "s");
        } catch (ExecutionException e) {
            return HandlerResult.error(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return HandlerResult.error("interrupted");
        }
    }

    private void run(Target target, Handler.Exec handler, BoundedOutput output, CompletableFuture<Integer> exit) {
        try (ExecSession session = runtime.exec(ExecRequest.outputOf(target.id(), handler.command()))) {
            // Whoever gave up waiting ends the copy.
            exit.whenComplete((code, failure) -> session.close());
            session.copyOutput(output, output);
            exit.complete(session.exitCode());
        } catch (IOException e) {
            exit.completeExceptionally(e);
        }
    }

    private static HandlerResult tcp(String host, int port, Duration timeout) {
        String address = host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
            return HandlerResult.success("");
        } catch (IOException e) {
            return HandlerResult.failure(dialFailure(address, e));
        }
    }

    /** As Go words it. */
    static String dialFailure(String address, IOException e) {
        String why = String.valueOf(e.getMessage());
        if (e instanceof SocketTimeoutException) {
            why = "i/o timeout";
        } else if (e instanceof ConnectException && why.contains("refused")) {
            why = "connect: connection refused";
        } else if (why.contains("unreachable") || why.contains("No route to host")) {
            why = "connect: no route to host";
        }
        return "dial tcp " + address + ": " + why;
    }

    private static HandlerResult sleep(long seconds, Duration timeout) {
        try {
            TimeUnit.MILLISECONDS.sleep(Math.min(timeout.toMillis(), TimeUnit.SECONDS.toMillis(seconds)));
            return HandlerResult.success("");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return HandlerResult.error("interrupted");
        }
    }

    /** Keeps the beginning and swallows the rest. */
    private static final class BoundedOutput extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean cut;

        @Override
        public synchronized void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] from, int offset, int length) {
            int room = Math.min(length, MAX_OUTPUT_BYTES - bytes.size());
            bytes.write(from, offset, room);
            if (room < length && !cut) {
                cut = true;
                LOG.debug("the output of a probe is longer than {} bytes", MAX_OUTPUT_BYTES);
            }
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
