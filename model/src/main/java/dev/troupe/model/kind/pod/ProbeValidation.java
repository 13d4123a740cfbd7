package dev.troupe.model.kind.pod;

import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.kind.validation.Formats;
import dev.troupe.model.status.FieldError;
import java.util.List;

/** The rules of probes and lifecycle hooks. */
final class ProbeValidation {
    private final long gracePeriodSeconds;
    private final Faults faults;

    ProbeValidation(long gracePeriodSeconds, Faults faults) {
        this.gracePeriodSeconds = gracePeriodSeconds;
        this.faults = faults;
    }

    void validate(Field container) {
        for (String hook : List.of("postStart", "preStop")) {
            Field handler = container.child("lifecycle").child(hook);
            if (handler.present()) {
                handler(handler, List.of("exec", "httpGet", "tcpSocket", "sleep"));
            }
        }
        probe(container.child("livenessProbe"), true);
        Field readiness = container.child("readinessProbe");
        probe(readiness, false);
        Field grace = readiness.child("terminationGracePeriodSeconds");
        if (grace.present()) {
            faults.invalid(grace, "must not be set for readinessProbes");
        }
        probe(container.child("startupProbe"), true);
    }

    private void probe(Field probe, boolean succeedsOnce) {
        if (!probe.present()) {
            return;
        }
        handler(probe, List.of("exec", "httpGet", "tcpSocket", "grpc"));
        for (String field : List.of(
                "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")) {
            faults.nonNegative(probe.child(field));
        }
        Field grace = probe.child("terminationGracePeriodSeconds");
        if (grace.present() && grace.number() <= 0) {
            faults.invalid(grace, "must be greater than 0");
        }
        if (succeedsOnce && probe.child("successThreshold").number() != 1) {
            faults.invalid(probe.child("successThreshold"), "must be 1");
        }
    }

    private void handler(Field owner, List<String> kinds) {
        int found = 0;
        for (String kind : kinds) {
            Field handler = owner.child(kind);
            if (!handler.present()) {
                continue;
            }
            if (found++ > 0) {
                faults.forbidden(handler, "may not specify more than 1 handler type");
                continue;
            }
            switch (kind) {
                case "exec" -> {
                    if (handler.child("command").value().isEmpty()) {
                        faults.required(handler.child("command"));
                    }
                }
                case "httpGet" -> httpGet(handler);
                case "sleep" -> sleep(handler);
                case "grpc" -> faults.port(handler.child("port"));
                default -> port(handler.child("port"));
            }
        }
        if (found == 0) {
            faults.required(owner, "must specify a handler type");
        }
    }

    private void httpGet(Field action) {
        if (action.child("path").isBlank()) {
            faults.required(action.child("path"));
        }
        port(action.child("port"));
        if (!List.of("HTTP", "HTTPS").contains(action.text("scheme"))) {
            faults.notSupported(action.child("scheme"), List.of("HTTP", "HTTPS"));
        }
        for (Field header : action.child("httpHeaders").items()) {
            String name = header.text("name");
            Formats.httpHeaderName(name).forEach(fault -> faults.invalid(action.child("httpHeaders"), name, fault));
        }
    }

    private void sleep(Field action) {
        Field seconds = action.child("seconds");
        if (seconds.number() <= 0 || seconds.number() > gracePeriodSeconds) {
            faults.add(FieldError.invalid(
                    action.path(),
                    seconds.number(),
                    "must be greater than 0 and less than terminationGracePeriodSeconds (" + gracePeriodSeconds
                            + "). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep."));
        }
    }

    private void port(Field port) {
        if (port.value().isTextual()) {
            faults.invalidText(port, FieldRules.portName(port.text()));
        } else {
            faults.port(port);
        }
    }
}
