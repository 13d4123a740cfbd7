package dev.troupe.model.kind.pod;

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
        mirrorAddress(status);
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

    /** Keeps the single address and the first of the list alike; the single one wins, for old nodes know no list. */
    private static void mirrorAddress(ObjectNode status) {
        String address = Json.text(status, "podIP");
        String first = Json.text(status.path("podIPs").path(0), "ip");
        if (address.isEmpty() && !first.isEmpty()) {
            status.put("podIP", first);
        } else if (!address.equals(first)) {
            status.putArray("podIPs").addObject().put("ip", address);
        }
    }
}
