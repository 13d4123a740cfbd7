package dev.troupe.node.volume;

import dev.troupe.node.pod.DownwardApi;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerSpec;
import java.util.List;

/** For simulated containers, which read no files. */
public final class NoVolumes implements PodVolumes {
    @Override
    public void mount(PodView pod, DownwardApi downward) {}

    @Override
    public List<ContainerSpec.Mount> mounts(ContainerMounts container, String hosts) {
        return List.of();
    }

    @Override
    public String terminationMessage(String podUid, String container, int attempt) {
        return "";
    }

    @Override
    public void unmount(String podUid) {}

    @Override
    public List<String> podUids() {
        return List.of();
    }
}
