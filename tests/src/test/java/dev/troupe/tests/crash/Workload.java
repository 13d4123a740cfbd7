package dev.troupe.tests.crash;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import dev.troupe.tests.check.Action;
import dev.troupe.tests.check.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Clients that write and read the same few objects as fast as they are answered, until they are told to stop. */
final class Workload {
    /** Few, so that clients meet. */
    static final List<String> NAMES =
            IntStream.range(0, 5).mapToObj(i -> "object-" + i).toList();

    private final ApiConnection api;
    private final Recording recording;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    Workload(ApiConnection api, Recording recording) {
        this.api = api;
        this.recording = recording;
    }

    void start(int clients, SplittableRandom random) {
        for (int client = 1; client <= clients; client++) {
            int number = client;
            SplittableRandom own = random.split();
            threads.add(Thread.ofPlatform().name("client-" + number).start(() -> run(number, own)));
        }
    }

    private void run(int number, SplittableRandom random) {
        RecordingClient client = new RecordingClient(number, api, recording);
        while (!stopping) {
            Shape shape = Shape.values()[random.nextInt(Shape.values().length)];
            if (random.nextInt(40) == 0) {
                client.list(shape, NAMES);
            } else {
                visit(client, shape, NAMES.get(random.nextInt(NAMES.size())), random);
            }
        }
    }

    /** Reads an object and does something to it that mostly succeeds, and more with what came of it. */
    private void visit(RecordingClient client, Shape shape, String name, SplittableRandom random) {
        ObjectNode object = client.act(shape, name, new Action.Get(), Json.object());
        for (int step = 0; step < 3 && !stopping; step++) {
            Action action = action(shape, object, random);
            ObjectNode after = client.act(shape, name, action, object);
            if (action instanceof Action.Delete) {
                return;
            }
            // Where it failed the old object is kept: the next update is then stale, which must be refused.
            object = after.isEmpty() ? object : after;
        }
    }

    private static Action action(Shape shape, ObjectNode object, SplittableRandom random) {
        String text = Long.toString(random.nextLong(), 36);
        if (object.isEmpty() || random.nextInt(20) == 0) {
            return new Action.Create(new Content(text, ""));
        }
        return switch (random.nextInt(8)) {
            case 0 -> new Action.Delete(random.nextBoolean() ? 0 : Shape.version(object));
            case 1, 2, 3 -> new Action.Patch(text);
            default ->
                new Action.Update(
                        Shape.version(object),
                        new Content(text, shape.content(object).patched()));
        };
    }

    /** Returns when no client asks for anything any more. */
    void stop() {
        stopping = true;
        for (Thread thread : threads) {
            try {
                thread.join(90_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " is still waiting for an answer");
            }
        }
    }
}
