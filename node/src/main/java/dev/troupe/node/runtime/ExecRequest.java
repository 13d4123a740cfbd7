package dev.troupe.node.runtime;

import java.util.List;

/**
 * A command to run in a running container.
 *
 * @param tty with a terminal, standard error goes to standard output
 */
public record ExecRequest(
        ContainerId container, List<String> command, boolean stdin, boolean stdout, boolean stderr, boolean tty) {
    public ExecRequest {
        command = List.copyOf(command);
    }

    /** Both outputs, no input, no terminal: for probes and hooks. */
    public static ExecRequest outputOf(ContainerId container, List<String> command) {
        return new ExecRequest(container, command, false, true, true, false);
    }
}
