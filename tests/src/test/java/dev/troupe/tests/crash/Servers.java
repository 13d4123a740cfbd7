package dev.troupe.tests.crash;

import java.io.IOException;
import java.nio.file.Path;

/** One server after the other on the same data folder; clients wait here for the next. */
final class Servers implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 120_000;

    private final Path data;
    private final String[] options;
    private ServerProcess server;
    private ApiConnection connection;
    private boolean replacing;

    Servers(Path data, String... options) {
        this.data = data;
        this.options = options.clone();
        this.server = ServerProcess.start(data, options);
        this.connection = server.connect();
    }

    synchronized ApiConnection current() {
        return connection;
    }

    /** Kills the server and starts the next; returns when that one serves. */
    void replace() {
        synchronized (this) {
            replacing = true;
        }
        server.kill();
        server = ServerProcess.start(data, options);
        ApiConnection next = server.connect();
        synchronized (this) {
            connection = next;
            replacing = false;
            notifyAll();
        }
    }

    /** Waits for the server after the one that failed, if that one is being replaced. */
    synchronized void awaitOtherThan(ApiConnection failed, IOException why) {
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        try {
            while (connection == failed && replacing) {
                long left = until - System.currentTimeMillis();
                if (left <= 0) {
                    throw new AssertionError("no other server came", why);
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Stops the last server as a user would. */
    void terminate() {
        server.terminate();
    }

    @Override
    public void close() {
        server.close();
    }
}
