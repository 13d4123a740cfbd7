package dev.troupe.node.docker;

import com.github.dockerjava.api.DockerClient;
import dev.troupe.model.json.Json;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ExecRequest;
import dev.troupe.node.runtime.ExecSession;
import java.io.IOException;
import java.io.OutputStream;

/** A command, or a container's main process, over a raw connection. */
final class EngineExec implements ExecSession {
    /** What differs between a command and the main process. */
    private interface Process {
        void resize(int columns, int rows) throws IOException;

        int exitCode() throws IOException;
    }

    private final EngineConnection connection;
    private final Process process;
    private final boolean input;
    private final boolean tty;

    private EngineExec(EngineConnection connection, Process process, boolean input, boolean tty) {
        this.connection = connection;
        this.process = process;
        this.input = input;
        this.tty = tty;
    }

    static EngineExec start(EngineClients clients, ExecRequest request) throws IOException {
        DockerClient docker = clients.unary();
        String id = EngineErrors.translate(
                () -> docker.execCreateCmd(request.container().value())
                        .withAttachStdin(request.stdin())
                        .withAttachStdout(request.stdout())
                        .withAttachStderr(request.stderr() && !request.tty())
                        .withTty(request.tty())
                        .withCmd(request.command().toArray(String[]::new))
                        .exec()
                        .getId());
        byte[] body = Json.bytes(Json.object().put("Detach", false).put("Tty", request.tty()));
        EngineConnection connection = EngineConnection.upgrade(
                        clients.socket(), clients.path("/exec/" + id + "/start"), body)
                .expectSuccess();
        Process process = new Process() {
            @Override
            public void resize(int columns, int rows) throws IOException {
                EngineErrors.run(
                        () -> docker.resizeExecCmd(id).withSize(rows, columns).exec());
            }

            @Override
            public int exitCode() throws IOException {
                Long code = EngineErrors.translate(
                        () -> docker.inspectExecCmd(id).exec().getExitCodeLong());
                if (code == null) {
                    throw new IOException("the engine does not know how the command ended");
                }
                return code.intValue();
            }
        };
        return new EngineExec(connection, process, request.stdin(), request.tty());
    }

    static EngineExec attach(EngineClients clients, ContainerId container, boolean stdin, boolean tty)
            throws IOException {
        DockerClient docker = clients.unary();
        String id = container.value();
        String query = "?stream=1&stdout=1&stderr=1" + (stdin ? "&stdin=1" : "");
        EngineConnection connection = EngineConnection.upgrade(
                        clients.socket(), clients.path("/containers/" + id + "/attach" + query), new byte[0])
                .expectSuccess();
        Process process = new Process() {
            @Override
            public void resize(int columns, int rows) throws IOException {
                EngineErrors.run(() ->
                        docker.resizeContainerCmd(id).withSize(rows, columns).exec());
            }

            @Override
            public int exitCode() throws IOException {
                Long code = EngineErrors.translate(
                        () -> docker.inspectContainerCmd(id).exec().getState().getExitCodeLong());
                return code == null ? 0 : code.intValue();
            }
        };
        return new EngineExec(connection, process, stdin, tty);
    }

    @Override
    public OutputStream stdin() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (!input) {
                    throw new IOException("no input was asked for");
                }
                connection.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                connection.closeOutput();
            }
        };
    }

    @Override
    public void resize(int columns, int rows) throws IOException {
        process.resize(columns, rows);
    }

    @Override
    public void copyOutput(OutputStream stdout, OutputStream stderr) throws IOException {
        if (tty) {
            EngineFrames.copyPlain(connection.raw(), stdout);
        } else {
            EngineFrames.copyFramed(connection.raw(), stdout, stderr);
        }
    }

    @Override
    public int exitCode() throws IOException {
        return process.exitCode();
    }

    @Override
    public void close() {
        connection.close();
    }
}
