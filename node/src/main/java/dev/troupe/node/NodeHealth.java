package dev.troupe.node;

import dev.troupe.node.runtime.ContainerRuntime;
import dev.troupe.node.runtime.ImageInfo;
import dev.troupe.node.runtime.RuntimeInfo;
import java.io.IOException;
import java.util.List;

/**
 * How a node is.
 *
 * @param fault why it cannot run pods; empty if it can
 */
record NodeHealth(RuntimeInfo runtime, String fault, boolean memoryShort, boolean diskShort, List<ImageInfo> images) {
    private static final RuntimeInfo UNKNOWN = new RuntimeInfo("unknown", "unknown", "");

    NodeHealth {
        images = List.copyOf(images);
    }

    /** Looks. Blocks, and never fails: what cannot be asked is a fault. */
    static NodeHealth check(ContainerRuntime runtime, NodeSettings settings) {
        try {
            boolean simulated = settings.simulated();
            return new NodeHealth(
                    runtime.info(),
                    "",
                    !simulated && NodeCapacity.isMemoryShort(),
                    !simulated && NodeCapacity.isDiskShort(settings.folder()),
                    runtime.images());
        } catch (IOException e) {
            return failed("container runtime is down: " + e.getMessage());
        }
    }

    static NodeHealth failed(String fault) {
        return new NodeHealth(UNKNOWN, fault, false, false, List.of());
    }
}
