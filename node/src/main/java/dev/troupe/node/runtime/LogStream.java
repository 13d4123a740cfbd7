package dev.troupe.node.runtime;

import java.io.IOException;
import java.io.OutputStream;

/** A container's log being read. Fit for virtual threads. */
public interface LogStream extends AutoCloseable {

    /**
     * Copies standard output and standard error, as they were written, until the log's end or {@link #close}. Flushes
     * after each piece. Called once.
     *
     * @throws IOException if the sink fails or the runtime is lost
     */
    void copyTo(OutputStream sink) throws IOException;

    /** Ends a copy that is under way. Idempotent. */
    @Override
    void close();
}
