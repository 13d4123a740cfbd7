package dev.troupe.http;

import java.time.Duration;

/**
 * The limits of the API server. Each has its reason; none is for tuning by taste.
 *
 * @param host interface to listen on, for example {@code 0.0.0.0}
 * @param port 0 picks a free one
 * @param bodyLimit bytes of a request body; as Kubernetes, which must hold what etcd takes and some
 * @param readsInFlight short reads served at a time; more are told to come again, as a queue would only add latency
 * @param writesInFlight short writes served at a time
 * @param requestTimeout longest time of a short request
 * @param watchTimeout a watch without timeoutSeconds ends after this, or up to twice it, so that clients spread anew
 * @param watchBuffer events that wait for one slow watcher before its stream is closed; it then lists anew
 * @param maxConnections open at a time; each costs about 100 KB with TLS
 * @param maxUriLength bytes; field and label selectors are the longest that clients send
 * @param gzipThreshold bytes from which answers are compressed for clients that accept it, as Kubernetes
 * @param drainTimeout how long requests under way may take when the server stops
 */
public record ApiServerSettings(
        String host,
        int port,
        long bodyLimit,
        int readsInFlight,
        int writesInFlight,
        Duration requestTimeout,
        Duration watchTimeout,
        int watchBuffer,
        int maxConnections,
        int maxUriLength,
        int gzipThreshold,
        Duration drainTimeout) {

    public static ApiServerSettings on(String host, int port) {
        return new ApiServerSettings(
                host,
                port,
                3 * 1024 * 1024,
                400,
                200,
                Duration.ofSeconds(60),
                Duration.ofMinutes(30),
                10_000,
                10_000,
                32 * 1024,
                128 * 1024,
                Duration.ofSeconds(5));
    }

    public ApiServerSettings withInFlight(int reads, int writes) {
        return new ApiServerSettings(
                host,
                port,
                bodyLimit,
                reads,
                writes,
                requestTimeout,
                watchTimeout,
                watchBuffer,
                maxConnections,
                maxUriLength,
                gzipThreshold,
                drainTimeout);
    }

    public ApiServerSettings withRequestTimeout(Duration timeout) {
        return new ApiServerSettings(
                host,
                port,
                bodyLimit,
                readsInFlight,
                writesInFlight,
                timeout,
                watchTimeout,
                watchBuffer,
                maxConnections,
                maxUriLength,
                gzipThreshold,
                drainTimeout);
    }

    public ApiServerSettings withWatchBuffer(int events) {
        return new ApiServerSettings(
                host,
                port,
                bodyLimit,
                readsInFlight,
                writesInFlight,
                requestTimeout,
                watchTimeout,
                events,
                maxConnections,
                maxUriLength,
                gzipThreshold,
                drainTimeout);
    }
}
