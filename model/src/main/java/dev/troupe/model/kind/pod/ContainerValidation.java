package dev.troupe.model.kind.pod;

import dev.troupe.model.kind.pod.PodSpecValidation.ContainerScope;
import dev.troupe.model.kind.validation.Faults;
import dev.troupe.model.kind.validation.Field;
import dev.troupe.model.kind.validation.FieldRules;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.status.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rules of containers, init containers and ephemeral containers. */
final class ContainerValidation {
    private static final String ONLY_SIDECARS = "may not be set for init containers without restartPolicy=Always";
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
    private static final List<String> NOT_EPHEMERAL =
            List.of("ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle");

    private final ContainerScope scope;
    private final Faults faults;
    private final ProbeValidation probes;

    ContainerValidation(ContainerScope scope, Faults faults) {
        this.scope = scope;
        this.faults = faults;
        this.probes = new ProbeValidation(scope.gracePeriodSeconds(), faults);
    }

    void validate(Field spec) {
        containers(spec.child("containers"));
        initContainers(spec.child("initContainers"), spec.child("containers"));
        ephemeralContainers(spec);
    }

    private void containers(Field containers) {
        if (containers.value().isEmpty()) {
            faults.required(containers);
            return;
        }
        Set<String> names = new HashSet<>();
        for (Field container : containers.items()) {
            common(container);
            Field name = container.child("name");
            if (!names.add(name.text())) {
                faults.duplicate(name, name.text());
            }
            probes.validate(container);
            if (container.child("restartPolicy").present()) {
                faults.forbidden(container.child("restartPolicy"), "may not be set for non-init containers");
            }
        }
        hostPortConflicts(containers.items());
    }

    private void initContainers(Field initContainers, Field containers) {
        Set<String> names = new HashSet<>();
        containers.items().forEach(container -> names.add(container.text("name")));
        for (Field container : initContainers.items()) {
            common(container);
            Field restartPolicy = container.child("restartPolicy");
            if (restartPolicy.present() && !restartPolicy.text().equals("Always")) {
                faults.notSupported(restartPolicy, List.of("Always"));
            }
            Field name = container.child("name");
            if (!name.isBlank() && !names.add(name.text())) {
                faults.duplicate(name, name.text());
            }
            hostPortConflicts(List.of(container));
            if (restartPolicy.text().equals("Always")) {
                probes.validate(container);
            } else {
                for (String field : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                    if (container.child(field).present()) {
                        faults.forbidden(container.child(field), ONLY_SIDECARS);
                    }
                }
            }
        }
    }

    private void ephemeralContainers(Field spec) {
        Set<String> targets = new HashSet<>();
        spec.child("containers").items().forEach(container -> targets.add(container.text("name")));
        spec.child("initContainers").items().forEach(container -> targets.add(container.text("name")));
        Set<String> names = new HashSet<>(targets);
        for (Field container : spec.child("ephemeralContainers").items()) {
            common(container);
            imageWithoutSpaces(container, faults);
            Field name = container.child("name");
            if (!names.add(name.text())) {
                faults.duplicate(name, name.text());
            }
            Field target = container.child("targetContainerName");
            if (!target.isBlank() && !targets.contains(target.text())) {
                faults.notFound(target);
            }
            for (String field : NOT_EPHEMERAL) {
                if (!container.child(field).value().isEmpty()) {
                    faults.forbidden(container.child(field), "cannot be set for an Ephemeral Container");
                }
            }
            for (Field mount : container.child("volumeMounts").items()) {
                for (String field : List.of("subPath", "subPathExpr")) {
                    if (!mount.child(field).isBlank()) {
                        faults.forbidden(mount.child(field), "cannot be set for an Ephemeral Container");
                    }
                }
            }
        }
    }

    private void common(Field container) {
        Field name = container.child("name");
        if (name.isBlank()) {
            faults.required(name);
        } else {
            faults.invalidText(name, ObjectNames.dns1123Label(name.text(), false));
        }
        if (container.child("image").isBlank()) {
            faults.required(container.child("image"));
        }
        faults.oneOf(container.child("terminationMessagePolicy"), List.of("File", "FallbackToLogsOnError"));
        ports(container.child("ports"));
        EnvironmentValidation.variables(container.child("env"), faults);
        EnvironmentValidation.sources(container.child("envFrom"), faults);
        VolumeMountValidation.validate(container, scope.volumes(), faults);
        faults.oneOf(container.child("imagePullPolicy"), PULL_POLICIES);
        ResourceValidation.container(container.child("resources"), scope.claims(), faults);
        resizePolicy(container.child("resizePolicy"));
        SecurityValidation.container(container.child("securityContext"), scope.hostUsers(), faults);
    }

    private void ports(Field ports) {
        Set<String> names = new HashSet<>();
        for (Field port : ports.items()) {
            Field name = port.child("name");
            if (!name.isBlank()) {
                List<String> messages = FieldRules.portName(name.text());
                faults.invalidText(name, messages);
                if (messages.isEmpty() && !names.add(name.text())) {
                    faults.duplicate(name, name.text());
                }
            }
            Field containerPort = port.child("containerPort");
            if (containerPort.number() == 0) {
                faults.required(containerPort);
            } else {
                faults.port(containerPort);
            }
            Field hostPort = port.child("hostPort");
            if (hostPort.number() != 0) {
                faults.port(hostPort);
            }
            faults.oneOf(port.child("protocol"), PROTOCOLS);
        }
    }

    private void hostPortConflicts(List<Field> containers) {
        Set<String> taken = new HashSet<>();
        for (Field container : containers) {
            for (Field port : container.child("ports").items()) {
                long number = port.child("hostPort").number();
                String text = port.text("protocol") + "/" + port.text("hostIP") + "/" + number;
                if (number != 0 && !taken.add(text)) {
                    faults.duplicate(port.child("hostPort"), text);
                }
            }
        }
    }

    private void resizePolicy(Field policies) {
        Set<String> resources = new HashSet<>();
        int index = 0;
        for (Field policy : policies.items()) {
            String resource = policy.text("resourceName");
            if (!resources.add(resource)) {
                faults.add(FieldError.duplicate(policies.path() + "[" + index + "]", resource));
            }
            index++;
            oneOf(policies, resource, List.of("cpu", "memory"));
            String restart = policy.text("restartPolicy");
            oneOf(policies, restart, List.of("NotRequired", "RestartContainer"));
            if (scope.restartPolicy().equals("Never") && !restart.equals("NotRequired")) {
                faults.invalid(policies, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'");
            }
        }
    }

    private void oneOf(Field at, String value, List<String> supported) {
        if (value.isEmpty()) {
            faults.required(at);
        } else if (!supported.contains(value)) {
            faults.add(FieldError.notSupported(at.path(), value, supported));
        }
    }

    /** Only pods, not templates, refuse an image with spaces around it. */
    static void imageWithoutSpaces(Field container, Faults faults) {
        Field image = container.child("image");
        if (!image.text().equals(image.text().strip())) {
            faults.invalid(image, image.text(), "must not have leading or trailing whitespace");
        }
    }
}
