package dev.troupe.node.worker;

import dev.troupe.node.pod.ContainerView;
import dev.troupe.node.pod.PodEvent;
import dev.troupe.node.pod.PodMemory;
import dev.troupe.node.pod.PodObservation;
import dev.troupe.node.pod.PodView;
import dev.troupe.node.pod.Probe;
import dev.troupe.node.pod.ProbeState;
import dev.troupe.node.runtime.ContainerId;
import dev.troupe.node.runtime.ContainerState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The probes of one pod's running containers and when each is due. Owned by the pod's worker. */
final class ProbeTable {
    /** One probe of one container. */
    record Key(ContainerId id, String container, Probe.Kind kind) {}

    /** Sets the worker's timer for a probe; without a delay cancels it. */
    interface Alarm {
        void set(Key key, Optional<Duration> delay);
    }

    private final EventSink events;
    private final Alarm alarm;
    private final Map<Key, ProbeState> states = new HashMap<>();
    private final Set<Key> inFlight = new HashSet<>();

    ProbeTable(EventSink events, Alarm alarm) {
        this.events = events;
        this.alarm = alarm;
    }

    /** Begins the probes of containers that run, and ends those of containers that do not. */
    void follow(PodView pod, PodObservation observed, Instant now) {
        Set<Key> wanted = new HashSet<>();
        for (ContainerState running : observed.running()) {
            Optional<ContainerView> view = pod.container(running.name());
            if (view.isPresent() && (!view.get().init() || view.get().isSidecar())) {
                for (Probe.Kind kind : Probe.Kind.values()) {
                    view.get().probe(kind).ifPresent(probe -> {
                        Key key = new Key(running.id(), running.name(), kind);
                        wanted.add(key);
                        begin(key, probe, running, now);
                    });
                }
            }
        }
        states.keySet().removeIf(key -> {
            boolean ended = !wanted.contains(key);
            if (ended) {
                alarm.set(key, Optional.empty());
            }
            return ended;
        });
    }

    private void begin(Key key, Probe probe, ContainerState running, Instant now) {
        if (states.putIfAbsent(key, ProbeState.initial(probe)) == null) {
            Instant first = running.startedAt().orElse(now).plus(probe.initialDelay());
            Duration delay = Duration.between(now, first);
            alarm.set(key, Optional.of(delay.isNegative() ? Duration.ZERO : delay));
        }
    }

    /** The probe to run now; otherwise, unless it is over, it is due again after its period. */
    Optional<Probe> due(Key key, PodView pod, PodMemory memory) {
        ProbeState state = states.get(key);
        Optional<ContainerView> view = pod.container(key.container());
        if (state == null || view.isEmpty() || state.isOver()) {
            return Optional.empty();
        }
        alarm.set(key, Optional.of(state.probe().period()));
        boolean wanted = memory.isProbed(view.get(), key.id(), key.kind(), pod.isDeleting());
        // One that takes longer than its period is not asked twice at once.
        return wanted && inFlight.add(key) ? Optional.of(state.probe()) : Optional.empty();
    }

    /**
     * Counts a result and tells of a bad one.
     *
     * @return whether the probe comes to something else than before; the memory knows then
     */
    boolean ended(Key key, HandlerResult result, PodView pod, PodMemory memory) {
        inFlight.remove(key);
        if (!result.succeeded()) {
            tell(key, result, pod);
        }
        ProbeState before = states.get(key);
        if (before == null || result.kind() == HandlerResult.Kind.ERROR) {
            // What could not be tried says nothing about the container.
            return false;
        }
        ProbeState after = before.after(result.succeeded());
        states.put(key, after);
        if (after.outcome().equals(before.outcome()) || after.outcome().isEmpty()) {
            return false;
        }
        memory.probed(key.id(), key.kind(), after.outcome().get());
        if (key.kind() == Probe.Kind.STARTUP && result.succeeded()) {
            // The others waited for it.
            states.keySet().stream()
                    .filter(other -> other.id().equals(key.id()) && other.kind() != Probe.Kind.STARTUP)
                    .forEach(other -> alarm.set(other, Optional.of(Duration.ZERO)));
        }
        return true;
    }

    private void tell(Key key, HandlerResult result, PodView pod) {
        String what = result.kind() == HandlerResult.Kind.ERROR
                ? " probe errored and resulted in unknown state: "
                : " probe failed: ";
        PodEvent event = PodEvent.warning("Unhealthy", key.kind().title() + what + result.output());
        pod.container(key.container()).ifPresent(container -> events.record(pod.identity(), event.of(container)));
    }
}
