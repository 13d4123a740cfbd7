package dev.troupe.node.simulated;

import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** How long a simulated runtime takes for what it does: nothing, or a time drawn from a seed. */
public interface Delays {
    /** Blocks for the next delay. */
    void next() throws IOException;

    static Delays none() {
        return () -> {};
    }

    /** Each between nothing and a longest time; for threads that may wait. */
    static Delays upTo(Duration longest, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return () -> {
            long nanos;
            synchronized (random) {
                nanos = random.nextLong(longest.toNanos() + 1);
            }
            try {
                TimeUnit.NANOSECONDS.sleep(nanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        };
    }
}
