package dev.troupe.node.proxy;

import dev.troupe.model.proxy.ProxyRules;
import dev.troupe.model.proxy.ServicePort;
import dev.troupe.model.proxy.StaleFlows;
import dev.troupe.node.network.CommandRunner;
import dev.troupe.node.network.Iptables;
import dev.troupe.node.network.KernelSettings;
import dev.troupe.node.network.RuleWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts plans into the kernel. Blocks; for one thread at a time. */
public final class IptablesProxier {
    private static final Logger LOG = LoggerFactory.getLogger(IptablesProxier.class);
    private static final List<String> TABLES = List.of("nat", "filter");

    /** One conntrack call costs a process; beyond this many, all UDP flows are forgotten at once. */
    private static final int MOST_FLOW_DELETIONS = 200;

    private final CommandRunner commands;
    private final Iptables iptables;
    private final RuleWriter writer;
    private List<ServicePort> programmed = List.of();
    private boolean missesConntrack;

    public IptablesProxier(CommandRunner commands, Iptables iptables) {
        this.commands = commands;
        this.iptables = iptables;
        this.writer = new RuleWriter(iptables, ProxyRules::owns);
    }

    /** Writes what is new in a plan. */
    void write(ServiceTable.ProxyPlan plan) throws IOException {
        writer.write(plan.tables());
        forgetFlows(plan);
    }

    /**
     * Looks at everything and rewrites what others changed.
     *
     * @return whether anything had to be written
     */
    boolean repair(ServiceTable.ProxyPlan plan) throws IOException {
        new KernelSettings(commands).enableLocalNodePorts();
        boolean repaired = writer.repair(plan.tables());
        forgetFlows(plan);
        return repaired;
    }

    /** Whether the tables still hold the canary: a cheap look that finds any flush. */
    boolean isCanaryAlive() throws IOException {
        for (String table : TABLES) {
            if (!iptables.hasRules(table, ProxyRules.CANARY)) {
                return false;
            }
        }
        return true;
    }

    private void forgetFlows(ServiceTable.ProxyPlan plan) throws IOException {
        List<List<String>> flows = StaleFlows.between(programmed, plan.ports());
        programmed = plan.ports();
        if (flows.size() > MOST_FLOW_DELETIONS) {
            flows = List.of(List.of("-D", "-p", "udp"));
        }
        for (List<String> flow : flows) {
            if (missesConntrack) {
                return;
            }
            List<String> command = new ArrayList<>(List.of("conntrack"));
            command.addAll(flow);
            forget(command);
        }
    }

    private void forget(List<String> command) throws IOException {
        CommandRunner.Result found = commands.attempt(List.of("sh", "-c", "command -v conntrack"), "");
        if (!found.succeeded()) {
            missesConntrack = true;
            LOG.warn("The command conntrack is missing: UDP clients may go on talking to endpoints that are gone."
                    + " Install the package conntrack");
            return;
        }
        CommandRunner.Result result = commands.attempt(command, "");
        // That there was none is told as a failure too.
        if (!result.succeeded() && !result.error().contains("0 flow entries")) {
            LOG.warn("{} failed: {}", String.join(" ", command), result.error().strip());
        }
    }

    /** Removes every rule and chain of the proxy. */
    public void removeAll() throws IOException {
        writer.removeAll(TABLES);
        programmed = List.of();
    }
}
