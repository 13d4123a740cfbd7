package dev.troupe.model.proxy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The chains of one iptables table that belong to the proxy, with their rules in order.
 *
 * @param table nat or filter
 * @param chains rules without the leading {@code -A CHAIN}
 */
public record RuleSet(String table, Map<String, List<String>> chains) {
    public RuleSet {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        chains.forEach((chain, rules) -> copy.put(chain, List.copyOf(rules)));
        chains = java.util.Collections.unmodifiableMap(copy);
    }

    public static RuleSet empty(String table) {
        return new RuleSet(table, Map.of());
    }

    /**
     * Input for {@code iptables-restore --noflush} that turns {@code old} into this: only chains that differ are
     * written, chains that are no more are removed last, when nothing refers to them.
     *
     * @return empty if nothing differs
     */
    public String restoreTextFrom(RuleSet old) {
        List<String> changed = new ArrayList<>();
        chains.forEach((chain, rules) -> {
            if (!rules.equals(old.chains.get(chain))) {
                changed.add(chain);
            }
        });
        Set<String> gone = new TreeSet<>(old.chains.keySet());
        gone.removeAll(chains.keySet());
        if (changed.isEmpty() && gone.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("*").append(table).append('\n');
        changed.forEach(chain -> text.append(':').append(chain).append(" - [0:0]\n"));
        gone.forEach(chain -> text.append(':').append(chain).append(" - [0:0]\n"));
        for (String chain : changed) {
            for (String rule : chains.getOrDefault(chain, List.of())) {
                text.append("-A ").append(chain).append(' ').append(rule).append('\n');
            }
        }
        gone.forEach(chain -> text.append("-X ").append(chain).append('\n'));
        return text.append("COMMIT\n").toString();
    }
}
