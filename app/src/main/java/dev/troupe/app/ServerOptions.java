package dev.troupe.app;

import dev.troupe.app.server.ControlPlaneSettings;
import dev.troupe.persistence.JournalKind;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that run a control plane. */
final class ServerOptions {
    @Option(names = "--data", paramLabel = "DIR", description = "where everything is kept (default: ${DEFAULT-VALUE})")
    private Path data = DataDirectory.standard();

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "port of the API, 0 for a free one (default: ${DEFAULT-VALUE})")
    private int port = 6443;

    @Option(
            names = "--bind-address",
            paramLabel = "ADDRESS",
            description = "interface of the API (default: ${DEFAULT-VALUE})")
    private String bindAddress = "0.0.0.0";

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description =
                    "where to write the administrator's kubeconfig (default: admin.kubeconfig in the data folder)")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--token-auth-file",
            paramLabel = "CSV",
            description = "static tokens, a line each: token,user,uid,\"group1,group2\"")
    private @Nullable Path tokenFile;

    @Option(
            names = "--journal",
            paramLabel = "embedded|leveldb",
            description = "what keeps the journal of a new data folder: Troupe's own, or Pekko's LevelDB plugin, which"
                    + " syncs each event (default: embedded)")
    private @Nullable JournalKind journal;

    @Option(names = "--detach", description = "return to the shell once everything runs")
    private boolean detach;

    DataDirectory data() {
        return new DataDirectory(data.toAbsolutePath().normalize());
    }

    Path kubeconfig() {
        return kubeconfig == null ? data().kubeconfig() : kubeconfig.toAbsolutePath();
    }

    boolean detach() {
        return detach;
    }

    ControlPlaneSettings controlPlane() {
        return new ControlPlaneSettings(
                data(), bindAddress, port, Optional.ofNullable(journal), Optional.ofNullable(tokenFile));
    }
}
