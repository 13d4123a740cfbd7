package dev.troupe.model.proxy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The chains of one iptables table that belong to one writer, with their rules in order, and the jumps that lead there.
 *
 * @param table nat or filter
 * @param chains rules without the leading {@code -A CHAIN}
 * @param jumps in the order in which they shall stand
 */
public record RuleSet(String table, Map<String, List<String>> chains, List<Jump> jumps) {
    public RuleSet {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        chains.forEach((chain, rules) -> copy.put(chain, List.copyOf(rules)));
        chains = Collections.unmodifiableMap(copy);
        jumps = List.copyOf(jumps);
    }

    public static RuleSet empty(String table) {
        return new RuleSet(table, Map.of(), List.of());
    }

    /** Whether nothing differs but the order in which chains are listed. */
    public boolean holds(RuleSet wanted) {
        return chains.equals(wanted.chains) && new HashSet<>(jumps).containsAll(wanted.jumps);
    }

    /**
     * Inputs for {@code iptables-restore --noflush}, one after the other, that turn {@code old} into this: only chains
     * that differ are written, none before those it leads to; jumps follow, and what is no more is removed last. So
     * each input leaves a table that serves.
     *
     * @param old what is there; its jumps beyond this set's are removed
     * @param mostChains chains an input at most: the nft backend takes time with the square of them
     * @return empty if nothing differs
     */
    public List<String> restoreTextsFrom(RuleSet old, int mostChains) {
        List<String> changed = targetsFirst().stream()
                .filter(chain -> !chainRules(chain).equals(old.chains.get(chain)))
                .toList();
        List<String> gone = old.chains.keySet().stream()
                .filter(chain -> !chains.containsKey(chain))
                .toList();
        String jumpChanges = jumpChangesFrom(old);
        if (changed.isEmpty() && gone.isEmpty() && jumpChanges.isEmpty()) {
            return List.of();
        }
        if (changed.size() + gone.size() <= mostChains) {
            return List.of(text(changed, jumpChanges, gone));
        }
        List<String> texts = new ArrayList<>();
        for (int from = 0; from < changed.size(); from += mostChains) {
            texts.add(text(changed.subList(from, Math.min(changed.size(), from + mostChains)), "", List.of()));
        }
        texts.add(text(List.of(), jumpChanges, gone));
        return texts;
    }

    private List<String> chainRules(String chain) {
        return chains.getOrDefault(chain, List.of());
    }

    /** A chain can only be removed when nothing leads to it: all are emptied before the first goes. */
    private String text(List<String> written, String jumpChanges, List<String> gone) {
        StringBuilder text = new StringBuilder("*").append(table).append('\n');
        written.forEach(chain -> text.append(':').append(chain).append(" - [0:0]\n"));
        gone.forEach(chain -> text.append(':').append(chain).append(" - [0:0]\n"));
        for (String chain : written) {
            chainRules(chain)
                    .forEach(rule -> text.append("-A ")
                            .append(chain)
                            .append(' ')
                            .append(rule)
                            .append('\n'));
        }
        text.append(jumpChanges);
        gone.forEach(chain -> text.append("-X ").append(chain).append('\n'));
        return text.append("COMMIT\n").toString();
    }

    private String jumpChangesFrom(RuleSet old) {
        StringBuilder text = new StringBuilder();
        for (Jump jump : old.jumps) {
            if (!jumps.contains(jump)) {
                text.append("-D ")
                        .append(jump.chain())
                        .append(' ')
                        .append(jump.rule())
                        .append('\n');
            }
        }
        // Each new first one pushes the others down, so the last is put there first.
        for (int i = jumps.size() - 1; i >= 0; i--) {
            Jump jump = jumps.get(i);
            if (jump.place() == Jump.Place.FIRST && !old.jumps.contains(jump)) {
                text.append("-I ")
                        .append(jump.chain())
                        .append(" 1 ")
                        .append(jump.rule())
                        .append('\n');
            }
        }
        for (Jump jump : jumps) {
            if (jump.place() == Jump.Place.LAST && !old.jumps.contains(jump)) {
                text.append("-A ")
                        .append(jump.chain())
                        .append(' ')
                        .append(jump.rule())
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** All chains, each behind those that its rules lead to. */
    private Set<String> targetsFirst() {
        Set<String> ordered = new LinkedHashSet<>();
        Set<String> entered = new HashSet<>();
        chains.keySet().forEach(chain -> visit(chain, entered, ordered));
        return ordered;
    }

    private void visit(String chain, Set<String> entered, Set<String> ordered) {
        if (!entered.add(chain)) {
            return;
        }
        for (String rule : chainRules(chain)) {
            String target = target(rule);
            if (chains.containsKey(target)) {
                visit(target, entered, ordered);
            }
        }
        ordered.add(chain);
    }

    /** The verdict or chain that a rule ends in; empty if it has none. */
    static String target(String rule) {
        int jump = rule.startsWith("-j ") ? 0 : rule.lastIndexOf(" -j ") + 1;
        if (jump == 0 && !rule.startsWith("-j ")) {
            return "";
        }
        int from = jump + 3;
        int end = rule.indexOf(' ', from);
        return end < 0 ? rule.substring(from) : rule.substring(from, end);
    }
}
