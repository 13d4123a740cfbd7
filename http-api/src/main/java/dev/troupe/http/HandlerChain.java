package dev.troupe.http;

import dev.troupe.http.answer.Answers;
import dev.troupe.http.answer.Compression;
import dev.troupe.http.auth.AccessRequest;
import dev.troupe.http.auth.Authenticator;
import dev.troupe.http.auth.Authorizer;
import dev.troupe.http.auth.Forbidden;
import dev.troupe.http.auth.Impersonation;
import dev.troupe.http.request.RequestTimeout;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.status.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.Materializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole way of a request, in one place: read {@link #around} from bottom to top. */
final class HandlerChain {
    private static final Logger LOG = LoggerFactory.getLogger(HandlerChain.class);

    private final ApiServerSettings settings;
    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final ApiMetrics metrics;
    private final InFlightLimit inFlight;

    HandlerChain(ApiServerSettings settings, Authenticator authenticator, Authorizer authorizer, ApiMetrics metrics) {
        this.settings = settings;
        this.authenticator = authenticator;
        this.authorizer = authorizer;
        this.metrics = metrics;
        this.inFlight = new InFlightLimit(settings.readsInFlight(), settings.writesInFlight(), metrics);
    }

    /** Puts everything that holds for every request around the dispatch to verbs and documents. */
    Handler around(Handler dispatch) {
        Handler handler = dispatch;
        handler = authorized(handler);
        handler = impersonated(handler);
        handler = authenticated(handler);
        handler = withinItsTime(handler);
        handler = inFlight.around(handler);
        handler = compressed(handler);
        handler = surviving(handler);
        handler = metrics.counted(handler);
        return handler;
    }

    /** Serves a request: names it, runs the chain, and leaves nothing of its body unread. */
    CompletionStage<HttpResponse> serve(Handler chain, HttpRequest request, String auditId, Materializer materializer) {
        Exchange exchange = Exchange.of(request, auditId);
        return chain.handle(exchange).thenApply(response -> {
            if (!request.entity().isStrict()) {
                request.entity().discardBytes(materializer);
            }
            return response.addHeader(RawHeader.create("Audit-Id", auditId));
        });
    }

    /** A bug in one request must not take others along; it is counted and answered as Kubernetes does. */
    private Handler surviving(Handler next) {
        return exchange -> {
            CompletionStage<HttpResponse> stage;
            try {
                stage = next.handle(exchange);
            } catch (RuntimeException e) {
                stage = CompletableFuture.failedFuture(e);
            }
            return stage.exceptionally(failure -> {
                metrics.countPanic();
                LOG.error(
                        "{} {} failed, auditId={}",
                        exchange.method(),
                        exchange.info().path(),
                        exchange.auditId(),
                        failure);
                return Answers.text(
                        500,
                        "This request caused apiserver to panic. Look in the logs for details, auditId="
                                + exchange.auditId() + "\n");
            });
        };
    }

    private Handler compressed(Handler next) {
        return exchange -> next.handle(exchange)
                .thenApply(response ->
                        Compression.apply(response, exchange.header("accept-encoding"), settings.gzipThreshold()));
    }

    /** 504 for a short request that takes too long; its work may still go on, and its outcome is then unknown. */
    private Handler withinItsTime(Handler next) {
        return exchange -> {
            if (exchange.info().isLongRunning()) {
                return next.handle(exchange);
            }
            return switch (RequestTimeout.of(exchange.query(), settings.requestTimeout())) {
                case Outcome.Failure<Duration> failure -> failed(exchange, failure.status());
                case Outcome.Success<Duration> success ->
                    next.handle(exchange)
                            .toCompletableFuture()
                            .copy()
                            .orTimeout(success.value().toMillis(), TimeUnit.MILLISECONDS)
                            .exceptionallyCompose(why -> why instanceof TimeoutException
                                    ? failed(
                                            exchange,
                                            Status.timeout("request did not complete within the allotted timeout"))
                                    : CompletableFuture.failedFuture(why));
            };
        };
    }

    private Handler authenticated(Handler next) {
        return exchange -> authenticator
                .authenticate(PeerCertificates.of(exchange.request()), exchange.header("authorization"))
                .thenCompose(user -> user.isPresent()
                        ? next.handle(exchange.as(user.get()))
                        : failed(exchange, Status.unauthorized()));
    }

    private Handler impersonated(Handler next) {
        return exchange -> {
            List<Map.Entry<String, String>> headers = new ArrayList<>();
            for (HttpHeader header : exchange.request().getHeaders()) {
                if (header.lowercaseName().startsWith("impersonate-")) {
                    headers.add(Map.entry(header.lowercaseName(), header.value()));
                }
            }
            if (headers.isEmpty()) {
                return next.handle(exchange);
            }
            return switch (Impersonation.apply(exchange.user(), Impersonation.wish(headers), authorizer)) {
                case Outcome.Failure<UserInfo> failure -> failed(exchange, failure.status());
                case Outcome.Success<UserInfo> success -> next.handle(exchange.as(success.value()));
            };
        };
    }

    private Handler authorized(Handler next) {
        return exchange -> {
            // A malformed selector limits nothing, so it grants nothing either; the verb will complain about it.
            FieldSelector fields = FieldSelector.parse(exchange.query().first("fieldSelector"))
                            instanceof Outcome.Success<FieldSelector> selector
                    ? selector.value()
                    : FieldSelector.everything();
            AccessRequest wanted = AccessRequest.of(exchange.info(), fields);
            Authorizer.Decision decision = authorizer.authorize(exchange.user(), wanted);
            return decision.allowed()
                    ? next.handle(exchange)
                    : CompletableFuture.completedFuture(Answers.forbidden(
                            Forbidden.of(exchange.user(), wanted, decision.reason()), exchange.pretty()));
        };
    }

    private static CompletionStage<HttpResponse> failed(Exchange exchange, Status status) {
        return CompletableFuture.completedFuture(Answers.failure(status, exchange.pretty()));
    }
}
