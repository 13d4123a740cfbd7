package dev.troupe.model.kind.pod;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.util.List;

/** Fills in place what Go always writes of a pod's status. Idempotent. */
public final class PodStatusDefaults {
    private PodStatusDefaults() {}

    public static void apply(ObjectNode status) {
        for (ObjectNode condition : Trees.objects(status.path("conditions"))) {
            for (String time : List.of("lastProbeTime", "lastTransitionTime")) {
                if (!condition.hasNonNull(time)) {
                    condition.putNull(time);
                }
            }
        }
        for (String list : List.of("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")) {
            Trees.objects(status.path(list)).forEach(PodStatusDefaults::container);
        }
        mirrorAddresses(status, "podIP", "podIPs");
        mirrorAddresses(status, "hostIP", "hostIPs");
    }

    private static void container(ObjectNode status) {
        Trees.putObjectIfAbsent(status, "state");
        Trees.putObjectIfAbsent(status, "lastState");
        if (!status.hasNonNull("ready")) {
            status.put("ready", false);
        }
        Trees.putIfAbsent(status, "restartCount", 0);
        Trees.putIfAbsent(status, "image", "");
        Trees.putIfAbsent(status, "imageID", "");
    }

    /** Keeps the single address and the first of the list alike; the list wins. */
    private static void mirrorAddresses(ObjectNode status, String single, String list) {
        String first = Json.text(status.path(list).path(0), "ip");
        String address = Json.text(status, single);
        if (!first.isEmpty()) {
            status.put(single, first);
        } else if (!address.isEmpty()) {
            ArrayNode addresses = status.putArray(list);
            addresses.addObject().put("ip", address);
        }
    }
}
