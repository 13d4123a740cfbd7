package dev.troupe.tests.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.troupe.tests.api.Recording.Command;
import dev.troupe.tests.api.Recording.Request;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replays what a real Kubernetes was asked against a whole control plane, with the real kubectl, and compares the
 * answers. A difference is either in {@code differences.txt} with its reason or a failure; a listed case that no longer
 * differs is a failure too, so that the list stays true.
 *
 * <p>{@code -Dtroupe.recordings=4..} runs those cases alone whose ids match, for as far as they stand on no others.
 *
 * <p>The texts are those of kubectl 1.32; with another, or none, there is nothing to compare. The score goes to
 * {@code target/recordings-score.txt}, the answers to all listed cases to {@code target/recordings-answers.txt}.
 */
class RecordingsTest {
    private static final List<Recording> RECORDINGS = Recordings.all();
    private static final Differences DIFFERENCES = Differences.load();
    private static final Score SCORE = new Score();

    @TempDir
    static Path home;

    private static TestCluster cluster;
    private static Shell shell;

    @BeforeAll
    static void start() throws Exception {
        Path noCluster = Files.writeString(home.resolve("none"), "");
        String version =
                new Shell(home, noCluster).run("kubectl version --client").out();
        assumeTrue(version.contains("v1.32."), "kubectl 1.32 is needed, found: " + version);
        cluster = TestCluster.start(home, 3);
        shell = new Shell(home, cluster.kubeconfig());
        for (Recording recording : RECORDINGS) {
            for (Map.Entry<String, String> manifest : recording.manifests().entrySet()) {
                shell.write(manifest.getKey(), manifest.getValue());
            }
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
            SCORE.write(Path.of("target"));
        }
    }

    @Test
    void listsOnlyCasesThatThereAre() {
        Set<String> unknown = new TreeSet<>(DIFFERENCES.reasons().keySet());
        unknown.addAll(DIFFERENCES.answers().keySet());
        RECORDINGS.forEach(recording -> unknown.remove(recording.id()));
        assertEquals(Set.of(), unknown);
    }

    @TestFactory
    Stream<DynamicTest> answersAsKubernetesDid() {
        return RECORDINGS.stream()
                .filter(recording -> recording.id().matches(System.getProperty("troupe.recordings", ".*")))
                .map(recording -> dynamicTest(recording.id() + " " + recording.name(), () -> compare(recording)));
    }

    private static void compare(Recording recording) throws Exception {
        String prepared = prepare(recording);
        String answer = Normalizer.normalize(answer(recording));
        String recorded = Normalizer.normalize(recording.answer());
        String reason = DIFFERENCES.reason(recording.id()).orElse("");
        String expected =
                reason.isEmpty() ? recorded : DIFFERENCES.answer(recording.id()).orElse(answer);
        SCORE.add(recording, reason, recorded, expected.equals(answer), answer);
        assertEquals(expected, answer, () -> "prepared with:\n" + prepared);
        if (!reason.isEmpty() && recorded.equals(answer)) {
            Assertions.fail("no longer differs: take it out of differences.txt and answers.txt (" + reason + ")");
        }
    }

    private static String prepare(Recording recording) throws Exception {
        if (recording.prepare().isEmpty()) {
            return "";
        }
        Shell.Result result = shell.run(recording.prepare());
        return recording.prepare() + result.out() + result.err();
    }

    private static String answer(Recording recording) throws Exception {
        return switch (recording.exchange()) {
            case Command command -> {
                Shell.Result result = shell.run(command.line()
                        .replace("https://127.0.0.1:36443", cluster.endpoint().toString()));
                yield Recordings.answer(result.exitCode(), result.out(), result.err());
            }
            case Request request -> {
                HttpResponse<String> response = cluster.send(
                        request.caller(), request.method(), request.path(), request.headers(), request.body());
                yield response(response, recording.answer());
            }
        };
    }

    /** The status line, those headers that the recording has too, and the body. */
    private static String response(HttpResponse<String> response, String recorded) {
        StringBuilder text = new StringBuilder();
        List<String> head =
                recorded.substring(0, recorded.indexOf("\n\n")).lines().toList();
        String statusLine = head.get(0);
        text.append(
                statusLine.startsWith("HTTP/1.1 " + response.statusCode() + " ")
                        ? statusLine
                        : "HTTP/1.1 " + response.statusCode());
        Map<String, String> headers = new TreeMap<>();
        for (String header : head.subList(1, head.size())) {
            String name = header.substring(0, header.indexOf(':'));
            headers.put(name, String.join(", ", response.headers().allValues(name)));
        }
        for (String header : head.subList(1, head.size())) {
            String name = header.substring(0, header.indexOf(':'));
            text.append('\n').append(name).append(": ").append(headers.get(name));
        }
        boolean bodyRecorded = !recorded.substring(recorded.indexOf("\n\n")).isBlank();
        return text + "\n\n" + (bodyRecorded ? response.body() : "");
    }
}
