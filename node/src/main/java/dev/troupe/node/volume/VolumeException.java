package dev.troupe.node.volume;

import java.io.IOException;

/** A volume cannot be made, for a reason that its pod's user can mend. The message is fit for an event. */
public final class VolumeException extends IOException {
    private static final long serialVersionUID = 1L;

    public VolumeException(String message) {
        super(message);
    }

    public VolumeException(String message, Throwable cause) {
        super(message, cause);
    }
}
