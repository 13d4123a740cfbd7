package dev.troupe.http.verb;

import com.typesafe.config.ConfigFactory;
import dev.troupe.model.api.WatchEvent;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.SystemMaterializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class WatchStreamTest {
    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            "watch-stream",
            ConfigFactory.parseString("pekko.stream.materializer.subscription-timeout.timeout = 200ms")
                    .withFallback(ConfigFactory.load("application-test.conf")));

    @AfterEach
    void stop() {
        system.terminate();
    }

    private WatchStream stream(int limit) {
        return new WatchStream(limit, SystemMaterializer.get(system).materializer());
    }

    /** A client may go between its request and the answer; then nobody ever reads the stream. */
    @Test
    void cancelsAWatchThatNobodyReads() throws Exception {
        WatchStream stream = stream(1_000_000);
        CountDownLatch cancelled = new CountDownLatch(1);
        stream.subscribed(cancelled::countDown);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (cancelled.getCount() > 0 && System.nanoTime() < deadline) {
            stream.next(List.of(new WatchEvent.Bookmark(1, false)));
            LockSupport.parkNanos(1_000_000);
        }
        Assertions.assertEquals(0, cancelled.getCount());
    }

    @Test
    void cancelsAWatchThatOverflows() {
        WatchStream stream = stream(10);
        CountDownLatch cancelled = new CountDownLatch(1);
        for (int i = 0; i < 11; i++) {
            stream.next(List.of(new WatchEvent.Bookmark(i, false)));
        }
        // The server may learn of the subscription only after its first events.
        stream.subscribed(cancelled::countDown);
        Assertions.assertEquals(0, cancelled.getCount());
    }

    @Test
    void takesAStateLargerThanItsBuffer() {
        WatchStream stream = stream(10);
        CountDownLatch cancelled = new CountDownLatch(1);
        stream.subscribed(cancelled::countDown);
        stream.next(java.util.Collections.nCopies(1_000, new WatchEvent.Bookmark(1, false)));
        Assertions.assertEquals(1, cancelled.getCount());
    }
}
