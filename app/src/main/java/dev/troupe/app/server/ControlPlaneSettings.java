package dev.troupe.app.server;

import dev.troupe.app.DataDirectory;
import dev.troupe.persistence.JournalKind;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a control-plane process is told at its start.
 *
 * @param data everything that it keeps
 * @param host interface of the API server
 * @param port of the API server; 0 for a free one
 * @param journal what keeps the journal; without a wish what is in the folder, or the embedded one
 * @param tokenFile static tokens in kube-apiserver's form
 */
public record ControlPlaneSettings(
        DataDirectory data, String host, int port, Optional<JournalKind> journal, Optional<Path> tokenFile) {

    /** With the journal that is in the data folder, or the embedded one. */
    public ControlPlaneSettings(DataDirectory data, String host, int port, Optional<Path> tokenFile) {
        this(data, host, port, Optional.empty(), tokenFile);
    }
}
