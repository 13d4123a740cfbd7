package dev.troupe.node.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.NodePods;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerRuntime;
import dev.troupe.node.runtime.ContainerRuntimeException;
import dev.troupe.node.runtime.ExecRequest;
import dev.troupe.node.runtime.LogRequest;
import dev.troupe.node.runtime.LogStream;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.SystemMaterializer;

/** What the node answers to whom it trusts. Calls block: the runtime is asked. */
final class EndpointRoutes {
    private final EndpointContainers containers;
    private final NodePods pods;
    private final ContainerRuntime runtime;
    private final ActorSystem<?> system;
    private final Executor blocking;
    private final InstantSource clock;
    private final NodeEndpointSettings.Limits limits;
    private final Semaphore streams;

    EndpointRoutes(
            NodeEndpoint.Parts parts, ActorSystem<?> system, Executor blocking, NodeEndpointSettings.Limits limits) {
        this.containers = new EndpointContainers(parts.pods());
        this.pods = parts.pods();
        this.runtime = parts.runtime();
        this.clock = parts.clock();
        this.system = system;
        this.blocking = blocking;
        this.limits = limits;
        this.streams = new Semaphore(limits.streams());
    }

    HttpResponse handle(HttpRequest request) {
        try {
            return route(request, EndpointRequest.of(request));
        } catch (EndpointFailure e) {
            return failure(e.code(), e.text());
        } catch (ContainerRuntimeException e) {
            return failure(code(e.reason()), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return failure(500, String.valueOf(e.getMessage()));
        }
    }

    private static int code(ContainerRuntimeException.Reason reason) {
        return switch (reason) {
            case UNAVAILABLE -> 503;
            case NOT_FOUND -> 404;
            case REFUSED -> 400;
            case UNSUPPORTED -> 501;
        };
    }

    static HttpResponse failure(int code, String text) {
        return HttpResponse.create()
                .withStatus(StatusCodes.get(code))
                .withEntity(ContentTypes.TEXT_PLAIN_UTF8, text + "\n");
    }

    private HttpResponse route(HttpRequest request, EndpointRequest read) throws EndpointFailure, IOException {
        List<String> path = read.path();
        String first = path.isEmpty() ? "" : path.get(0);
        return switch (first) {
            case "healthz" -> {
                requireGet(request, path, 1);
                yield HttpResponse.create().withEntity(ContentTypes.TEXT_PLAIN_UTF8, "ok");
            }
            case "pods" -> {
                requireGet(request, path, 1);
                yield HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, Json.bytes(podList()));
            }
            case "containerLogs" -> {
                requireGet(request, path, 4);
                yield logs(read);
            }
            case "exec", "attach" -> {
                requirePath(path, 4);
                yield command(request, read, first.equals("exec"));
            }
            case "portForward" ->
                throw new EndpointFailure(
                        501, "port-forward is not supported by this node: it needs SPDY/3.1, which is not implemented");
            default -> throw new EndpointFailure(404, "404 page not found");
        };
    }

    private static void requirePath(List<String> path, int segments) throws EndpointFailure {
        if (path.size() != segments || path.contains("")) {
            throw new EndpointFailure(404, "404 page not found");
        }
    }

    private static void requireGet(HttpRequest request, List<String> path, int segments) throws EndpointFailure {
        requirePath(path, segments);
        if (!request.method().equals(HttpMethods.GET)) {
            throw new EndpointFailure(405, "405: Method Not Allowed");
        }
    }

    private ObjectNode podList() {
        ObjectNode list = Json.object().put("kind", "PodList").put("apiVersion", "v1");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        pods.all().forEach(items::add);
        return list;
    }

    private HttpResponse logs(EndpointRequest read) throws EndpointFailure, IOException {
        List<String> path = read.path();
        JsonNode pod = containers.pod(path.get(1), path.get(2));
        containers.spec(pod, path.get(3));
        LogRequest wanted = LogQuery.read(read, clock.instant());
        ContainerId container = containers.logged(pod, path.get(3), read.flag("previous"));
        acquireStream();
        boolean isOpen = false;
        try {
            LogStream log = runtime.logs(container, wanted);
            isOpen = true;
            return LogResponse.of(log, system, blocking, limits.stalled(), streams::release);
        } finally {
            if (!isOpen) {
                streams.release();
            }
        }
    }

    private void acquireStream() throws EndpointFailure {
        if (!streams.tryAcquire()) {
            throw new EndpointFailure(
                    503, "too many logs and commands are open on this node: " + limits.streams() + " at most");
        }
    }

    private HttpResponse command(HttpRequest request, EndpointRequest read, boolean exec) throws EndpointFailure {
        List<String> path = read.path();
        JsonNode pod = containers.pod(path.get(1), path.get(2));
        ContainerId container = containers.running(pod, path.get(3));
        boolean tty = exec ? read.flag("tty") : Json.bool(containers.spec(pod, path.get(3)), "tty");
        // With a terminal there is but one output.
        RemoteCommand.Wish wish = new RemoteCommand.Wish(
                exec ? read.all("command") : List.of(),
                read.flag("stdin"),
                read.flag("stdout"),
                read.flag("stderr") && !tty);
        if (!wish.stdin() && !wish.stdout() && !wish.stderr()) {
            throw new EndpointFailure(400, "you must specify at least 1 of stdin, stdout, stderr");
        }
        if (exec && wish.command().isEmpty()) {
            throw new EndpointFailure(400, "you must specify at least 1 command for the container");
        }
        WebSocketUpgrade upgrade = upgrade(request);
        String version = version(upgrade);
        acquireStream();
        RemoteCommand.Starter starter = exec
                ? () -> runtime.exec(
                        new ExecRequest(container, wish.command(), wish.stdin(), wish.stdout(), wish.stderr(), tty))
                : () -> runtime.attach(container, wish.stdin(), tty);
        RemoteCommand command = new RemoteCommand(wish, starter, blocking, limits.stalled(), streams::release);
        return upgrade.handleMessagesWith(
                command.flow(SystemMaterializer.get(system).materializer()), version);
    }

    private static WebSocketUpgrade upgrade(HttpRequest request) throws EndpointFailure {
        Optional<WebSocketUpgrade> upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade);
        if (upgrade.isEmpty()) {
            throw new EndpointFailure(
                    400, "commands need an upgrade to a WebSocket; SPDY/3.1 is not supported by this node");
        }
        return upgrade.get();
    }

    private static String version(WebSocketUpgrade upgrade) throws EndpointFailure {
        for (String version : RemoteCommandProtocol.VERSIONS) {
            for (String offered : upgrade.getRequestedProtocols()) {
                if (offered.equals(version)) {
                    return version;
                }
            }
        }
        throw new EndpointFailure(
                400,
                "unable to upgrade: the WebSocket needs one of the subprotocols " + RemoteCommandProtocol.VERSIONS);
    }
}
