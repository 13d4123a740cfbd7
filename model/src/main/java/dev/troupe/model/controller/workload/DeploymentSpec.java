package dev.troupe.model.controller.workload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;

/**
 * What a Deployment wants, with percentages resolved.
 *
 * @param maxSurge pods above replicas during a rollout; 0 for Recreate
 * @param maxUnavailable pods that may be unavailable during a rollout; 0 for Recreate
 * @param progressDeadlineSeconds {@link #NO_DEADLINE} where progress is not judged
 */
record DeploymentSpec(
        int replicas,
        boolean recreates,
        int maxSurge,
        int maxUnavailable,
        boolean paused,
        int minReadySeconds,
        int progressDeadlineSeconds,
        int revisionHistoryLimit) {
    static final int NO_DEADLINE = Integer.MAX_VALUE;

    static DeploymentSpec of(JsonNode deployment) {
        JsonNode spec = deployment.path("spec");
        int replicas = Json.integer(spec, 1, "replicas");
        boolean recreates = Json.text(spec, "strategy", "type").equals("Recreate");
        JsonNode rolling = spec.path("strategy").path("rollingUpdate");
        int surge = recreates ? 0 : resolve(rolling.path("maxSurge"), replicas, true);
        int unavailable = recreates ? 0 : resolve(rolling.path("maxUnavailable"), replicas, false);
        if (!recreates && surge == 0 && unavailable == 0) {
            // Both zero allow no step at all; percentages of few replicas round to that.
            unavailable = 1;
        }
        return new DeploymentSpec(
                replicas,
                recreates,
                surge,
                Math.min(unavailable, replicas),
                Json.bool(spec, "paused"),
                Json.integer(spec, 0, "minReadySeconds"),
                Json.integer(spec, NO_DEADLINE, "progressDeadlineSeconds"),
                Json.integer(spec, Integer.MAX_VALUE, "revisionHistoryLimit"));
    }

    /** A number, or a percentage of the replicas. */
    private static int resolve(JsonNode value, int replicas, boolean up) {
        if (value.isNumber()) {
            return value.intValue();
        }
        String text = value.asText();
        if (!text.endsWith("%")) {
            return 0;
        }
        long hundredths = Long.parseLong(text.substring(0, text.length() - 1)) * replicas;
        return Math.toIntExact(up ? Math.ceilDiv(hundredths, 100) : hundredths / 100);
    }

    boolean hasDeadline() {
        return progressDeadlineSeconds != NO_DEADLINE;
    }

    int mostReplicas() {
        return replicas + maxSurge;
    }

    int leastAvailable() {
        return replicas - maxUnavailable;
    }
}
