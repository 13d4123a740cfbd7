package dev.troupe.node.pod;

import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.SandboxState;
import java.time.Instant;
import java.util.Optional;

/** Something to be done for a pod. */
public sealed interface PodAction {

    /** A note for the worker's memory; nothing is done outside it but an event written. */
    sealed interface Note extends PodAction {}

    /** Work for the runtime, one after the other. */
    sealed interface Step extends PodAction {}

    /** Work that goes on beside the steps and reports when it is done. */
    sealed interface Background extends PodAction {}

    /** A container cannot run for now; its status shows why. */
    record Hold(ContainerView container, String reason, String message) implements Note {}

    /**
     * A container is to end.
     *
     * @param graceSeconds until it is killed, its preStop hook included
     * @param message of the event
     */
    record Stop(ContainerView container, ContainerId id, long graceSeconds, String message) implements Note {}

    /** The pod has failed as a whole, for example at its deadline. */
    record Fail(String reason, String message) implements Note {}

    /** An event about the pod. */
    record Tell(PodEvent event) implements Note {}

    /** Makes the pod's volumes and files. */
    record MountVolumes() implements Step {}

    record CreateSandbox(int attempt) implements Step {}

    /** Kills and removes a sandbox, and gives its address back. */
    record DiscardSandbox(SandboxState sandbox) implements Step {}

    /**
     * Makes and starts a container.
     *
     * @param pulled the image was pulled for this very start
     * @param ended when the attempt before ended; it counts for the back-off
     */
    record StartContainer(
            ContainerView container, SandboxState sandbox, int attempt, boolean pulled, Optional<Instant> ended)
            implements Step {}

    /** Asks a container to end, or kills it. */
    record Signal(ContainerId id, boolean kill) implements Step {}

    record RemoveContainer(ContainerId id) implements Step {}

    /** Gives back volumes, files and cgroups of a pod that runs no more. */
    record Release() implements Step {}

    /** Tells the API that nothing of the pod runs any more, so that the object can go. */
    record ConfirmDeletion() implements Background {}

    record PullImage(ContainerView container) implements Background {}

    record RunPostStart(ContainerView container, ContainerId id, Handler handler) implements Background {}

    /** @param timeoutSeconds what is left of the grace */
    record RunPreStop(ContainerView container, ContainerId id, Handler handler, long timeoutSeconds)
            implements Background {}
}
