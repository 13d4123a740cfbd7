package dev.troupe.node.network;

import java.io.IOException;
import java.util.List;

/**
 * The iptables commands of one backend, nf_tables or legacy. The two do not see each other's rules, and a machine that
 * uses both misbehaves, so the one that is in use already is taken.
 */
public final class Iptables {
    /** Seconds to wait for the lock that all iptables processes of a machine share. */
    private static final String LOCK_WAIT = "5";

    /** Some 250 services of 3 endpoints: beyond that, nft takes time with the square of the chains. */
    private static final int NFT_CHAINS_AT_ONCE = 1_000;

    private final CommandRunner commands;
    private final String command;
    private final boolean legacy;

    private Iptables(CommandRunner commands, String command, boolean legacy) {
        this.commands = commands;
        this.command = command;
        this.legacy = legacy;
    }

    /**
     * Finds the backend that holds more rules by now; the system's default where there are none.
     *
     * @throws IOException if there is no iptables
     */
    public static Iptables inUse(CommandRunner commands) throws IOException {
        String version;
        try {
            version = commands.run("iptables", "--version");
        } catch (IOException e) {
            throw new IOException("iptables does not run; install the package iptables", e);
        }
        long nft = rules(commands, "iptables-nft-save");
        // Merely asking the legacy backend would create its tables: the kernel tells whether there are any.
        CommandRunner.Result tables = commands.attempt(List.of("cat", "/proc/net/ip_tables_names"), "");
        long legacy = tables.output().isBlank() ? 0 : rules(commands, "iptables-legacy-save");
        if (legacy > nft) {
            return new Iptables(commands, "iptables-legacy", true);
        }
        return nft > 0
                ? new Iptables(commands, "iptables-nft", false)
                : new Iptables(commands, "iptables", !version.contains("nf_tables"));
    }

    /** A given backend: iptables-nft or iptables-legacy. */
    public static Iptables of(CommandRunner commands, String command) {
        return new Iptables(commands, command, command.endsWith("-legacy"));
    }

    private static long rules(CommandRunner commands, String save) throws IOException {
        CommandRunner.Result exists = commands.attempt(List.of("sh", "-c", "command -v " + save), "");
        if (!exists.succeeded()) {
            return 0;
        }
        return commands.run(List.of(save), "")
                .lines()
                .filter(line -> line.startsWith("-A "))
                .count();
    }

    /** The command's name, which tells the backend. */
    public String command() {
        return command;
    }

    /** Chains of one input at most. The legacy backend rewrites the table each time: the fewer inputs the better. */
    int chainsAtOnce() {
        return legacy ? Integer.MAX_VALUE : NFT_CHAINS_AT_ONCE;
    }

    /** One table as iptables-save prints it; empty where nobody uses it. */
    public String save(String table) throws IOException {
        return commands.run(command + "-save", "-t", table);
    }

    /** Applies an input for iptables-restore to what is there. */
    public void restore(String text) throws IOException {
        commands.run(List.of(command + "-restore", "-w", LOCK_WAIT, "--noflush"), text);
    }

    /** Whether a chain exists and has a rule. Cheap, however many rules others have. */
    public boolean hasRules(String table, String chain) throws IOException {
        CommandRunner.Result result = commands.attempt(List.of(command, "-w", LOCK_WAIT, "-t", table, "-S", chain), "");
        return result.succeeded() && result.output().contains("-A " + chain + " ");
    }
}
