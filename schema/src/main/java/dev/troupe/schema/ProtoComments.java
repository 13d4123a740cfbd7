package dev.troupe.schema;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The comments of the API's proto files, which the Java generator copies into javadoc: descriptions for people and
 * markers such as {@code +patchMergeKey=name} for machines.
 */
final class ProtoComments {
    private static final Pattern INTERFACE = Pattern.compile("public interface (\\w+)OrBuilder");
    private static final Pattern MESSAGE = Pattern.compile("Protobuf type \\{@code ([\\w.]+)}");
    private static final Pattern FIELD = Pattern.compile("<code>.*?(\\w+) = \\d+(?: \\[.*])?;</code>");

    /** A comment: its words and its markers, in order. */
    record Comment(String description, Map<String, List<String>> markers) {
        Optional<String> marker(String name) {
            List<String> values = markers.get(name);
            return values == null ? Optional.empty() : Optional.of(values.get(0));
        }
    }

    private final Map<String, Comment> fields = new HashMap<>();
    private final Map<String, Comment> messages = new HashMap<>();

    /** Reads the source of one generated outer class from the class path. */
    void read(String outerClass) throws IOException {
        String path = outerClass.replace('.', '/') + ".java";
        try (InputStream stream = ProtoComments.class.getClassLoader().getResourceAsStream(path)) {
            if (stream == null) {
                throw new IOException("no source of " + outerClass + " on the class path");
            }
            parse(outerClass, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    Optional<Comment> field(String outerClass, String message, String field) {
        return Optional.ofNullable(fields.get(outerClass + "/" + message + "/" + field));
    }

    Optional<Comment> message(String fullName) {
        return Optional.ofNullable(messages.get(fullName));
    }

    private void parse(String outerClass, String source) {
        String message = "";
        List<String> comment = new ArrayList<>();
        boolean inComment = false;
        for (String line : source.lines().toList()) {
            String text = line.strip();
            Matcher start = INTERFACE.matcher(text);
            if (start.find()) {
                message = start.group(1);
            } else if (text.equals("/**")) {
                comment.clear();
                inComment = true;
            } else if (text.equals("*/")) {
                inComment = false;
            } else if (inComment) {
                comment.add(text.equals("*") ? "" : text.startsWith("* ") ? text.substring(2) : text);
                keep(outerClass, message, comment, text);
            }
        }
    }

    private void keep(String outerClass, String message, List<String> comment, String text) {
        Matcher field = FIELD.matcher(text);
        if (field.find()) {
            fields.putIfAbsent(outerClass + "/" + message + "/" + field.group(1), comment(comment));
        }
        Matcher type = MESSAGE.matcher(text);
        if (type.find()) {
            messages.putIfAbsent(type.group(1), comment(comment));
        }
    }

    private static Comment comment(List<String> lines) {
        Map<String, List<String>> markers = new HashMap<>();
        List<String> words = new ArrayList<>();
        int from = lines.indexOf("<pre>");
        int to = lines.indexOf("</pre>");
        if (from < 0 || to < 0) {
            return new Comment("", Map.of());
        }
        for (String line : lines.subList(from + 1, to)) {
            if (line.equals("---")) {
                break;
            }
            if (line.startsWith("+")) {
                int equal = line.indexOf('=');
                String name = equal < 0 ? line.substring(1) : line.substring(1, equal);
                markers.computeIfAbsent(name.strip(), key -> new ArrayList<>())
                        .add(equal < 0 ? "" : line.substring(equal + 1).strip());
            } else {
                words.add(unescape(line));
            }
        }
        return new Comment(join(words), markers);
    }

    /**
     * As the API documents do it: lines run together, an empty line starts a paragraph, an indented line stands alone,
     * notes to developers are left out.
     */
    private static String join(List<String> words) {
        StringBuilder text = new StringBuilder();
        for (String word : words) {
            if (word.isEmpty()) {
                dropLast(text);
                text.append("\n\n");
            } else if (word.startsWith(" ") || word.startsWith("\t")) {
                dropLast(text);
                text.append('\n').append(word).append('\n');
            } else if (!word.startsWith("TODO")) {
                text.append(word).append(' ');
            }
        }
        return text.toString().strip();
    }

    private static void dropLast(StringBuilder text) {
        if (!text.isEmpty()) {
            text.setLength(text.length() - 1);
        }
    }

    private static String unescape(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#64;", "@")
                .replace("&#42;", "*")
                .replace("&#47;", "/")
                .replace("&#92;", "\\")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
    }
}
