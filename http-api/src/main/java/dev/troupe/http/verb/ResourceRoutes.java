package dev.troupe.http.verb;

import dev.troupe.http.Exchange;
import dev.troupe.http.Handler;
import dev.troupe.http.Replies;
import dev.troupe.http.answer.Answers;
import dev.troupe.http.request.RequestInfo;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ResourceRegistry;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.status.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Finds the verb for a request on a resource. */
public final class ResourceRoutes implements Handler {
    private static final ResourceType BINDING = kind("", "v1", "bindings", "Binding");
    private static final List<ResourceType> EVICTIONS =
            List.of(kind("policy", "v1", "evictions", "Eviction"), kind("policy", "v1beta1", "evictions", "Eviction"));
    private static final GroupResource PODS = new GroupResource("", "pods");

    private final ResourceRegistry registry;
    private final Map<GroupResource, Handler> virtual;
    private final Map<String, Handler> podStreams;
    private final ReadVerbs reads;
    private final WriteVerbs writes;
    private final DeleteVerbs deletes;
    private final WatchVerb watches;
    private final ScaleVerbs scales;

    /**
     * The routes.
     *
     * @param counter told of events that go to watchers
     * @param virtual kinds that are answered and never stored, by resource
     * @param podStreams handlers of the subresources of pods that nodes serve, such as log and exec
     */
    public ResourceRoutes(
            ServingParts parts,
            WatchedEvents counter,
            Map<GroupResource, Handler> virtual,
            Map<String, Handler> podStreams) {
        this.registry = parts.registry();
        this.virtual = Map.copyOf(virtual);
        this.podStreams = Map.copyOf(podStreams);
        this.reads = new ReadVerbs(parts);
        this.writes = new WriteVerbs(parts);
        this.deletes = new DeleteVerbs(parts);
        this.watches = new WatchVerb(parts, (target, events) -> counter.sent(target.type(), events));
        this.scales = new ScaleVerbs(parts, writes);
    }

    /** Told how many events went to a client. */
    public interface WatchedEvents {
        void sent(ResourceType type, int events);
    }

    private static ResourceType kind(String group, String version, String plural, String kind) {
        return new ResourceType(group, version, plural, "", kind, true, List.of(), List.of(), List.of());
    }

    @Override
    public CompletionStage<HttpResponse> handle(Exchange exchange) {
        RequestInfo info = exchange.info();
        Handler answered = virtual.get(new GroupResource(info.group(), info.resource()));
        if (answered != null) {
            return answered.handle(exchange);
        }
        if (info.group().isEmpty()
                && info.resource().equals("bindings")
                && info.verb().equals("create")) {
            return bind(exchange);
        }
        Optional<ResourceStrategy> strategy = registry.find(info.group(), info.version(), info.resource());
        if (strategy.isEmpty()) {
            return unknown(exchange);
        }
        if (!fitsScope(strategy.get().type(), info)) {
            return Replies.failed(exchange, Status.unknownResource());
        }
        Optional<Status> malformed = malformedName(info);
        if (malformed.isPresent()) {
            return Replies.failed(exchange, malformed.get());
        }
        Target target = Target.of(strategy.get(), info);
        if (!target.subresource().isEmpty()) {
            return subresource(exchange, target);
        }
        return target.name().isEmpty() || info.verb().equals("watch")
                ? collection(exchange, target)
                : object(exchange, target);
    }

    /** A group that is served says that it has no such resource; elsewhere there is no page. */
    private CompletionStage<HttpResponse> unknown(Exchange exchange) {
        String apiVersion = exchange.info().apiVersion();
        boolean served =
                registry.all().stream().anyMatch(one -> one.type().apiVersion().equals(apiVersion));
        return served
                ? Replies.failed(exchange, Status.unknownResource())
                : CompletableFuture.completedFuture(Answers.text(404, "404 page not found\n"));
    }

    /** Cluster-scoped kinds must not answer below a namespace, whose grants would then reach too far. */
    private static boolean fitsScope(ResourceType type, RequestInfo info) {
        if (type.namespaced()) {
            return info.name().isEmpty() || !info.namespace().isEmpty();
        }
        return info.namespace().isEmpty() || info.parts().get(0).equals("namespaces");
    }

    private static Optional<Status> malformedName(RequestInfo info) {
        return malformed("Namespace", info.namespace()).or(() -> malformed("Name", info.name()));
    }

    private static Optional<Status> malformed(String what, String value) {
        String fault = "";
        if (value.equals(".") || value.equals("..")) {
            fault = "may not be '" + value + "'";
        } else if (value.contains("/")) {
            fault = "may not contain '/'";
        } else if (value.contains("%")) {
            fault = "may not contain '%'";
        }
        return fault.isEmpty()
                ? Optional.empty()
                : Optional.of(Status.badRequest(what + " parameter invalid: \"" + value + "\": " + fault));
    }

    private CompletionStage<HttpResponse> collection(Exchange exchange, Target target) {
        boolean everywhere = target.type().namespaced() && target.namespace().isEmpty();
        return switch (exchange.method() + " " + exchange.info().verb()) {
            case "GET list" -> reads.list(exchange, target);
            case "GET watch" -> watches.watch(exchange, target);
            case "POST create" -> everywhere ? notAllowed(exchange) : writes.create(exchange, target);
            case "DELETE deletecollection" ->
                everywhere ? notAllowed(exchange) : deletes.deleteCollection(exchange, target);
            default -> notAllowed(exchange);
        };
    }

    private CompletionStage<HttpResponse> object(Exchange exchange, Target target) {
        return switch (exchange.method()) {
            case "GET" -> reads.get(exchange, target);
            case "PUT" -> writes.update(exchange, target);
            case "PATCH" -> writes.patch(exchange, target);
            case "DELETE" -> deletes.delete(exchange, target);
            default -> notAllowed(exchange);
        };
    }

    private CompletionStage<HttpResponse> subresource(Exchange exchange, Target target) {
        boolean deeper = exchange.info().parts().size() > 3;
        if (deeper || !target.type().hasSubresource(target.subresource())) {
            return Replies.failed(exchange, Status.unknownResource());
        }
        if (target.type().groupResource().equals(PODS)) {
            Handler stream = podStreams.get(target.subresource());
            if (stream != null) {
                return stream.handle(exchange);
            }
        }
        return switch (target.subresource()) {
            case "scale" -> scale(exchange, target);
            case "binding" ->
                exchange.method().equals("POST")
                        ? writes.createSubresource(exchange, target, List.of(BINDING))
                        : notAllowed(exchange);
            case "eviction" ->
                exchange.method().equals("POST")
                        ? writes.createSubresource(exchange, target, EVICTIONS)
                        : notAllowed(exchange);
            case "finalize" -> exchange.method().equals("PUT") ? writes.update(exchange, target) : notAllowed(exchange);
            case "log", "exec", "attach", "portforward", "proxy" -> Replies.failed(exchange, Status.unknownResource());
            default -> part(exchange, target);
        };
    }

    /** A subresource that is a part of the object and has its kind: status, approval and the like. */
    private CompletionStage<HttpResponse> part(Exchange exchange, Target target) {
        return switch (exchange.method()) {
            case "GET" -> reads.get(exchange, target);
            case "PUT" -> writes.update(exchange, target);
            case "PATCH" -> writes.patch(exchange, target);
            default -> notAllowed(exchange);
        };
    }

    private CompletionStage<HttpResponse> scale(Exchange exchange, Target target) {
        return switch (exchange.method()) {
            case "GET" -> scales.get(exchange, target);
            case "PUT" -> scales.update(exchange, target);
            case "PATCH" -> scales.patch(exchange, target);
            default -> notAllowed(exchange);
        };
    }

    /** The old path of a binding, which names its pod in the body only. */
    private CompletionStage<HttpResponse> bind(Exchange exchange) {
        Optional<ResourceStrategy> pods = registry.find(PODS);
        if (pods.isEmpty() || exchange.info().namespace().isEmpty()) {
            return Replies.failed(exchange, Status.unknownResource());
        }
        return Replies.then(
                exchange,
                writes.sent(exchange, BINDING, "CreateOptions"),
                sent -> writes.bind(
                        exchange,
                        new Target(
                                pods.get(),
                                exchange.info().namespace(),
                                Json.text(sent.object(), "metadata", "name"),
                                "binding"),
                        sent));
    }

    private static CompletionStage<HttpResponse> notAllowed(Exchange exchange) {
        return Replies.failed(exchange, Status.methodNotAllowed());
    }
}
