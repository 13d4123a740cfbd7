package dev.troupe.app;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** Says on the terminal what is being done and how long since the start: one line a step, fit for a log file too. */
public final class Progress {
    private final PrintStream out;
    private final InstantSource clock;
    private final Instant start;

    public Progress(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
        this.start = clock.instant();
    }

    /** One finished step. */
    public void step(String topic, String text) {
        double seconds = Duration.between(start, clock.instant()).toMillis() / 1000.0;
        out.println(String.format(Locale.ROOT, "[%6.1fs] %-10s %s", seconds, topic, text));
        out.flush();
    }

    /** Text that belongs to the step before. */
    public void detail(String text) {
        text.lines().forEach(line -> out.println("          " + line));
        out.flush();
    }
}
