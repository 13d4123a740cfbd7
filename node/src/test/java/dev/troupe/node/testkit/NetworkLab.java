package dev.troupe.node.testkit;

import dev.troupe.node.network.CommandRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/**
 * A node and a client outside, each in a network namespace of its own, connected by a cable; and processes that stand
 * for pods. All of it goes when it is closed. Needs root, iproute2, iptables and busybox.
 */
public final class NetworkLab implements AutoCloseable {
    public static final String NODE_ADDRESS = "10.99.0.11";
    public static final String CLIENT_ADDRESS = "10.99.0.1";
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(30);

    private final String name = "t" + Long.toString(System.nanoTime() & 0xffffff, 36)
            + ProcessHandle.current().pid();
    private final CommandRunner host = CommandRunner.here(COMMAND_TIMEOUT);
    private final List<Process> processes = new ArrayList<>();

    public NetworkLab() throws IOException {
        boolean possible = Files.isWritable(Path.of("/proc/sys/net/ipv4/ip_forward"))
                && host.attempt(List.of("sh", "-c", "command -v ip iptables nsenter busybox conntrack"), "")
                        .succeeded();
        Assumptions.assumeTrue(possible, "needs root, iproute2, iptables, conntrack and busybox");
        host.run("ip", "netns", "add", nodeName());
        host.run("ip", "netns", "add", clientName());
        node().run(
                        List.of("ip", "-batch", "-"),
                        "link set lo up\nlink add eth0 type veth peer name eth0 netns " + clientName()
                                + "\naddr add " + NODE_ADDRESS
                                + "/24 dev eth0\nlink set eth0 up\nroute add default via "
                                + CLIENT_ADDRESS + "\n");
        client().run(
                        List.of("ip", "-batch", "-"),
                        "link set lo up\naddr add " + CLIENT_ADDRESS
                                + "/24 dev eth0\nlink set eth0 up\nroute add 10.96.0.0/12 via " + NODE_ADDRESS
                                + "\nroute add 203.0.113.0/24 via " + NODE_ADDRESS + "\n");
    }

    private String nodeName() {
        return name + "n";
    }

    private String clientName() {
        return name + "c";
    }

    /** Runs commands on the node. */
    public CommandRunner node() {
        return host.inNamespace(Path.of("/run/netns", nodeName()));
    }

    /** Runs commands on a machine of the same network that is no node. */
    public CommandRunner client() {
        return host.inNamespace(Path.of("/run/netns", clientName()));
    }

    public CommandRunner pod(long pid) {
        return host.inNamespaceOf(pid);
    }

    /** A process with a network namespace of its own, as a pause container is. */
    public long startPod() throws IOException {
        Process process = start(List.of("unshare", "--net", "sleep", "600"));
        // The process is there before it has entered its namespace.
        Path own = Path.of("/proc/" + process.pid() + "/ns/net");
        Path ours = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        await(() -> !Files.readSymbolicLink(own).equals(ours));
        return process.pid();
    }

    /** An HTTP server in a pod that answers with its name. */
    public void serve(long pid, String content, int port, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("index.html"), content + "\n");
        start(List.of(
                "nsenter",
                "--net=/proc/" + pid + "/ns/net",
                "busybox",
                "httpd",
                "-f",
                "-p",
                Integer.toString(port),
                "-h",
                folder.toString()));
        await(() -> pod(pid).attempt(List.of("busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:" + port + "/"), "")
                .succeeded());
    }

    /** A Java program with the test's class path on the node. */
    public void runOnNode(String mainClass, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "nsenter",
                "--net=/run/netns/" + nodeName(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(List.of(arguments));
        start(command);
    }

    private Process start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        processes.add(process);
        return process;
    }

    /** What so many requests from somewhere got: one line each, "failed" for those without an answer in 3 s. */
    public static List<String> get(CommandRunner from, String url, int times) throws IOException {
        String script = "for i in $(seq " + times + "); do timeout 3 busybox wget -q -O - " + url
                + " 2>/dev/null || echo failed; done";
        return from.run("sh", "-c", script).lines().toList();
    }

    /** A condition that may fail while things are not there yet. */
    public interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits for a condition, at most 30 s. */
    public static void await(Condition condition) throws IOException {
        await(condition, () -> "");
    }

    /** As {@link #await(Condition)}, and tells how it stood at the end. */
    public static void await(Condition condition, Callable<String> state) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come about within 30 s: " + stateOf(state));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static String stateOf(Callable<String> state) throws IOException {
        try {
            return state.call();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Process process : processes) {
            process.destroyForcibly();
        }
        host.attempt(List.of("ip", "netns", "del", nodeName()), "");
        host.attempt(List.of("ip", "netns", "del", clientName()), "");
    }
}
