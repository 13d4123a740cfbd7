package dev.troupe.model.scheduler;

/** Says how well a pod would run on a node that passed the filters. */
public interface ScorePlugin {
    /** The best score. */
    long MAX = 100;

    /** How much it counts among the others. */
    int weight();

    /** From 0 to {@link #MAX} if {@link #normalized} is false, else any number. */
    long score(PendingPod pod, NodePicture node, ClusterPicture cluster);

    /** Whether scores are to be stretched so that the best node has {@link #MAX}. */
    default boolean normalized() {
        return false;
    }

    /** Whether a low score is good. Only for normalized ones. */
    default boolean reversed() {
        return false;
    }
}
