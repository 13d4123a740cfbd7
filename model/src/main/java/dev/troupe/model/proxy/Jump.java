package dev.troupe.model.proxy;

/**
 * A rule in one of the kernel's own chains that leads into one of ours.
 *
 * @param chain for example PREROUTING
 * @param rule as iptables-save prints it, without the leading {@code -A CHAIN}
 * @param place where it is put when it is missing; it is left where it is otherwise
 */
public record Jump(String chain, String rule, Place place) {

    /** Before or behind the rules of others. */
    public enum Place {
        FIRST,
        LAST
    }

    public static Jump first(String chain, String rule) {
        return new Jump(chain, rule, Place.FIRST);
    }

    public static Jump last(String chain, String rule) {
        return new Jump(chain, rule, Place.LAST);
    }
}
