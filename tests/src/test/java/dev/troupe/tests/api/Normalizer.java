package dev.troupe.tests.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes out of an answer what two clusters cannot have in common: times, ages, uids, versions, addresses, chance. */
final class Normalizer {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /** The alphabet of generated names. */
    private static final String SAFE = "[bcdfghjklmnpqrstvwxz2456789]";

    private record Replacement(Pattern pattern, String by) {
        static Replacement of(String pattern, String by) {
            return new Replacement(Pattern.compile(pattern, Pattern.MULTILINE), by);
        }
    }

    private static final List<Replacement> REPLACEMENTS = List.of(
            // times
            Replacement.of("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z", "TIME"),
            Replacement.of("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000", "TIME"),
            Replacement.of("\\d\\d:\\d\\d:\\d\\d\\.\\d+ \\+0000", "TIME"),
            Replacement.of("\"(exp|iat|nbf)\":\\d+", "\"$1\":TIME"),
            // identities
            Replacement.of("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
            Replacement.of("(resourceVersion\\\\?\"? ?: ?)\\\\?\"\\d+\\\\?\"", "$1VERSION"),
            Replacement.of("(ResourceVersion in record )\\(\\d+\\)", "$1(VERSION)"),
            Replacement.of("(resource version: \\d+, current: )\\d+", "$1VERSION"),
            Replacement.of("(continue\"? ?: ?)\"[^\"]{8,}\"", "$1TOKEN"),
            Replacement.of("\\.[0-9a-f]{16}\\b", ".EVENT"),
            // generated names: a template's hash, then a pod's suffix
            Replacement.of("-(" + SAFE + "{8,10}|[0-9a-f]{8,10})-" + SAFE + "{5}\\b", "-HASH-NAME"),
            Replacement.of("(template-hash[:=] ?)[a-z0-9]{8,10}\\b", "$1HASH"),
            Replacement.of("-(?=" + SAFE + "*\\d)" + SAFE + "{8,10}\\b", "-HASH"),
            Replacement.of("-(?=" + SAFE + "*\\d)" + SAFE + "{5}\\b", "-NAME"),
            Replacement.of("\\b(rs1|rc1|token|d1|d1np|s\\d|web|gen)-" + SAFE + "{5}\\b", "$1-NAME"),
            // addresses
            Replacement.of(
                    "\\b(?!192\\.168\\.7\\.7\\b|10\\.96\\.77\\.77\\b|0\\.0\\.0\\.0)"
                            + "\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\b(?!/)",
                    "ADDRESS"),
            Replacement.of("ADDRESS:[1-9]\\d{3,4}\"", "ADDRESS:PORT\""),
            Replacement.of(":3[0-2]\\d{3}/", ":NODEPORT/"),
            Replacement.of("(\\bto |on |\"|/|   )simulated-\\d(?!\")", "$1NODE"),
            Replacement.of("((?i)nodeName\"?: +\"?|\"ADDRESS\", \")simulated-\\d", "$1NODE"),
            Replacement.of("(Container ID:|containerID\"?:) .*", "$1 ID"),
            // the machine and the software that answered
            Replacement.of("\\bv1\\.(20\\.2|32\\.4\\+troupe|32\\.4(?!-))", "RELEASE"),
            Replacement.of("(kernelVersion|osImage|goVersion\"? ?): .*", "$1: OWN"),
            Replacement.of("(?<=ADDRESS {1,9}<none> {1,9})\\S.*(?=  \\w+://)", "OS-IMAGE KERNEL"),
            Replacement.of("\\b(amd64|arm64|aarch64)\\b", "ARCHITECTURE"),
            Replacement.of("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----(\\\\n)?", "CERTIFICATE"),
            Replacement.of("(/tmp/|MERGED/)[^\\s\"']*", "TMPFILE"),
            // names of character sets have no case
            Replacement.of("charset=UTF-8", "charset=utf-8"),
            // cells of a table in JSON
            Replacement.of("\"(\\d+m)?\\d+s\"", "\"AGE\""),
            // which pods a drained node had
            Replacement.of("^(evicting pod|pod/\\S+ evicted).*\n", ""),
            // what is seen of a rollout, and how long a client waits for itself, depends on speed
            Replacement.of("^Waiting for deployment .*\n", ""),
            Replacement.of("^I\\d{4} .* Waited for .*\n?", ""));

    private static final Pattern AGED_TABLE = Pattern.compile("(^|\\s)(AGE|Age|LAST SEEN)(\\s|$)");
    private static final Pattern AGE =
            Pattern.compile("(?<=^|\\s)(\\d+y)?(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?(?<=[ydhms])(?=\\s|$)");
    private static final Pattern TRAILING_AGE = Pattern.compile("(?<=\\s)(\\d+m)?\\d+[sm]$");

    private Normalizer() {}

    /** The answer as it can be compared. */
    static String normalize(String answer) {
        String text = json(answer);
        for (Replacement replacement : REPLACEMENTS) {
            text = replacement.pattern().matcher(text).replaceAll(replacement.by());
        }
        return lines(text);
    }

    /** Ages out of tables, and one width for all columns. */
    private static String lines(String text) {
        List<String> lines = new ArrayList<>();
        boolean aged = false;
        for (String line : text.split("\n", -1)) {
            String plain = line.stripTrailing();
            if (plain.isEmpty() || plain.matches("Name: .*")) {
                aged = false;
            } else if (AGED_TABLE.matcher(plain).find()) {
                aged = true;
            } else if (aged) {
                plain = AGE.matcher(plain).replaceAll("AGE");
            } else {
                plain = TRAILING_AGE.matcher(plain).replaceAll("AGE");
            }
            lines.add(plain.replaceAll("(?<=\\S) {2,}", "  ").replaceAll("-{4,}", "----"));
        }
        sortFaults(lines);
        return String.join("\n", lines).strip() + "\n";
    }

    /** Kubernetes goes through labels, quotas and the like in the order of Go's maps, which is none. */
    private static void sortFaults(List<String> lines) {
        int begin = 0;
        for (int i = 0; i <= lines.size(); i++) {
            if (i == lines.size() || !lines.get(i).startsWith("* ")) {
                lines.subList(begin, i).sort(String::compareTo);
                begin = i + 1;
            }
        }
    }

    /** JSON in one form: sorted, and without managedFields. */
    private static String json(String answer) {
        int blank = answer.indexOf("\n\n");
        if (answer.startsWith("HTTP/1.1 ") && blank > 0) {
            return answer.substring(0, blank + 2) + canonical(answer.substring(blank + 2));
        }
        return Pattern.compile("(?m)^\\{.*\\}$")
                .matcher(answer)
                .replaceAll(found -> Matcher.quoteReplacement(canonical(found.group())));
    }

    private static String canonical(String text) {
        try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(text)) {
            StringBuilder result = new StringBuilder();
            while (values.hasNextValue()) {
                JsonNode value = values.nextValue();
                if (!value.isObject()) {
                    return text;
                }
                value.findParents("managedFields").forEach(parent -> ((ObjectNode) parent).remove("managedFields"));
                Object sorted = JSON.treeToValue(value, TreeMap.class);
                result.append(JSON.writeValueAsString(sorted)).append('\n');
            }
            return result.toString();
        } catch (JsonProcessingException e) {
            // Text that only looks like JSON stays as it is.
            return text;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
