package dev.troupe.model.proxy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads what {@code iptables-save} prints. */
public final class SavedRules {
    private static final Pattern COUNTERS = Pattern.compile("^\\[\\d+:\\d+] ");

    private SavedRules() {}

    /** The chains of one table whose names begin with {@code KUBE-}. */
    public static RuleSet proxyChains(String table, String saved) {
        Map<String, List<String>> chains = new LinkedHashMap<>();
        all(saved).forEach((chain, rules) -> {
            if (chain.startsWith("KUBE-")) {
                chains.put(chain, rules);
            }
        });
        return new RuleSet(table, chains);
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
