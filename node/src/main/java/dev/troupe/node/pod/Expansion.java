package dev.troupe.node.pod;

import java.util.Map;

/** {@code $(VAR)} in commands, arguments and values: known names are replaced, unknown ones stay, {@code $$} is a $. */
public final class Expansion {
    private Expansion() {}

    public static String expand(String text, Map<String, String> values) {
        StringBuilder expanded = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                expanded.append(c);
                at++;
                continue;
            }
            char next = text.charAt(at + 1);
            int end = text.indexOf(')', at + 2);
            if (next == '$') {
                expanded.append('$');
                at += 2;
            } else if (next == '(' && end >= 0) {
                String name = text.substring(at + 2, end);
                String value = values.get(name);
                expanded.append(value == null ? "$(" + name + ")" : value);
                at = end + 1;
            } else if (next == '(') {
                expanded.append("$(");
                at += 2;
            } else {
                expanded.append('$').append(next);
                at += 2;
            }
        }
        return expanded.toString();
    }
}
