package dev.troupe.node.network;

import dev.troupe.model.proxy.RuleSet;
import dev.troupe.model.proxy.SavedRules;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings iptables to what one writer wants, and keeps it there. It remembers what it wrote, so that a change costs only
 * what changed; {@link #repair} looks at what is there. For one thread at a time.
 */
public final class RuleWriter {
    private static final Logger LOG = LoggerFactory.getLogger(RuleWriter.class);

    private static final int WRITES_TO_ACCEPT = 3;

    private record Accepted(RuleSet wanted, RuleSet printed) {}

    private final Iptables iptables;
    private final Predicate<String> owns;
    private final Map<String, RuleSet> written = new HashMap<>();
    private final Map<String, Accepted> accepted = new HashMap<>();

    /** @param owns tells the chains that are this writer's: all others are left alone */
    public RuleWriter(Iptables iptables, Predicate<String> owns) {
        this.iptables = iptables;
        this.owns = owns;
    }

    /**
     * Writes what differs from what was written last; at first, from what is there.
     *
     * @throws IOException if iptables refuses; the table is looked at again before the next write
     */
    public void write(List<RuleSet> wanted) throws IOException {
        for (RuleSet set : wanted) {
            RuleSet before = written.get(set.table());
            apply(set, before == null ? read(set) : before);
        }
    }

    /**
     * Looks at what is there and rewrites what others changed.
     *
     * @return whether anything had to be written
     */
    public boolean repair(List<RuleSet> wanted) throws IOException {
        boolean repaired = false;
        for (RuleSet set : wanted) {
            RuleSet found = read(set);
            if (!found.holds(set) && !new Accepted(set, found).equals(accepted.get(set.table()))) {
                apply(set, found);
                acceptPrintedForm(set);
                repaired = true;
            }
        }
        return repaired;
    }

    /**
     * Another version of iptables may print a rule otherwise than it was written; it would then be written for ever. So
     * what is printed right after each of several writes is taken for right, if it has as many rules. Once is not
     * enough: somebody may have changed the table just then.
     */
    private void acceptPrintedForm(RuleSet wanted) throws IOException {
        RuleSet first = read(wanted);
        if (first.holds(wanted)) {
            return;
        }
        for (int i = 0; i < WRITES_TO_ACCEPT; i++) {
            apply(wanted, first);
            RuleSet again = read(wanted);
            if (!again.equals(first) || !isAsLong(again, wanted)) {
                return;
            }
        }
        LOG.warn("{} prints the rules of table {} otherwise than written", iptables.command(), wanted.table());
        accepted.put(wanted.table(), new Accepted(wanted, first));
    }

    private static boolean isAsLong(RuleSet printed, RuleSet wanted) {
        return printed.chains().keySet().equals(wanted.chains().keySet())
                && printed.chains().entrySet().stream()
                        .allMatch(chain -> chain.getValue().size()
                                == wanted.chains()
                                        .getOrDefault(chain.getKey(), List.of())
                                        .size());
    }

    private RuleSet read(RuleSet wanted) throws IOException {
        return SavedRules.owned(wanted, iptables.save(wanted.table()), owns);
    }

    private void apply(RuleSet wanted, RuleSet before) throws IOException {
        written.remove(wanted.table());
        for (String text : wanted.restoreTextsFrom(before, iptables.chainsAtOnce())) {
            iptables.restore(text);
        }
        written.put(wanted.table(), wanted);
    }

    /** Removes every chain of this writer and every rule that leads there. */
    public void removeAll(List<String> tables) throws IOException {
        for (String table : tables) {
            apply(RuleSet.empty(table), read(RuleSet.empty(table)));
        }
        written.clear();
        accepted.clear();
    }
}
