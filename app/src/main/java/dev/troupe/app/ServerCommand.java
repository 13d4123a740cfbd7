package dev.troupe.app;

import dev.troupe.app.server.ControlPlane;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code troupe server}: a control plane alone. */
@Command(name = "server", description = "run a control plane alone", mixinStandardHelpOptions = true)
final class ServerCommand implements Callable<Integer> {
    private final PrintStream out;

    @Mixin
    private ServerOptions options = new ServerOptions();

    private final List<String> arguments;

    ServerCommand(PrintStream out, List<String> arguments) {
        this.out = out;
        this.arguments = arguments;
    }

    @Override
    public Integer call() {
        return new Background(out, options.data(), arguments).run("server", options.detach(), () -> {
            Progress progress = new Progress(out, InstantSource.system());
            ControlPlane controlPlane = ControlPlane.start(options.controlPlane());
            controlPlane.writeKubeconfig(options.kubeconfig());
            progress.step("server", "serving the Kubernetes API on " + controlPlane.endpoint());
            progress.step("kubectl", "export KUBECONFIG=" + options.kubeconfig());
            progress.step(
                    "join", "nodes join with the token in " + options.data().nodeToken());
            return controlPlane::stop;
        });
    }
}
