package dev.troupe.persistence;

/** The journal's folder cannot be used. The message says why and what to do; nothing was changed. */
public final class JournalUnusable extends RuntimeException {
    private static final long serialVersionUID = 1;

    public JournalUnusable(String message, Throwable cause) {
        super(message, cause);
    }

    public JournalUnusable(String message) {
        super(message);
    }
}
