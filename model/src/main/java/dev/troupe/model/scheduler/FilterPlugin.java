package dev.troupe.model.scheduler;

import java.util.List;

/** Says whether a pod can run on a node at all. */
public interface FilterPlugin {
    /** Why not, in Kubernetes' words; empty if it can. */
    List<String> reasonsAgainst(PendingPod pod, NodePicture node, ClusterPicture cluster);
}
