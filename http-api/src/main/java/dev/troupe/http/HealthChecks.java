package dev.troupe.http;

import dev.troupe.http.answer.Answers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The endpoints {@code /healthz}, {@code /livez} and {@code /readyz}, with one path for each check below them. */
public final class HealthChecks {

    /**
     * One check. Answers from memory; empty where all is well, else why not.
     *
     * @param name as it stands in the verbose answer and the path
     * @param readinessOnly true where a failure means "not now" and not "restart me"
     */
    public record HealthCheck(String name, boolean readinessOnly, Supplier<Optional<String>> failure) {}

    private final List<HealthCheck> checks;

    HealthChecks(List<HealthCheck> others, HealthCheck shutdown) {
        List<HealthCheck> all = new ArrayList<>();
        all.add(new HealthCheck("ping", false, Optional::empty));
        all.addAll(others);
        all.add(shutdown);
        this.checks = List.copyOf(all);
    }

    /** The answer; empty where the path is none of health's. */
    Optional<HttpResponse> answer(Exchange exchange) {
        String path = exchange.info().path();
        int slash = path.indexOf('/', 1);
        String endpoint = slash < 0 ? path.substring(1) : path.substring(1, slash);
        if (!Set.of("healthz", "livez", "readyz").contains(endpoint)) {
            return Optional.empty();
        }
        List<HealthCheck> applied = checks.stream()
                .filter(check -> endpoint.equals("readyz") || !check.readinessOnly())
                .toList();
        if (slash < 0) {
            return Optional.of(all(endpoint, applied, exchange));
        }
        String name = path.substring(slash + 1);
        return applied.stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .map(check -> check.failure()
                        .get()
                        .map(why -> Answers.text(500, "internal server error: " + why + "\n"))
                        .orElseGet(() -> Answers.text(200, "ok")));
    }

    private static HttpResponse all(String endpoint, List<HealthCheck> checks, Exchange exchange) {
        List<String> excluded = exchange.query().all("exclude");
        StringBuilder lines = new StringBuilder();
        boolean healthy = true;
        for (HealthCheck check : checks) {
            if (excluded.contains(check.name())) {
                lines.append("[+]").append(check.name()).append(" excluded: ok\n");
            } else if (check.failure().get().isEmpty()) {
                lines.append("[+]").append(check.name()).append(" ok\n");
            } else {
                healthy = false;
                lines.append("[-]").append(check.name()).append(" failed: reason withheld\n");
            }
        }
        if (!healthy) {
            return Answers.text(500, lines + endpoint + " check failed\n");
        }
        return Answers.text(200, exchange.query().has("verbose") ? lines + endpoint + " check passed\n" : "ok");
    }
}
