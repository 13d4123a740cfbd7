package dev.troupe.model.proxy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads what {@code iptables-save -t TABLE} prints. */
public final class SavedRules {
    private static final Pattern COUNTERS = Pattern.compile("^\\[\\d+:\\d+] ");

    private SavedRules() {}

    /**
     * What belongs to one writer in a saved table: its chains, and every rule of other chains that leads there. A jump
     * that is there twice is listed twice.
     *
     * @param wanted gives the table and the places of known jumps
     * @param owns tells the writer's chains
     */
    public static RuleSet owned(RuleSet wanted, String saved, Predicate<String> owns) {
        Map<String, List<String>> chains = new LinkedHashMap<>();
        List<Jump> jumps = new ArrayList<>();
        Set<Jump> last = wanted.jumps().stream()
                .filter(jump -> jump.place() == Jump.Place.LAST)
                .collect(Collectors.toSet());
        all(saved).forEach((chain, rules) -> {
            if (owns.test(chain)) {
                chains.put(chain, rules);
                return;
            }
            for (String rule : rules) {
                if (owns.test(RuleSet.target(rule))) {
                    Jump behind = Jump.last(chain, rule);
                    jumps.add(last.contains(behind) ? behind : Jump.first(chain, rule));
                }
            }
        });
        return new RuleSet(wanted.table(), chains, jumps);
    }

    /** All chains of a saved table with their rules, without the leading {@code -A CHAIN}. */
    public static Map<String, List<String>> all(String saved) {
        Map<String, List<String>> chains = new LinkedHashMap<>();
        saved.lines().forEach(line -> {
            String rule = COUNTERS.matcher(line).replaceFirst("");
            if (rule.startsWith(":")) {
                chains.putIfAbsent(rule.substring(1, rule.indexOf(' ')), new ArrayList<>());
            } else if (rule.startsWith("-A ")) {
                int end = rule.indexOf(' ', 3);
                chains.computeIfAbsent(rule.substring(3, end), chain -> new ArrayList<>())
                        .add(rule.substring(end + 1));
            }
        });
        return chains;
    }
}
