package dev.troupe.model.controller.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectNames;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Distributes endpoints of one address family over slices, with as few changed slices as possible: every
 * changed slice is sent to every node. Endpoints stay where they are; what is new goes first into slices that change
 * anyway, then into one that has room for all of it, then into new ones.
 */
final class SlicePacking {
    private static final String TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";

    /**
     * Whose slices they are.
     *
     * @param owner controls them, and gives them its name as a prefix
     * @param labels of each slice, by which it is found too
     * @param mostEndpoints of a slice
     */
    record Origin(StoredObject owner, Map<String, String> labels, int mostEndpoints) {}

    /**
     * An endpoint that there shall be.
     *
     * @param readySince when its pod became ready, if it is
     */
    record Endpoint(ObjectNode json, Optional<Instant> readySince) {
        String identity() {
            return identityOf(json);
        }
    }

    /** A slice while the plan is being made. */
    private static final class Draft {
        private final Optional<StoredObject> observed;
        private final List<JsonNode> endpoints = new ArrayList<>();
        private Optional<Instant> trigger = Optional.empty();
        private boolean changed;

        private Draft(Optional<StoredObject> observed) {
            this.observed = observed;
        }

        private int size() {
            return endpoints.size();
        }

        private void put(Endpoint endpoint) {
            endpoints.add(endpoint.json());
            changed = true;
            endpoint.readySince()
                    .filter(since ->
                            trigger.filter(earliest -> earliest.isBefore(since)).isEmpty())
                    .ifPresent(since -> trigger = Optional.of(since));
        }
    }

    private final Origin origin;
    private final String family;
    private final List<StoredObject> slices;
    private final List<PlanStep> updates = new ArrayList<>();
    private final List<ObjectNode> created = new ArrayList<>();
    private final Deque<StoredObject> surplus = new ArrayDeque<>();

    SlicePacking(Origin origin, String family, List<StoredObject> slices) {
        this.origin = origin;
        this.family = family;
        this.slices = slices;
    }

    private static String identityOf(JsonNode endpoint) {
        return Json.text(endpoint, "targetRef", "uid") + endpoint.path("addresses");
    }

    /**
     * What turns the present slices into slices of the desired endpoints.
     *
     * @param placeholder whether one empty slice shall say that there are none: no slice at all would say that nobody
     *     looked yet
     */
    List<PlanStep> pack(Map<ArrayNode, List<Endpoint>> desired, boolean placeholder) {
        Map<JsonNode, List<StoredObject>> present = new LinkedHashMap<>();
        for (StoredObject slice : slices) {
            JsonNode ports = slice.tree().path("ports");
            present.computeIfAbsent(ports.isArray() ? ports : Json.array(), absent -> new ArrayList<>())
                    .add(slice);
        }
        desired.forEach((ports, endpoints) -> packOne(ports, endpoints, present.getOrDefault(ports, List.of())));
        present.forEach((ports, of) -> {
            if (!(ports instanceof ArrayNode array) || !desired.containsKey(array)) {
                surplus.addAll(of);
            }
        });
        if (desired.isEmpty() && placeholder) {
            keepPlaceholder();
        }
        return finish();
    }

    private void keepPlaceholder() {
        ObjectNode placeholder = slice(Json.array(), List.of(), Optional.empty());
        Optional<StoredObject> present = surplus.stream()
                .filter(slice -> slice.tree().path("endpoints").isEmpty()
                        && slice.tree().path("ports").isEmpty())
                .findFirst();
        if (present.isPresent()) {
            surplus.remove(present.get());
            refresh(present.get(), placeholder);
        } else {
            created.add(placeholder);
        }
    }

    private void packOne(ArrayNode ports, List<Endpoint> desired, List<StoredObject> present) {
        Map<String, Endpoint> missing = new LinkedHashMap<>();
        desired.forEach(endpoint -> missing.put(endpoint.identity(), endpoint));
        List<Draft> drafts = new ArrayList<>();
        for (StoredObject slice : present) {
            drafts.add(kept(slice, missing));
        }
        Deque<Endpoint> rest = new ArrayDeque<>(missing.values());
        drafts.stream()
                .filter(draft -> draft.changed && !draft.endpoints.isEmpty())
                .sorted(Comparator.comparing(draft -> -draft.size()))
                .forEach(draft -> fill(draft, rest));
        while (!rest.isEmpty()) {
            int wanted = rest.size();
            Draft next = drafts.stream()
                    .filter(draft -> !draft.changed && draft.size() + wanted <= origin.mostEndpoints())
                    .max(Comparator.comparing(Draft::size))
                    .orElseGet(() -> {
                        Draft fresh = new Draft(Optional.empty());
                        drafts.add(fresh);
                        return fresh;
                    });
            fill(next, rest);
        }
        drafts.forEach(draft -> write(draft, ports));
    }

    private static Draft kept(StoredObject slice, Map<String, Endpoint> missing) {
        Draft draft = new Draft(Optional.of(slice));
        for (JsonNode endpoint : slice.tree().path("endpoints")) {
            Endpoint wanted = missing.remove(identityOf(endpoint));
            if (wanted == null) {
                draft.changed = true;
            } else if (wanted.json().equals(endpoint)) {
                draft.endpoints.add(endpoint);
            } else {
                draft.put(wanted);
            }
        }
        return draft;
    }

    private void fill(Draft draft, Deque<Endpoint> rest) {
        while (!rest.isEmpty() && draft.size() < origin.mostEndpoints()) {
            draft.put(rest.removeFirst());
        }
    }

    private void write(Draft draft, ArrayNode ports) {
        if (draft.observed.isEmpty()) {
            Optional<Instant> since =
                    draft.trigger.or(() -> Optional.of(origin.owner().meta().creationTimestamp()));
            created.add(slice(ports, draft.endpoints, since));
        } else if (draft.endpoints.isEmpty()) {
            surplus.add(draft.observed.get());
        } else if (draft.changed) {
            refresh(draft.observed.get(), slice(ports, draft.endpoints, draft.trigger));
        } else {
            refreshLabels(draft.observed.get());
        }
    }

    private List<PlanStep> finish() {
        List<PlanStep> steps = new ArrayList<>(updates);
        updates.clear();
        for (ObjectNode slice : created) {
            // A slice that is to go becomes the one that is to come: one write in place of two.
            if (surplus.isEmpty()) {
                steps.add(new PlanStep.Create(
                        BuiltInTypes.ENDPOINT_SLICES, origin.owner().meta().namespace(), slice));
            } else {
                refresh(surplus.removeFirst(), slice);
            }
        }
        steps.addAll(updates);
        surplus.forEach(slice -> steps.add(Steps.delete(slice)));
        return steps;
    }

    private void refresh(StoredObject observed, ObjectNode slice) {
        ObjectNode changed = observed.copy();
        changed.set("endpoints", slice.path("endpoints"));
        changed.set("ports", slice.path("ports"));
        ObjectNode metadata = Json.objectAt(changed, "metadata");
        metadata.set("labels", labels());
        ObjectNode annotations = Json.objectAt(metadata, "annotations");
        annotations.remove(TRIGGER_TIME);
        slice.path("metadata")
                .path("annotations")
                .properties()
                .forEach(annotation -> annotations.set(annotation.getKey(), annotation.getValue()));
        if (annotations.isEmpty()) {
            metadata.remove("annotations");
        }
        Steps.update(observed, changed).ifPresent(updates::add);
    }

    private void refreshLabels(StoredObject observed) {
        ObjectNode changed = observed.copy();
        Json.objectAt(changed, "metadata").set("labels", labels());
        Steps.update(observed, changed).ifPresent(updates::add);
    }

    private ObjectNode slice(ArrayNode ports, List<JsonNode> endpoints, Optional<Instant> trigger) {
        ObjectNode slice = Json.object();
        slice.put("apiVersion", BuiltInTypes.ENDPOINT_SLICES.apiVersion()).put("kind", "EndpointSlice");
        ObjectNode metadata = slice.putObject("metadata");
        String prefix = origin.owner().meta().name() + "-";
        metadata.put(
                "generateName",
                ObjectNames.dns1123Subdomain(prefix, true).isEmpty()
                        ? prefix
                        : origin.owner().meta().name());
        metadata.set("labels", labels());
        trigger.ifPresent(time -> metadata.putObject("annotations").put(TRIGGER_TIME, time.toString()));
        metadata.putArray("ownerReferences").add(Steps.controllerReference(origin.owner()));
        slice.put("addressType", family);
        ArrayNode list = Json.array();
        endpoints.forEach(list::add);
        // An empty list is stored as none at all.
        slice.set("endpoints", list.isEmpty() ? NullNode.getInstance() : list);
        slice.set("ports", ports.isEmpty() ? NullNode.getInstance() : ports);
        return slice;
    }

    private ObjectNode labels() {
        ObjectNode labels = Json.object();
        new TreeMap<>(origin.labels()).forEach(labels::put);
        return labels;
    }
}
