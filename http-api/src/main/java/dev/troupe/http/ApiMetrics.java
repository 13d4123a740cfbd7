package dev.troupe.http;

import dev.troupe.http.request.RequestInfo;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ResourceRegistry;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The API server's metrics under kube-apiserver's names. Labels come from the registry, so clients cannot add series. */
final class ApiMetrics {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    private final ResourceRegistry resources;
    private final PrometheusRegistry registry;
    private final Counter requests;
    private final Histogram durations;
    private final Gauge longRunning;
    private final Counter panics;
    private final Counter watchEvents;

    ApiMetrics(ResourceRegistry resources, PrometheusRegistry registry) {
        this.resources = resources;
        this.registry = registry;
        this.requests = Counter.builder()
                .name("apiserver_request_total")
                .help("Counter of apiserver requests broken out for each verb, group, version, resource and code.")
                .labelNames("verb", "group", "version", "resource", "subresource", "scope", "code")
                .register(registry);
        this.durations = Histogram.builder()
                .name("apiserver_request_duration_seconds")
                .help("Response latency distribution in seconds for each verb, group, version and resource.")
                .labelNames("verb", "group", "version", "resource", "subresource", "scope")
                .classicOnly()
                .classicUpperBounds(
                        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30,
                        45, 60)
                .register(registry);
        this.longRunning = Gauge.builder()
                .name("apiserver_longrunning_requests")
                .help("Gauge of all active long-running requests broken out by verb, group, version and resource.")
                .labelNames("verb", "group", "version", "resource", "subresource", "scope")
                .register(registry);
        this.panics = Counter.builder()
                .name("apiserver_request_panics_total")
                .help("Requests that ended in a bug of the server. Zero is right.")
                .register(registry);
        this.watchEvents = Counter.builder()
                .name("apiserver_watch_events_total")
                .help("Number of events sent in watch clients.")
                .labelNames("group", "version", "resource")
                .register(registry);
        registerBuild();
        registerProcess();
    }

    private void registerBuild() {
        Info.builder()
                .name("kubernetes_build_info")
                .help("The version that is served.")
                .labelNames("git_version", "major", "minor", "platform")
                .register(registry)
                .addLabelValues(
                        ServerVersion.GIT_VERSION, ServerVersion.MAJOR, ServerVersion.MINOR, ServerVersion.platform());
    }

    private void registerProcess() {
        var runtime = ManagementFactory.getRuntimeMXBean();
        GaugeWithCallback.builder()
                .name("process_start_time_seconds")
                .help("Start time of the process since unix epoch in seconds.")
                .callback(callback -> callback.call(runtime.getStartTime() / 1000.0))
                .register(registry);
        GaugeWithCallback.builder()
                .name("process_cpu_seconds")
                .help("User and system CPU time spent in seconds.")
                .callback(callback -> callback.call(cpuSeconds()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("jvm_memory_heap_used_bytes")
                .help("Heap in use.")
                .callback(callback -> callback.call(
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("jvm_threads_current")
                .help("Live threads.")
                .callback(callback ->
                        callback.call(ManagementFactory.getThreadMXBean().getThreadCount()))
                .register(registry);
    }

    private static double cpuSeconds() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(cpu -> cpu.toNanos() / 1e9)
                .orElse(0d);
    }

    PrometheusRegistry registry() {
        return registry;
    }

    void observeInFlight(IntSupplier reads, IntSupplier writes) {
        GaugeWithCallback.builder()
                .name("apiserver_current_inflight_requests")
                .help("Number of currently used inflight request limit of this apiserver per request kind.")
                .labelNames("request_kind")
                .callback(callback -> {
                    callback.call(reads.getAsInt(), "readOnly");
                    callback.call(writes.getAsInt(), "mutating");
                })
                .register(registry);
    }

    void countPanic() {
        panics.inc();
    }

    /** @param resource of the events, from the registry */
    void countWatchEvents(GroupResource resource, String version, int events) {
        watchEvents.labelValues(resource.group(), version, resource.resource()).inc(events);
    }

    /** Counts a request and takes its time, up to the head of its answer. */
    Handler counted(Handler next) {
        return exchange -> {
            long start = System.nanoTime();
            Labels labels = labels(exchange);
            boolean streams = exchange.info().isLongRunning();
            if (streams) {
                longRunning.labelValues(labels.values()).inc();
            }
            CompletionStage<HttpResponse> answer = next.handle(exchange);
            return answer.thenCompose(response -> {
                requests.labelValues(labels.withCode(response.status().intValue()))
                        .inc();
                if (!streams) {
                    durations.labelValues(labels.values()).observe((System.nanoTime() - start) / 1e9);
                    return CompletableFuture.completedFuture(response);
                }
                return CompletableFuture.completedFuture(StreamEnd.then(
                        response, () -> longRunning.labelValues(labels.values()).dec()));
            });
        };
    }

    private record Labels(
            String verb, String group, String version, String resource, String subresource, String scope) {
        String[] values() {
            return new String[] {verb, group, version, resource, subresource, scope};
        }

        String[] withCode(int code) {
            return new String[] {verb, group, version, resource, subresource, scope, Integer.toString(code)};
        }
    }

    private Labels labels(Exchange exchange) {
        RequestInfo info = exchange.info();
        boolean known = info.resourceRequest()
                && resources
                        .find(info.group(), info.version(), info.resource())
                        .filter(strategy ->
                                info.subresource().isEmpty() || strategy.type().hasSubresource(info.subresource()))
                        .isPresent();
        String verb = verb(exchange);
        if (!known) {
            return new Labels(verb, "", "", "", "", "");
        }
        String scope = !info.name().isEmpty() ? "resource" : info.namespace().isEmpty() ? "cluster" : "namespace";
        return new Labels(verb, info.group(), info.version(), info.resource(), info.subresource(), scope);
    }

    private static String verb(Exchange exchange) {
        if (!METHODS.contains(exchange.method())) {
            return "other";
        }
        return switch (exchange.info().verb()) {
            case "create" -> "POST";
            case "update" -> "PUT";
            default -> exchange.info().verb().toUpperCase(Locale.ROOT);
        };
    }
}
