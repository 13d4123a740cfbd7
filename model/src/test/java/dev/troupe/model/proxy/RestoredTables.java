package dev.troupe.model.proxy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the kernel does with an input of {@code iptables-restore --noflush}, as far as the proxy uses it, and as strict: a
 * rule needs the chain it leads to, a chain that is removed must be empty and led to by nothing.
 */
final class RestoredTables {
    private final Map<String, Map<String, List<String>>> tables = new LinkedHashMap<>();

    RestoredTables() {
        table("nat", "PREROUTING", "INPUT", "OUTPUT", "POSTROUTING");
        table("filter", "INPUT", "FORWARD", "OUTPUT");
    }

    private void table(String name, String... chains) {
        Map<String, List<String>> table = new LinkedHashMap<>();
        for (String chain : chains) {
            table.put(chain, new ArrayList<>());
        }
        tables.put(name, table);
    }

    void restore(String text) {
        List<String> lines = text.lines().toList();
        Map<String, List<String>> table = tables.get(lines.get(0).substring(1));
        // Chains are known to all rules of an input, wherever they stand.
        for (String line : lines) {
            if (line.startsWith(":")) {
                table.put(line.substring(1, line.indexOf(' ')), new ArrayList<>());
            }
        }
        for (String line : lines.subList(1, lines.size() - 1)) {
            if (!line.startsWith(":")) {
                run(table, line);
            }
        }
        if (!lines.get(lines.size() - 1).equals("COMMIT")) {
            throw new IllegalStateException("not committed: " + text);
        }
    }

    private static void run(Map<String, List<String>> table, String line) {
        String[] words = line.split(" ", 3);
        List<String> rules = table.get(words[1]);
        if (rules == null) {
            throw new IllegalStateException("no chain: " + line);
        }
        switch (words[0]) {
            case "-A" -> rules.add(checked(table, words[2]));
            case "-I" -> rules.add(0, checked(table, words[2].substring("1 ".length())));
            case "-D" -> {
                if (!rules.remove(words[2])) {
                    throw new IllegalStateException("no such rule: " + line);
                }
            }
            case "-X" -> remove(table, words[1]);
            default -> throw new IllegalStateException("not understood: " + line);
        }
    }

    private static String checked(Map<String, List<String>> table, String rule) {
        String target = RuleSet.target(rule);
        boolean isChain = target.startsWith("KUBE-");
        if (isChain && !table.containsKey(target)) {
            throw new IllegalStateException("leads nowhere: " + rule);
        }
        return rule;
    }

    private static void remove(Map<String, List<String>> table, String chain) {
        boolean isUsed = table.values().stream()
                .flatMap(List::stream)
                .anyMatch(rule -> RuleSet.target(rule).equals(chain));
        if (isUsed || !table.get(chain).isEmpty()) {
            throw new IllegalStateException("in use: " + chain);
        }
        table.remove(chain);
    }

    /** As iptables-save prints a table. */
    String save(String name) {
        StringBuilder text = new StringBuilder("# made by a test\n*" + name + "\n");
        Map<String, List<String>> table = tables.get(name);
        table.keySet().forEach(chain -> text.append(':').append(chain).append(" - [12:345]\n"));
        table.forEach((chain, rules) -> rules.forEach(rule ->
                text.append("-A ").append(chain).append(' ').append(rule).append('\n')));
        return text.append("COMMIT\n").toString();
    }
}
