package dev.troupe.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The guided tour of {@code up --demo}: applies the sample manifests, sends traffic, breaks something and lets the
 * journal tell what happened.
 */
final class Demo {
    private static final String PODS = "/api/v1/namespaces/demo/pods";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/demo/deployments";
    private static final int REQUESTS = 30;

    /** What the demo breaks and how, which differs between real and simulated containers. */
    interface Breaker {
        /** Removes one container of the pod behind Troupe's back; says what it did. */
        String breakContainer(JsonNode pod);
    }

    private final ApiClient api;
    private final Progress progress;
    private final boolean realContainers;

    Demo(ApiClient api, Progress progress, boolean realContainers) {
        this.api = api;
        this.progress = progress;
        this.realContainers = realContainers;
    }

    /**
     * Runs the tour.
     *
     * @param journal renders the journal's account of the demo's namespace
     */
    void run(Breaker breaker, Supplier<String> journal) {
        apply();
        awaitReady();
        if (realContainers) {
            sendRequests();
        } else {
            progress.step("service", "no container runs in the simulated runtime, so no requests are sent");
        }
        if (realContainers) {
            breakAndWatch(breaker);
        } else {
            deleteAndWatch();
        }
        progress.step("journal", "what happened in namespace demo: who, what, why");
        progress.detail(journal.get());
    }

    private void apply() {
        api.apply("/api/v1/namespaces", "demo", manifest("namespace.yaml"));
        api.apply(DEPLOYMENTS, "web", manifest("deployment.yaml"));
        api.apply("/api/v1/namespaces/demo/services", "web", manifest("service.yaml"));
        progress.step("apply", "namespace/demo, deployment/web (3 pods of 2 containers), service/web (NodePort)");
    }

    private void awaitReady() {
        boolean ready = api.await(
                        DEPLOYMENTS,
                        deployment -> Json.text(deployment, "metadata", "name").equals("web")
                                && Json.integer(deployment, 0, "status", "readyReplicas") == 3,
                        Duration.ofMinutes(2))
                .isPresent();
        if (!ready) {
            throw new CommandFailure(
                    "deployment/web was not ready within 2 minutes; look with: kubectl -n demo describe pods");
        }
        progress.step("ready", "deployment/web: 3 of 3 pods");
        for (JsonNode pod : api.get(PODS).path("items")) {
            progress.detail("%-24s %-8s %-14s on %s"
                    .formatted(
                            Json.text(pod, "metadata", "name"),
                            Json.text(pod, "status", "phase"),
                            Json.text(pod, "status", "podIP"),
                            Json.text(pod, "spec", "nodeName")));
        }
    }

    private void sendRequests() {
        JsonNode service = api.get("/api/v1/namespaces/demo/services/web");
        int port = Json.integer(service.path("spec").path("ports").path(0), 0, "nodePort");
        URI uri = URI.create("http://127.0.0.1:" + port + "/");
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < REQUESTS; i++) {
            answers.merge(fetch(uri), 1, Integer::sum);
        }
        progress.step("service", REQUESTS + " requests through NodePort " + port + " were answered by");
        answers.forEach((pod, count) -> progress.detail("%-24s %2d  %s".formatted(pod, count, "#".repeat(count))));
    }

    private static String fetch(URI uri) {
        // A client of its own for each request: connections are balanced, not requests.
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            return client.send(
                            HttpRequest.newBuilder(uri)
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .strip();
        } catch (IOException e) {
            return "failed: " + e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private void breakAndWatch(Breaker breaker) {
        JsonNode pod = api.get(PODS).path("items").path(0);
        String name = Json.text(pod, "metadata", "name");
        int before = restarts(pod);
        progress.step("break", breaker.breakContainer(pod));
        JsonNode mended = api.await(
                        PODS,
                        seen -> Json.text(seen, "metadata", "name").equals(name)
                                && restarts(seen) > before
                                && isReady(seen),
                        Duration.ofMinutes(1))
                .orElseThrow(() -> new CommandFailure("pod " + name + " was not mended within a minute; look with: "
                        + "kubectl -n demo describe pod " + name));
        progress.step("mended", "pod/" + name + " is ready again, restarts: " + restarts(mended));
    }

    /** Without a container to kill, a whole pod goes. */
    private void deleteAndWatch() {
        String name = Json.text(api.get(PODS).path("items").path(0), "metadata", "name");
        api.delete(PODS + "/" + name);
        progress.step("break", "pod/" + name + " deleted");
        boolean replaced = api.await(
                        DEPLOYMENTS,
                        deployment -> Json.text(deployment, "metadata", "name").equals("web")
                                && Json.integer(deployment, 0, "status", "readyReplicas") == 3
                                && api.get(PODS).path("items").findValuesAsText("name").stream()
                                        .noneMatch(name::equals),
                        Duration.ofMinutes(1))
                .isPresent();
        if (!replaced) {
            throw new CommandFailure(
                    "pod " + name + " was not replaced within a minute; look with: kubectl -n demo get pods");
        }
        progress.step("mended", "another pod took its place");
    }

    private static int restarts(JsonNode pod) {
        int sum = 0;
        for (JsonNode status : pod.path("status").path("containerStatuses")) {
            sum += status.path("restartCount").asInt();
        }
        return sum;
    }

    private static boolean isReady(JsonNode pod) {
        for (JsonNode condition : pod.path("status").path("conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    private static String manifest(String name) {
        try (InputStream stream = Demo.class.getResourceAsStream("/dev/troupe/config/demo/" + name)) {
            if (stream == null) {
                throw new IllegalStateException("the build left out the sample manifest " + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
