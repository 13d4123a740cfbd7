package dev.troupe.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.app.audit.AuditCommand;
import dev.troupe.app.server.ControlPlane;
import dev.troupe.app.server.MachineNode;
import dev.troupe.app.server.SimulatedNodes;
import dev.troupe.model.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe up}: server and node in one process. */
@Command(name = "up", description = "start server and node in one process", mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    private static final Duration NODE_READY = Duration.ofMinutes(2);

    private final PrintStream out;
    private final List<String> arguments;

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Option(
            names = "--runtime",
            paramLabel = "docker|simulated",
            description = "simulated: no container runs, nothing needs to be installed (default: ${DEFAULT-VALUE})")
    private RuntimeChoice runtime = RuntimeChoice.DOCKER;

    @Option(
            names = "--simulated-nodes",
            paramLabel = "N",
            description = "how many simulated nodes (default: 1 with --runtime simulated, else none)")
    private int simulatedNodes = -1;

    @Option(names = "--node-name", paramLabel = "NAME", description = "of the machine's node (default: its host name)")
    private @Nullable String nodeName;

    @Option(names = "--demo", description = "apply sample manifests, break something, tell what happened")
    private boolean demo;

    /** What containers are. */
    enum RuntimeChoice {
        DOCKER,
        SIMULATED
    }

    UpCommand(PrintStream out, List<String> arguments) {
        this.out = out;
        this.arguments = arguments;
    }

    @Override
    public Integer call() {
        return new Background(out, options.data(), arguments).run("up", options.detach(), this::start);
    }

    private Background.Running start() {
        Progress progress = new Progress(out, InstantSource.system());
        ControlPlane controlPlane = ControlPlane.start(options.controlPlane());
        controlPlane.writeKubeconfig(options.kubeconfig());
        progress.step("server", "serving the Kubernetes API on " + controlPlane.endpoint());
        startNodes(controlPlane, progress);
        if (demo) {
            try (ApiClient client = ApiClient.of(options.data())) {
                new Demo(client, progress, runtime == RuntimeChoice.DOCKER).run(this::killContainer, this::journal);
            }
        }
        progress.step("kubectl", "export KUBECONFIG=" + options.kubeconfig());
        progress.step(
                "running", "stop with: ./troupe down --data " + options.data().root());
        return controlPlane::stop;
    }

    private void startNodes(ControlPlane controlPlane, Progress progress) {
        int simulated = simulatedNodes >= 0 ? simulatedNodes : runtime == RuntimeChoice.SIMULATED ? 1 : 0;
        if (simulated > 0) {
            new SimulatedNodes(
                            controlPlane.cluster().system(),
                            controlPlane.api(),
                            options.data().node())
                    .start(simulated);
            progress.step("nodes", simulated + " simulated: no container really runs on them");
        }
        if (runtime == RuntimeChoice.DOCKER) {
            String name = name();
            machine(controlPlane.clusterId(), name)
                    .start(new MachineNode.Connection(
                            controlPlane.cluster().system(),
                            controlPlane.api(),
                            controlPlane.pki().nodeServer(name)));
            progress.step("node", name + " runs containers through Docker Engine");
        }
        try (ApiClient client = ApiClient.of(options.data())) {
            if (client.await("/api/v1/nodes", UpCommand::isReady, NODE_READY).isEmpty()) {
                throw new CommandFailure("no node was ready within " + NODE_READY.toMinutes()
                        + " minutes; see the log: " + options.data().logFile());
            }
        }
        progress.step("node", "ready for pods");
    }

    private MachineNode machine(String cluster, String name) {
        return new MachineNode(options.data(), cluster, name);
    }

    private static boolean isReady(JsonNode node) {
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    private String name() {
        if (nodeName != null) {
            return nodeName;
        }
        try {
            String host = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
            return host.matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?") ? host : "node-1";
        } catch (UnknownHostException e) {
            return "node-1";
        }
    }

    private String killContainer(JsonNode pod) {
        JsonNode status = pod.path("status").path("containerStatuses").path(0);
        String id = Json.text(status, "containerID").replaceFirst("^docker://", "");
        MachineNode.killContainer(options.data(), id);
        return "container " + Json.text(status, "name") + " of pod/" + Json.text(pod, "metadata", "name")
                + " killed behind Troupe's back";
    }

    private String journal() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream text = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        AuditCommand.create(text).execute("log", "--data", options.data().root().toString(), "--namespace", "demo");
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
