package dev.troupe.node.pod;

import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a worker knows of its pod beside what the runtime has. Soft state: a restart of the agent loses it and costs no
 * more than a back-off that begins again. Changed only by the worker, through {@link #begin} and the methods that tell it what
 * came of it.
 */
public final class PodMemory {
    /** Between tries of what failed for a reason outside the pod, as a missing ConfigMap. */
    static final Duration RETRY = Duration.ofSeconds(10);

    /** Never less than this between asking a container to end and killing it. */
    static final Duration MINIMUM_GRACE = Duration.ofSeconds(2);

    /** Why a container does not run. */
    public record Held(String reason, String message) {}

    /** Why a pod failed. */
    public record Failure(String reason, String message) {}

    /** A container's way to its end. */
    record Stopping(long graceSeconds, Instant begunAt, Instant deadline, StopPhase phase) {}

    /** What has been done to end it. */
    enum StopPhase {
        BEGUN,
        HOOK_RUNS,
        ASKED,
        KILLED
    }

    private Optional<Instant> startTime = Optional.empty();
    private final Map<String, Held> held = new HashMap<>();
    private final Map<String, Instant> retryAt = new HashMap<>();
    private final Map<String, Backoff> restarts = new HashMap<>();
    private final Map<String, Backoff> pulls = new HashMap<>();
    private final Map<String, Instant> pullFailedAt = new HashMap<>();
    private final Map<String, String> pullErrors = new HashMap<>();
    private final Set<String> pulling = new HashSet<>();
    private final Set<String> pullWanted = new HashSet<>();
    private final Set<String> pulled = new HashSet<>();
    private final Map<ContainerId, Stopping> stops = new HashMap<>();
    private final Map<ContainerId, Health> health = new HashMap<>();
    private boolean volumesMounted;
    private boolean mayHoldVolumes = true;
    private boolean deletionConfirmed;
    private Optional<Failure> failure = Optional.empty();

    /** Notes that an action begins. */
    public void begin(PodAction action, Instant now) {
        switch (action) {
            case PodAction.Hold hold -> hold(hold.container().name(), hold.reason(), hold.message());
            case PodAction.Stop stop -> {
                Stopping before = stops.get(stop.id());
                Instant begunAt = before == null ? now : before.begunAt();
                StopPhase phase = before == null ? StopPhase.BEGUN : before.phase();
                Duration grace = Duration.ofSeconds(stop.graceSeconds());
                Instant deadline = now.plus(grace.compareTo(MINIMUM_GRACE) < 0 ? MINIMUM_GRACE : grace);
                stops.put(stop.id(), new Stopping(stop.graceSeconds(), begunAt, deadline, phase));
            }
            case PodAction.Fail fail -> failure = Optional.of(new Failure(fail.reason(), fail.message()));
            case PodAction.Tell tell -> {}
            case PodAction.PullImage pull -> {
                pulling.add(pull.container().name());
                pullWanted.remove(pull.container().name());
            }
            case PodAction.RunPreStop hook -> advance(hook.id(), StopPhase.HOOK_RUNS, now);
            case PodAction.Signal signal ->
                advance(signal.id(), signal.kill() ? StopPhase.KILLED : StopPhase.ASKED, now);
            case PodAction.StartContainer start -> {
                // With its image pulled it is still the same try that began before the pull.
                if (start.ended().isPresent() && !start.pulled()) {
                    String key = restartKey(start.container());
                    Optional<Backoff> before = Optional.ofNullable(restarts.get(key));
                    restarts.put(key, Backoff.next(before, start.ended().get(), now));
                }
            }
            case PodAction.RunPostStart hook -> health(hook.id()).postStartBegun = true;
            case PodAction.MountVolumes mount -> mayHoldVolumes = true;
            case PodAction.CreateSandbox sandbox -> mayHoldVolumes = true;
            case PodAction.DiscardSandbox discard -> {}
            case PodAction.RemoveContainer remove -> stops.remove(remove.id());
            case PodAction.Release release -> {}
            case PodAction.ConfirmDeletion confirm -> deletionConfirmed = true;
        }
    }

    private void advance(ContainerId id, StopPhase phase, Instant now) {
        Stopping stop = stops.get(id);
        if (stop == null || phase.compareTo(stop.phase()) < 0) {
            return;
        }
        Instant earliest = now.plus(MINIMUM_GRACE);
        Instant deadline = phase == StopPhase.ASKED && stop.deadline().isBefore(earliest) ? earliest : stop.deadline();
        stops.put(id, new Stopping(stop.graceSeconds(), stop.begunAt(), deadline, phase));
    }

    /** The pod was first seen; the API's own start time wins. */
    public void started(Instant at) {
        if (startTime.isEmpty()) {
            startTime = Optional.of(at);
        }
    }

    public void volumesMounted() {
        volumesMounted = true;
        retryAt.remove("volumes");
    }

    public void volumesFailed(Instant now) {
        retryAt.put("volumes", now.plus(RETRY));
    }

    public void sandboxFailed(Instant now) {
        retryAt.put("sandbox", now.plus(RETRY));
    }

    public void sandboxCreated() {
        retryAt.remove("sandbox");
    }

    /** A container was started by this worker: its hook is to be run and its probes begin. */
    public void containerStarted(String name, ContainerId id) {
        held.remove(name);
        retryAt.remove(name);
        pulled.remove(name);
        health.put(id, new Health());
    }

    /** A container could not be made or started. */
    public void startFailed(String name, String reason, String message, Instant now) {
        hold(name, reason, message);
        pulled.remove(name);
        retryAt.put(name, now.plus(RETRY));
    }

    /** A start found its image absent, or to be pulled always. */
    public void pullNeeded(String name) {
        pullWanted.add(name);
    }

    public void pullSucceeded(ContainerView container) {
        pulling.remove(container.name());
        pulled.add(container.name());
        pulls.remove(container.image());
        pullErrors.remove(container.image());
        held.remove(container.name());
    }

    public void pullFailed(ContainerView container, String message, Instant now) {
        String image = container.image();
        pulling.remove(container.name());
        pullWanted.add(container.name());
        pulls.put(image, Backoff.next(Optional.ofNullable(pulls.get(image)), now, now));
        pullFailedAt.put(image, now);
        pullErrors.put(image, message);
        hold(container.name(), "ErrImagePull", message);
    }

    public void postStartSucceeded(ContainerId id) {
        health(id).postStartDone = true;
    }

    public void postStartFailed(ContainerId id, String message) {
        health(id).postStartFailure = Optional.of(message);
    }

    public void preStopEnded(ContainerId id) {
        Stopping stop = stops.get(id);
        if (stop != null && stop.phase() == StopPhase.HOOK_RUNS) {
            stops.put(id, new Stopping(stop.graceSeconds(), stop.begunAt(), stop.deadline(), StopPhase.BEGUN));
            health(id).preStopDone = true;
        }
    }

    /** A container that ran before this worker did: its hook ran, and what the API says of it holds until probed. */
    public void adopted(ContainerState container, boolean started, boolean ready) {
        if (!health.containsKey(container.id())) {
            Health adopted = new Health();
            adopted.postStartBegun = true;
            adopted.postStartDone = true;
            adopted.started = Optional.of(started);
            adopted.ready = Optional.of(ready);
            health.put(container.id(), adopted);
        }
    }

    /** What a probe's threshold made of its results. */
    public void probed(ContainerId id, Probe.Kind kind, boolean success) {
        Health of = health(id);
        switch (kind) {
            case STARTUP -> {
                of.started = Optional.of(success);
                of.startupFailed = !success;
            }
            case LIVENESS -> of.livenessFailed = !success;
            case READINESS -> of.ready = Optional.of(success);
        }
    }

    /** What the volumes are made of has changed. */
    public void volumesStale() {
        volumesMounted = false;
    }

    /** Whether all that the pod held outside its containers has been given back. */
    public boolean isReleased() {
        return !mayHoldVolumes;
    }

    public void released() {
        mayHoldVolumes = false;
        volumesMounted = false;
    }

    /** A signal did not reach its container: it is to be sent again. */
    public void signalFailed(ContainerId id) {
        Stopping stop = stops.get(id);
        if (stop != null) {
            stops.put(id, new Stopping(stop.graceSeconds(), stop.begunAt(), stop.deadline(), StopPhase.BEGUN));
            health(id).preStopDone = true;
        }
    }

    public void deletionFailed(Instant now) {
        deletionConfirmed = false;
        retryAt.put("deletion", now.plus(RETRY));
    }

    /** Forgets containers that are gone. */
    public void keepOnly(Set<ContainerId> present) {
        health.keySet().retainAll(present);
        stops.keySet().retainAll(present);
    }

    private void hold(String name, String reason, String message) {
        held.put(name, new Held(reason, message));
    }

    private Health health(ContainerId id) {
        return health.computeIfAbsent(id, absent -> new Health());
    }

    /** A changed image is another container: its failures do not count for the new one. */
    static String restartKey(ContainerView container) {
        return container.name() + "|" + container.image();
    }

    /** Whether probes of that kind may ask now: none before the hook, only the startup probe before it passed. */
    public boolean isProbed(ContainerView container, ContainerId id, Probe.Kind kind, boolean deleting) {
        Health of = healthOf(id);
        boolean hookDone = container.postStart().isEmpty() || of.isPostStartDone();
        if (!hookDone || deleting && kind != Probe.Kind.READINESS) {
            return false;
        }
        boolean started =
                container.probe(Probe.Kind.STARTUP).isEmpty() || of.started().orElse(false);
        return started != (kind == Probe.Kind.STARTUP);
    }

    Optional<Instant> startTime() {
        return startTime;
    }

    Optional<Held> held(String name) {
        return Optional.ofNullable(held.get(name));
    }

    /** When a failed step may be tried again; in the past where it never failed. */
    Instant retryAt(String what) {
        return retryAt.getOrDefault(what, Instant.MIN);
    }

    Optional<Backoff> restartBackoff(ContainerView container) {
        return Optional.ofNullable(restarts.get(restartKey(container)));
    }

    /** When an image whose pull failed may be asked for again. */
    Optional<Instant> pullDue(String image) {
        Backoff backoff = pulls.get(image);
        Instant failedAt = pullFailedAt.get(image);
        return backoff == null || failedAt == null ? Optional.empty() : Optional.of(backoff.due(failedAt));
    }

    String pullError(String image) {
        return pullErrors.getOrDefault(image, "");
    }

    boolean isPulling(String name) {
        return pulling.contains(name);
    }

    boolean isPullWanted(String name) {
        return pullWanted.contains(name);
    }

    boolean isPulled(String name) {
        return pulled.contains(name);
    }

    Map<ContainerId, Stopping> stops() {
        return stops;
    }

    Optional<Stopping> stop(ContainerId id) {
        return Optional.ofNullable(stops.get(id));
    }

    /** What is known of a container's health; of one never heard of: nothing. */
    Health healthOf(ContainerId id) {
        return health.getOrDefault(id, Health.UNKNOWN);
    }

    boolean areVolumesMounted() {
        return volumesMounted;
    }

    boolean mayHoldVolumes() {
        return mayHoldVolumes;
    }

    boolean isDeletionConfirmed() {
        return deletionConfirmed;
    }

    Optional<Failure> failure() {
        return failure;
    }

    /** Hooks and probes of one container. */
    static final class Health {
        static final Health UNKNOWN = new Health();

        private boolean postStartBegun;
        private boolean postStartDone;
        private boolean preStopDone;
        private Optional<String> postStartFailure = Optional.empty();
        private Optional<Boolean> started = Optional.empty();
        private Optional<Boolean> ready = Optional.empty();
        private boolean startupFailed;
        private boolean livenessFailed;

        boolean isPostStartBegun() {
            return postStartBegun;
        }

        boolean isPostStartDone() {
            return postStartDone;
        }

        boolean isPreStopDone() {
            return preStopDone;
        }

        Optional<String> postStartFailure() {
            return postStartFailure;
        }

        /** The startup probe's word; empty before its first. */
        Optional<Boolean> started() {
            return started;
        }

        /** The readiness probe's word; empty before its first. */
        Optional<Boolean> ready() {
            return ready;
        }

        boolean isStartupFailed() {
            return startupFailed;
        }

        boolean isLivenessFailed() {
            return livenessFailed;
        }
    }
}
