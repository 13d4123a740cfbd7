package dev.troupe.tests.crash;

import java.io.IOException;
import java.nio.file.Path;

/** One server after the other on the same data folder; clients wait here for the next. */
final class Servers implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 120_000;

    private final Path data;
    private ServerProcess server;
    private ApiConnection connection;

    Servers(Path data) {
        this.data = data;
        this.server = ServerProcess.start(data);
        this.connection = server.connect();
    }

    synchronized ApiConnection current() {
        return connection;
    }

    /** Kills the server and starts the next; returns when that one serves. */
    void replace() {
        server.kill();
        server = ServerProcess.start(data);
        ApiConnection next = server.connect();
        synchronized (this) {
            connection = next;
            notifyAll();
        }
    }

    /** Waits for a server after the one that failed; does not wait if the one that failed still runs. */
    synchronized void awaitOtherThan(ApiConnection failed, IOException why) {
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        try {
            while (connection == failed && !server.isAlive()) {
                long left = until - System.currentTimeMillis();
                if (left <= 0) {
                    throw new AssertionError("no other server came", why);
                }
                wait(Math.min(left, 100));
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
