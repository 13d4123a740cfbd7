package dev.troupe.node.volume;

import dev.troupe.node.pod.DownwardApi;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.runtime.ContainerSpec;
import java.io.IOException;
import java.util.List;

/** The files that a pod's containers see from outside their images. Calls block. */
public interface PodVolumes {

    /**
     * Makes all volumes that the pod's containers mount, or brings those that exist up to date. Idempotent.
     *
     * @throws VolumeException if one cannot be made as the pod has it
     */
    void mount(PodView pod, DownwardApi downward) throws IOException;

    /**
     * The mounts of one attempt of a container.
     *
     * @param hosts the text of the hosts file; empty where the container keeps the runtime's
     */
    List<ContainerSpec.Mount> mounts(ContainerMounts container, String hosts) throws IOException;

    /** What a container left as its last words, shortened; empty if nothing. */
    String terminationMessage(String podUid, String container, int attempt) throws IOException;

    /** Takes everything away. Idempotent. */
    void unmount(String podUid) throws IOException;

    /** Uids of the pods that have anything here. */
    List<String> podUids() throws IOException;
}
