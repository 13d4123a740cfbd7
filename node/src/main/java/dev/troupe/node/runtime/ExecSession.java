package dev.troupe.node.runtime;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A command that runs in a container, or a container's main process that somebody attached to. Input may be written by
 * one thread while another copies the output. Fit for virtual threads.
 */
public interface ExecSession extends AutoCloseable {

    /** The process's input; closing it is the end of file. Writing where no input was asked for fails. */
    OutputStream stdin();

    /** @throws IOException if the process has no terminal, or the runtime does not answer */
    void resize(int columns, int rows) throws IOException;

    /**
     * Copies the output as it comes until the process ends or the session is closed. Called once.
     *
     * @throws IOException if a sink fails, the runtime is lost, or {@link #close} is called meanwhile
     */
    void copyOutput(OutputStream stdout, OutputStream stderr) throws IOException;

    /**
     * After {@link #copyOutput}.
     *
     * @throws IOException if the runtime does not know, for example because it was restarted meanwhile
     */
    int exitCode() throws IOException;

    /** Lets go of the process; it may run on. Ends a copy that is under way. Idempotent. */
    @Override
    void close();
}
