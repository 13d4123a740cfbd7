package dev.troupe.http.node;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.http.Exchange;
import dev.troupe.http.Handler;
import dev.troupe.http.Replies;
import dev.troupe.http.answer.Answers;
import dev.troupe.http.request.Query;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.SharedKillSwitch;
import org.apache.pekko.stream.javadsl.Flow;

/** The subresources of pods that nodes serve: log, exec and attach, under the paths that kubelets have for them. */
public final class PodStreams {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource NODES = new GroupResource("", "nodes");

    /** Byte channels with a Status at the end; the fifth version can close single channels. */
    private static final List<String> PROTOCOLS = List.of("v5.channel.k8s.io", "v4.channel.k8s.io");

    private final ResourceApi api;
    private final NodeConnections connections;
    private final boolean localNodes;
    private final SharedKillSwitch shutdown;

    /**
     * The streams.
     *
     * @param shutdown ends all streams when the server stops
     */
    public PodStreams(ActorSystem<?> system, ResourceApi api, NodeAccess nodes, SharedKillSwitch shutdown) {
        this.api = api;
        this.connections = new NodeConnections(system, nodes.credentials());
        this.localNodes = nodes.localNodes();
        this.shutdown = shutdown;
    }

    /** The handlers by subresource. */
    public Map<String, Handler> handlers() {
        return Map.of(
                "log", this::log,
                "exec", exchange -> command(exchange, "exec"),
                "attach", exchange -> command(exchange, "attach"));
    }

    private CompletionStage<HttpResponse> log(Exchange exchange) {
        if (!exchange.method().equals("GET")) {
            return Replies.failed(exchange, Status.methodNotAllowed());
        }
        return Replies.then(
                exchange,
                pod(exchange),
                pod -> Replies.then(
                        exchange,
                        LogQuery.of(exchange.query(), exchange.info().name()),
                        query -> Replies.then(
                                exchange,
                                PodTarget.container(pod, exchange.query().first("container")),
                                container -> log(exchange, pod, container, query))));
    }

    private CompletionStage<HttpResponse> log(Exchange exchange, JsonNode pod, String container, String query) {
        String node = Json.text(pod, "spec", "nodeName");
        if (node.isEmpty()) {
            // Nothing runs yet, so nothing was written.
            return CompletableFuture.completedFuture(Answers.text(200, ""));
        }
        String path = path("containerLogs", exchange, container) + (query.isEmpty() ? "" : "?" + query);
        return Replies.then(
                exchange,
                endpoint(exchange, node),
                endpoint -> Replies.then(
                        exchange,
                        connections.get(endpoint, path),
                        answer -> CompletableFuture.completedFuture(HttpResponse.create()
                                .withEntity(HttpEntities.createChunked(
                                        ContentTypes.TEXT_PLAIN_UTF8,
                                        answer.entity().getDataBytes().via(shutdown.flow())))
                                .addHeader(RawHeader.create("Cache-Control", "no-cache, private")))));
    }

    /** {@code /containerLogs/NAMESPACE/POD/CONTAINER} and its like. */
    private static String path(String what, Exchange exchange, String container) {
        return "/" + what + "/" + encoded(exchange.info().namespace()) + "/"
                + encoded(exchange.info().name()) + "/" + encoded(container);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private CompletionStage<HttpResponse> command(Exchange exchange, String what) {
        if (!exchange.method().equals("GET") && !exchange.method().equals("POST")) {
            return Replies.failed(exchange, Status.methodNotAllowed());
        }
        return Replies.then(
                exchange,
                pod(exchange),
                pod -> Replies.then(
                        exchange,
                        PodTarget.container(pod, exchange.query().first("container")),
                        container -> command(exchange, what, pod, container)));
    }

    private CompletionStage<HttpResponse> command(Exchange exchange, String what, JsonNode pod, String container) {
        String node = Json.text(pod, "spec", "nodeName");
        if (node.isEmpty()) {
            return Replies.failed(
                    exchange, Status.badRequest("pod " + exchange.info().name() + " does not have a host assigned"));
        }
        if (what.equals("exec") && exchange.query().all("command").isEmpty()) {
            return Replies.failed(
                    exchange, Status.badRequest("you must specify at least one command for the container"));
        }
        String nodePath = path(what, exchange, container) + "?" + nodeQuery(exchange.query());
        if (isSpdy(exchange)) {
            return refused(exchange, node, nodePath);
        }
        return Replies.then(
                exchange,
                upgrade(exchange),
                accepted -> Replies.then(
                        exchange,
                        endpoint(exchange, node),
                        endpoint -> Replies.then(
                                exchange,
                                connections.webSocket(endpoint, nodePath, accepted.protocol()),
                                messages -> CompletableFuture.completedFuture(
                                        accepted.upgrade().handleMessagesWith(ended(messages), accepted.protocol())))));
    }

    /**
     * Clients fall back to SPDY when their WebSocket was refused, and tell their user what they hear then. So the node
     * is asked once more, without an upgrade, for its reason; it runs nothing without one.
     */
    private CompletionStage<HttpResponse> refused(Exchange exchange, String node, String nodePath) {
        return Replies.then(
                exchange,
                endpoint(exchange, node),
                endpoint -> Replies.then(exchange, connections.get(endpoint, nodePath), answer -> {
                    connections.discard(answer);
                    return Replies.failed(exchange, Status.badRequest("Upgrade request required"));
                }));
    }

    private static boolean isSpdy(Exchange exchange) {
        return exchange.header("upgrade").toLowerCase(java.util.Locale.ROOT).startsWith("spdy/");
    }

    /** A side that breaks off has ended, for the other; it is no error of the server's. */
    private Flow<Message, Message, NotUsed> ended(Flow<Message, Message, NotUsed> messages) {
        return Flow.<Message>create()
                .onErrorComplete()
                .via(messages)
                .via(shutdown.flow())
                .onErrorComplete();
    }

    private record Accepted(WebSocketUpgrade upgrade, String protocol) {}

    /** The upgrade that the client asks for, with the protocol that both speak. */
    private static Outcome<Accepted> upgrade(Exchange exchange) {
        Optional<WebSocketUpgrade> upgrade = exchange.request().getAttribute(AttributeKeys.webSocketUpgrade);
        if (upgrade.isEmpty()) {
            return Outcome.failure(Status.badRequest("Upgrade request required"));
        }
        List<String> offered = new ArrayList<>();
        upgrade.get().getRequestedProtocols().forEach(offered::add);
        return offered.stream()
                .filter(PROTOCOLS::contains)
                .findFirst()
                .<Outcome<Accepted>>map(protocol -> Outcome.success(new Accepted(upgrade.get(), protocol)))
                .orElseGet(() -> Outcome.failure(Status.badRequest("unable to upgrade: server selected no subprotocol,"
                        + " requested: " + offered + ", served: " + PROTOCOLS)));
    }

    /** The options as the node's endpoint takes them; nothing else of the client's query goes on. */
    private static String nodeQuery(Query query) {
        List<String> parameters = new ArrayList<>();
        for (String flag : List.of("stdin", "stdout", "stderr", "tty")) {
            if (query.flag(flag)) {
                parameters.add(flag + "=true");
            }
        }
        query.all("command").forEach(word -> parameters.add("command=" + encoded(word)));
        return String.join("&", parameters);
    }

    private CompletionStage<Outcome<JsonNode>> pod(Exchange exchange) {
        ObjectKey key = new ObjectKey(
                PODS,
                new NamespacedName(exchange.info().namespace(), exchange.info().name()));
        return api.get(exchange.caller(), key, new ReadVersion.Latest())
                .thenApply(found -> found.map(StoredObject::tree));
    }

    /** Asked in the server's own name: who may see a pod's log need not see its node. */
    private CompletionStage<Outcome<NodeEndpoint>> endpoint(Exchange exchange, String node) {
        Caller server = Caller.of(UserInfo.of("system:apiserver", UserInfo.SYSTEM_MASTERS), exchange.auditId());
        return api.get(server, new ObjectKey(NODES, NamespacedName.clusterScoped(node)), new ReadVersion.Any())
                .thenApply(found -> found.flatMap(object -> NodeEndpoint.of(object.tree(), localNodes)));
    }
}
