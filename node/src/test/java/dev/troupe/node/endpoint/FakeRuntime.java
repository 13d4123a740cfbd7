package dev.troupe.node.endpoint;

import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerRuntime;
import dev.troupe.node.runtime.ContainerSpec;
import dev.troupe.node.runtime.ExecRequest;
import dev.troupe.node.runtime.ExecSession;
import dev.troupe.node.runtime.ImageInfo;
import dev.troupe.node.runtime.LogRequest;
import dev.troupe.node.runtime.LogStream;
import dev.troupe.node.runtime.RegistryCredentials;
import dev.troupe.node.runtime.RuntimeEvent;
import dev.troupe.node.runtime.RuntimeInfo;
import dev.troupe.node.runtime.RuntimeSnapshot;
import dev.troupe.node.runtime.SandboxId;
import dev.troupe.node.runtime.SandboxSpec;
import dev.troupe.node.runtime.SandboxState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Logs and commands as a test wants them; everything else is refused. */
final class FakeRuntime implements ContainerRuntime {

    /** Writes a log or a command's output; may block until it is told to end. */
    interface Script {
        void run(Session session) throws IOException, InterruptedException;
    }

    final List<String> asked = new CopyOnWriteArrayList<>();
    final List<Session> sessions = new CopyOnWriteArrayList<>();
    volatile Script script = session -> {};
    volatile Optional<IOException> failure = Optional.empty();

    /** One log or command. */
    static final class Session implements ExecSession, LogStream {
        private final Script script;
        private final OutputStream input;
        final InputStream stdin;
        final CountDownLatch closed = new CountDownLatch(1);
        final List<String> sizes = new CopyOnWriteArrayList<>();
        volatile OutputStream stdout = OutputStream.nullOutputStream();
        volatile OutputStream stderr = OutputStream.nullOutputStream();
        volatile int exitCode;

        Session(Script script) throws IOException {
            this.script = script;
            Pipe pipe = Pipe.open();
            this.stdin = Channels.newInputStream(pipe.source());
            this.input = Channels.newOutputStream(pipe.sink());
        }

        void say(String text) throws IOException {
            stdout.write(text.getBytes());
            stdout.flush();
        }

        private void perform() throws IOException {
            try {
                script.run(this);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void copyTo(OutputStream sink) throws IOException {
            stdout = sink;
            perform();
        }

        @Override
        public OutputStream stdin() {
            return input;
        }

        @Override
        public void resize(int columns, int rows) {
            sizes.add(columns + "x" + rows);
        }

        @Override
        public void copyOutput(OutputStream out, OutputStream err) throws IOException {
            stdout = out;
            stderr = err;
            perform();
        }

        @Override
        public int exitCode() {
            return exitCode;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private Session open(String what) throws IOException {
        asked.add(what);
        if (failure.isPresent()) {
            throw failure.get();
        }
        Session session = new Session(script);
        sessions.add(session);
        return session;
    }

    @Override
    public ExecSession exec(ExecRequest request) throws IOException {
        return open(request.toString());
    }

    @Override
    public ExecSession attach(ContainerId id, boolean stdin, boolean tty) throws IOException {
        return open("attach " + id + " " + stdin + " " + tty);
    }

    @Override
    public LogStream logs(ContainerId id, LogRequest request) throws IOException {
        return open(id + " " + request);
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("the endpoint does not do that");
    }

    @Override
    public RuntimeInfo info() {
        throw unused();
    }

    @Override
    public RuntimeSnapshot list() {
        throw unused();
    }

    @Override
    public RuntimeSnapshot list(String podUid) {
        throw unused();
    }

    @Override
    public SandboxState createSandbox(SandboxSpec spec) {
        throw unused();
    }

    @Override
    public void stopSandbox(SandboxId id) {
        throw unused();
    }

    @Override
    public void removeSandbox(SandboxId id) {
        throw unused();
    }

    @Override
    public ContainerId createContainer(SandboxId sandbox, ContainerSpec spec) {
        throw unused();
    }

    @Override
    public void startContainer(ContainerId id) {
        throw unused();
    }

    @Override
    public void signalContainer(ContainerId id, String signal) {
        throw unused();
    }

    @Override
    public String stopSignal(ContainerId id) {
        throw unused();
    }

    @Override
    public void removeContainer(ContainerId id) {
        throw unused();
    }

    @Override
    public Optional<ImageInfo> findImage(String reference) {
        throw unused();
    }

    @Override
    public ImageInfo pullImage(String reference, List<RegistryCredentials> credentials) {
        throw unused();
    }

    @Override
    public List<ImageInfo> images() {
        throw unused();
    }

    @Override
    public AutoCloseable events(Consumer<RuntimeEvent> observer) {
        throw unused();
    }

    @Override
    public void removeAll() {
        throw unused();
    }

    @Override
    public void close() {}
}
