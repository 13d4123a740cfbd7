package dev.troupe.tests.api;

import dev.troupe.tests.api.Recording.Command;
import dev.troupe.tests.api.Recording.Exchange;
import dev.troupe.tests.api.Recording.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the files in {@code resources/recordings}; the README there tells their form. */
final class Recordings {
    private static final Pattern CASE = Pattern.compile("(?m)^# case (\\d{3}) (\\S+)\n");
    private static final Pattern SECTION = Pattern.compile(
            "(?m)^## (prepare|caller|manifest \\S+|command|exit code|stdout|stderr|request|response)\n");

    private Recordings() {}

    /** All cases in their order. */
    static List<Recording> all() {
        Map<String, Recording> byId = new TreeMap<>();
        for (String file : text("files.txt").lines().toList()) {
            for (Recording recording : parse(text(file))) {
                if (byId.put(recording.id(), recording) != null) {
                    throw new IllegalStateException("two cases " + recording.id());
                }
            }
        }
        return List.copyOf(byId.values());
    }

    /** A file of the folder. */
    static String text(String file) {
        try (InputStream stream = Recordings.class.getResourceAsStream("/recordings/" + file)) {
            if (stream == null) {
                throw new IllegalStateException("no resource recordings/" + file);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The blocks of a file that begin with {@code # case}, by id. */
    static Map<String, String> blocks(String text) {
        Map<String, String> blocks = new LinkedHashMap<>();
        Matcher matcher = CASE.matcher(text);
        List<int[]> places = new ArrayList<>();
        while (matcher.find()) {
            places.add(new int[] {matcher.start(), matcher.end()});
        }
        for (int i = 0; i < places.size(); i++) {
            int end = i + 1 < places.size() ? places.get(i + 1)[0] : text.length();
            String head = text.substring(places.get(i)[0], places.get(i)[1]);
            blocks.put(head.substring("# case ".length()).strip(), text.substring(places.get(i)[1], end));
        }
        return blocks;
    }

    private static List<Recording> parse(String text) {
        List<Recording> recordings = new ArrayList<>();
        blocks(text).forEach((head, body) -> recordings.add(one(head, sections(body))));
        return recordings;
    }

    private static Map<String, String> sections(String body) {
        Map<String, String> sections = new LinkedHashMap<>();
        Matcher matcher = SECTION.matcher(body);
        String name = "";
        int begin = 0;
        while (matcher.find()) {
            if (!name.isEmpty()) {
                sections.put(name, body.substring(begin, matcher.start()));
            }
            name = matcher.group(1);
            begin = matcher.end();
        }
        sections.put(name, body.substring(begin));
        return sections;
    }

    private static Recording one(String head, Map<String, String> sections) {
        String id = head.substring(0, 3);
        String name = head.substring(4);
        Map<String, String> manifests = new LinkedHashMap<>();
        sections.forEach((section, text) -> {
            if (section.startsWith("manifest ")) {
                manifests.put(section.substring("manifest ".length()), text);
            }
        });
        String prepare = sections.getOrDefault("prepare", "");
        if (sections.containsKey("request")) {
            return new Recording(
                    id, name, prepare, manifests, request(sections), sections.getOrDefault("response", ""));
        }
        String answer = answer(
                Integer.parseInt(sections.getOrDefault("exit code", "").strip()),
                sections.getOrDefault("stdout", ""),
                sections.getOrDefault("stderr", ""));
        Exchange command = new Command(sections.getOrDefault("command", "").strip());
        return new Recording(id, name, prepare, manifests, command, answer);
    }

    /** The answer to a {@link Command}. */
    static String answer(int exitCode, String out, String err) {
        return "exit code " + exitCode + "\n--- stdout\n" + out.strip() + "\n--- stderr\n" + err.strip() + "\n";
    }

    private static Request request(Map<String, String> sections) {
        String text = sections.getOrDefault("request", "");
        int blank = text.indexOf("\n\n");
        List<String> head =
                (blank < 0 ? text : text.substring(0, blank)).lines().toList();
        String[] line = head.get(0).split(" ", 2);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : head.subList(1, head.size())) {
            String[] parts = header.split(": ", 2);
            headers.put(parts[0], parts[1]);
        }
        String caller = sections.getOrDefault("caller", "admin").strip();
        String body = blank < 0 ? "" : text.substring(blank + 2);
        return new Request(caller, line[0], line[1].strip(), headers, body);
    }
}
