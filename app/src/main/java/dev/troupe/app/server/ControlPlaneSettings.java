package dev.troupe.app.server;

import dev.troupe.app.DataDirectory;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a control-plane process is told at its start.
 *
 * @param data everything that it keeps
 * @param host interface of the API server
 * @param port of the API server; 0 for a free one
 * @param tokenFile static tokens in kube-apiserver's form
 */
public record ControlPlaneSettings(DataDirectory data, String host, int port, Optional<Path> tokenFile) {}
