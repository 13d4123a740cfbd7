package dev.troupe.model.controller.node;

import java.time.Duration;

/**
 * When a node counts as lost, and how carefully pods are driven away. The defaults are Kubernetes'.
 *
 * @param gracePeriod without a heartbeat
 * @param startupGracePeriod without a heartbeat of a node that has not said anything yet
 * @param evictionInterval between two nodes of a zone that are given up
 * @param slowEvictionInterval the same in a large zone of which most nodes are lost: the fault may lie elsewhere
 * @param unhealthyZoneThreshold the part of a zone's nodes whose loss makes it doubtful
 * @param largeZone nodes of a zone up to which no pod is driven away while it is doubtful
 */
public record NodeSettings(
        Duration gracePeriod,
        Duration startupGracePeriod,
        Duration evictionInterval,
        Duration slowEvictionInterval,
        double unhealthyZoneThreshold,
        int largeZone) {

    public static NodeSettings defaults() {
        return new NodeSettings(
                Duration.ofSeconds(50),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(100),
                0.55,
                50);
    }
}
