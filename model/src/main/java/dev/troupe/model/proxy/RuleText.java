package dev.troupe.model.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Pieces of rules in exactly the form and order in which iptables-save prints them, with either backend: so that what
 * was planned can be compared with what is there.
 */
final class RuleText {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

    /** The kernel keeps probabilities in 31 bits. */
    private static final double PROBABILITY_UNIT = 0x8000_0000L;

    private RuleText() {}

    static String comment(String text) {
        return "-m comment --comment " + (PLAIN.matcher(text).matches() ? text : "\"" + text + "\"");
    }

    /** Address, protocol, comment, port: a packet to a service's address. */
    static String toAddress(String address, ServicePort port, String why) {
        return "-d " + address + "/32 -p " + port.protocol() + " " + comment(why) + toPort(port, port.port());
    }

    static String toPort(ServicePort port, int number) {
        return " -m " + port.protocol() + " --dport " + number;
    }

    /** A match that one in so many packets passes. */
    static String oneIn(int count) {
        double kept = Math.rint(PROBABILITY_UNIT / count) / PROBABILITY_UNIT;
        return " -m statistic --mode random --probability " + String.format(Locale.ROOT, "%.11f", kept);
    }

    /** A range as a match on the source; nothing for the range of all addresses. */
    static String from(String range) {
        return range.endsWith("/0") ? "" : "-s " + range + " ";
    }

    /** Sixteen characters of base 32 of the SHA-256, as kube-proxy names its chains. */
    static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            StringBuilder name = new StringBuilder(16);
            for (int bit = 0; bit < 80; bit += 5) {
                int value = 0;
                for (int i = bit; i < bit + 5; i++) {
                    value = value << 1 | (digest[i / 8] >> (7 - i % 8) & 1);
                }
                name.append(BASE32.charAt(value));
            }
            return name.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
