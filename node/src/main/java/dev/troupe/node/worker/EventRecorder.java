package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.node.pod.PodEvent;
import dev.troupe.node.runtime.PodIdentity;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the kubelet's events. The same event again raises the count of the one that is there; an object that causes
 * too many is silenced for a while; what waits longer than the API takes it is dropped.
 */
public final class EventRecorder implements EventSink {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

    /** Different events that wait: some pods' worth at start of a full node. */
    private static final int MAX_WAITING = 2000;

    /** Writes under way: enough to keep up, too few to crowd out status reports. */
    private static final int MAX_IN_FLIGHT = 8;

    /** Events remembered for their count, client-go's number. */
    private static final int MAX_KNOWN = 4096;

    /** Of one object at once, then one every five minutes, as client-go's spam filter. */
    private static final int BURST = 25;

    private static final Duration REFILL = Duration.ofMinutes(5);

    /** The API takes no longer message. */
    private static final int MAX_MESSAGE = 1024;

    private record Key(String kind, PodIdentity object, PodEvent event) {}

    private record Known(String name, int count) {}

    private static final class Pending {
        private int count;
        private Instant first = Instant.EPOCH;
        private Instant last = Instant.EPOCH;
    }

    private static final class Bucket {
        private double tokens = BURST;
        private Instant filledAt;

        Bucket(Instant now) {
            this.filledAt = now;
        }
    }

    private final ApiAccess access;
    private final String node;
    private final InstantSource clock;
    private final Map<Key, Pending> waiting = new LinkedHashMap<>();
    private final Set<Key> inFlight = new HashSet<>();
    private final Map<Key, Known> known = lru(MAX_KNOWN);
    private final Map<PodIdentity, Bucket> buckets = lru(MAX_KNOWN);
    private long lastName;

    public EventRecorder(ApiAccess access, String node, InstantSource clock) {
        this.access = access;
        this.node = node;
        this.clock = clock;
    }

    private static <K, V> Map<K, V> lru(int size) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > size;
            }
        };
    }

    @Override
    public void record(PodIdentity pod, PodEvent event) {
        enqueue(new Key("Pod", pod, event));
    }

    /** An event about the node itself; such events live in the default namespace. */
    public void recordNode(String uid, PodEvent event) {
        enqueue(new Key("Node", new PodIdentity("", node, uid), event));
    }

    private synchronized void enqueue(Key key) {
        Instant now = clock.instant();
        Pending pending = waiting.get(key);
        if (pending == null) {
            if (waiting.size() >= MAX_WAITING || !mayPass(key.object(), now)) {
                LOG.debug("dropped an event: {}", key);
                return;
            }
            pending = new Pending();
            pending.first = now;
            waiting.put(key, pending);
        }
        pending.count++;
        pending.last = now;
        send();
    }

    private boolean mayPass(PodIdentity object, Instant now) {
        Bucket bucket = buckets.computeIfAbsent(object, absent -> new Bucket(now));
        double refilled = (double) Duration.between(bucket.filledAt, now).toMillis() / REFILL.toMillis();
        bucket.tokens = Math.min(BURST, bucket.tokens + refilled);
        bucket.filledAt = now;
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens--;
        return true;
    }

    private void send() {
        Iterator<Map.Entry<Key, Pending>> entries = waiting.entrySet().iterator();
        while (entries.hasNext() && inFlight.size() < MAX_IN_FLIGHT) {
            Map.Entry<Key, Pending> entry = entries.next();
            if (inFlight.add(entry.getKey())) {
                entries.remove();
                write(entry.getKey(), entry.getValue());
            }
        }
    }

    private void write(Key key, Pending pending) {
        Known before = known.get(key);
        CompletionStage<Outcome<WriteResult>> written;
        Known after;
        if (before == null) {
            after = new Known(name(key), pending.count);
            written = access.api()
                    .create(
                            access.caller(),
                            BuiltInTypes.EVENTS,
                            namespace(key),
                            event(key, after, pending),
                            WriteOptions.internal());
        } else {
            after = new Known(before.name(), before.count() + pending.count);
            ObjectNode patch = Json.object();
            patch.put("count", after.count()).put("lastTimestamp", time(pending.last));
            written = access.api()
                    .patch(
                            access.caller(),
                            BuiltInTypes.EVENTS.key(namespace(key), before.name()),
                            "",
                            new Patch.StrategicMergePatch(patch),
                            WriteOptions.internal());
        }
        written.whenComplete((outcome, bug) -> written(key, after, outcome, bug));
    }

    private synchronized void written(Key key, Known after, Outcome<WriteResult> outcome, @Nullable Throwable bug) {
        inFlight.remove(key);
        if (bug != null) {
            LOG.warn("an event could not be written", bug);
        } else {
            switch (outcome) {
                case Outcome.Success<WriteResult> success -> known.put(key, after);
                case Outcome.Failure<WriteResult> failure -> {
                    // It may have been removed by its retention; the next one begins anew.
                    known.remove(key);
                    LOG.debug("event not written: {} {}", key, failure.status().message());
                }
            }
        }
        send();
    }

    private static String namespace(Key key) {
        return key.object().namespace().isEmpty() ? "default" : key.object().namespace();
    }

    private String name(Key key) {
        Instant now = clock.instant();
        lastName = Math.max(lastName + 1, now.getEpochSecond() * 1_000_000_000L + now.getNano());
        return key.object().name() + "." + Long.toHexString(lastName);
    }

    private ObjectNode event(Key key, Known known, Pending pending) {
        ObjectNode event = Json.object();
        event.put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata").put("name", known.name()).put("namespace", namespace(key));
        ObjectNode about = event.putObject("involvedObject");
        about.put("kind", key.kind())
                .put("name", key.object().name())
                .put("uid", key.object().uid());
        about.put("apiVersion", "v1");
        if (!key.object().namespace().isEmpty()) {
            about.put("namespace", key.object().namespace());
        }
        if (!key.event().fieldPath().isEmpty()) {
            about.put("fieldPath", key.event().fieldPath());
        }
        String message = key.event().message();
        event.put("reason", key.event().reason())
                .put("message", message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message);
        event.put("type", key.event().warning() ? "Warning" : "Normal");
        event.putObject("source").put("component", "kubelet").put("host", node);
        event.put("firstTimestamp", time(pending.first)).put("lastTimestamp", time(pending.last));
        event.put("count", known.count());
        event.put("reportingComponent", "kubelet").put("reportingInstance", node);
        return event;
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
