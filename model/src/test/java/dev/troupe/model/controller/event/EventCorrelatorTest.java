package dev.troupe.model.controller.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.ControllerWorld;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventCorrelatorTest {
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");

    private final ControllerWorld world = new ControllerWorld();
    private final StoredObject pod = world.given("""
            {'apiVersion':'v1','kind':'Pod','metadata':{'name':'web','namespace':'shop'},
             'spec':{'containers':[{'name':'c','image':'nginx'}]}}""");
    private final EventCorrelator correlator = new EventCorrelator();

    private Optional<Occurrence> tell(String message, Instant now) {
        return correlator.correlate("c", new PlanStep.RecordEvent(pod, "Warning", "Failed", message), now);
    }

    @Test
    void countsTheSameEventAgain() {
        Occurrence first = tell("no", NOW).orElseThrow();
        Occurrence second = tell("no", NOW.plusSeconds(5)).orElseThrow();
        assertEquals(1, first.count());
        assertEquals(2, second.count());
        assertEquals(first.name(), second.name());
        assertEquals(NOW, second.firstTimestamp());
        assertEquals(
                "{\"count\":2,\"lastTimestamp\":\"2026-11-23T08:00:05Z\",\"message\":\"no\"}",
                second.toPatch().toString());
        Occurrence other = tell("other", NOW).orElseThrow();
        assertEquals(1, other.count());
        assertNotEquals(first.name(), other.name());
    }

    @Test
    void combinesEventsThatDifferOnlyInTheirMessage() {
        for (int i = 1; i < EventCorrelator.DIFFERENT_MESSAGES; i++) {
            assertEquals("m" + i, tell("m" + i, NOW).orElseThrow().message());
        }
        Occurrence combined = tell("m10", NOW).orElseThrow();
        assertEquals("(combined from similar events): m10", combined.message());
        Occurrence again = tell("m11", NOW).orElseThrow();
        assertEquals(2, again.count());
        assertEquals(combined.name(), again.name());
        assertEquals(
                "late",
                tell("late", NOW.plus(EventCorrelator.WINDOW).plusSeconds(1))
                        .orElseThrow()
                        .message(),
                "after the window they stand alone again");
    }

    @Test
    void fallsSilentAboutAnObjectOfWhichTooMuchIsTold() {
        for (int i = 0; i < EventCorrelator.BURST; i++) {
            assertTrue(tell("no", NOW).isPresent());
        }
        assertEquals(Optional.empty(), tell("no", NOW.plusSeconds(1)));
        Occurrence later =
                tell("no", NOW.plus(EventCorrelator.REFILL).plusSeconds(1)).orElseThrow();
        assertEquals(EventCorrelator.BURST + 2, later.count(), "what was not told was counted");
        assertEquals(
                Optional.empty(), tell("no", NOW.plus(EventCorrelator.REFILL).plus(Duration.ofSeconds(2))));
    }

    @Test
    void writesAnEventAsClientGoDoes() {
        Occurrence told = tell("no", NOW).orElseThrow();
        assertEquals(
                Json.parseObject("""
                        {"apiVersion":"v1","kind":"Event","metadata":{"name":"%s","namespace":"shop"},
                         "involvedObject":{"kind":"Pod","namespace":"shop","name":"web","uid":"%s","apiVersion":"v1",
                           "resourceVersion":"%d"},
                         "reason":"Failed","message":"no","source":{"component":"c"},
                         "firstTimestamp":"2026-11-23T08:00:00Z","lastTimestamp":"2026-11-23T08:00:00Z","count":1,
                         "type":"Warning","eventTime":null,"reportingComponent":"c","reportingInstance":""}""".formatted(told.name(), pod.meta().uid(), pod.resourceVersion())), told.toJson());
    }

    @Test
    void tellsOfClusterScopedObjectsInTheDefaultNamespace() {
        StoredObject node = world.given("{'apiVersion':'v1','kind':'Node','metadata':{'name':'n1'}}");
        Occurrence told = correlator
                .correlate("c", new PlanStep.RecordEvent(node, "Normal", "Seen", "m"), NOW)
                .orElseThrow();
        assertEquals("default", told.namespace());
        assertTrue(told.toJson().path("involvedObject").path("namespace").isMissingNode());
    }
}
