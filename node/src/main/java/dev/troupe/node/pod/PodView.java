package dev.troupe.node.pod;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.node.runtime.PodIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A pod as its worker reads it. Immutable; the tree it reads from is shared. */
public final class PodView {
    /** Grace where a pod names none. */
    public static final long DEFAULT_GRACE_SECONDS = 30;

    private final JsonNode json;
    private final PodIdentity identity;
    private final List<ContainerView> initContainers;
    private final List<ContainerView> containers;

    public PodView(JsonNode json) {
        this.json = json;
        JsonNode metadata = json.path("metadata");
        this.identity = new PodIdentity(
                Json.text(metadata, "namespace"), Json.text(metadata, "name"), Json.text(metadata, "uid"));
        this.initContainers = views(Json.at(json, "spec", "initContainers"), true);
        this.containers = views(Json.at(json, "spec", "containers"), false);
    }

    private static List<ContainerView> views(JsonNode list, boolean init) {
        List<ContainerView> views = new ArrayList<>();
        for (JsonNode container : list) {
            views.add(new ContainerView(Json.text(container, "name"), Json.text(container, "image"), init, container));
        }
        return List.copyOf(views);
    }

    /** When containers that ended are started again. */
    public enum RestartPolicy {
        ALWAYS,
        ON_FAILURE,
        NEVER
    }

    public JsonNode json() {
        return json;
    }

    public JsonNode spec() {
        return json.path("spec");
    }

    public JsonNode status() {
        return json.path("status");
    }

    public PodIdentity identity() {
        return identity;
    }

    /** {@code name_namespace(uid)}, as the kubelet's messages name a pod. */
    public String title() {
        return identity.toString();
    }

    public List<ContainerView> initContainers() {
        return initContainers;
    }

    public List<ContainerView> containers() {
        return containers;
    }

    /** Init containers, then the others. */
    public List<ContainerView> allContainers() {
        List<ContainerView> all = new ArrayList<>(initContainers);
        all.addAll(containers);
        return all;
    }

    public Optional<ContainerView> container(String name) {
        return allContainers().stream()
                .filter(container -> container.name().equals(name))
                .findFirst();
    }

    public RestartPolicy restartPolicy() {
        return switch (Json.text(spec(), "restartPolicy")) {
            case "Never" -> RestartPolicy.NEVER;
            case "OnFailure" -> RestartPolicy.ON_FAILURE;
            default -> RestartPolicy.ALWAYS;
        };
    }

    public boolean isDeleting() {
        return Json.optionalText(json, "metadata", "deletionTimestamp").isPresent();
    }

    /** Seconds that a container has between the request to end and its being killed. */
    public long graceSeconds() {
        JsonNode asked = Json.at(json, "metadata", "deletionGracePeriodSeconds");
        if (isDeleting() && asked.isNumber()) {
            return asked.asLong();
        }
        JsonNode own = spec().path("terminationGracePeriodSeconds");
        return own.isNumber() ? own.asLong() : DEFAULT_GRACE_SECONDS;
    }

    public OptionalLong activeDeadlineSeconds() {
        JsonNode deadline = spec().path("activeDeadlineSeconds");
        return deadline.isNumber() ? OptionalLong.of(deadline.asLong()) : OptionalLong.empty();
    }

    public boolean hostNetwork() {
        return Json.bool(spec(), "hostNetwork");
    }

    /** Succeeded or Failed according to the API: such a pod never runs again. */
    public boolean isFinished() {
        String phase = Json.text(status(), "phase");
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    /** The container's status that the API has; a missing node where there is none. */
    public JsonNode containerStatus(String name) {
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (JsonNode status : status().path(list)) {
                if (Json.text(status, "name").equals(name)) {
                    return status;
                }
            }
        }
        return json.path("absent");
    }
}
