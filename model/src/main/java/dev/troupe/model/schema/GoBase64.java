package dev.troupe.model.schema;

import java.util.Base64;
import java.util.OptionalInt;

/** Standard base64 as Go reads it: padding is required, line breaks are not minded. */
final class GoBase64 {
    private GoBase64() {}

    /** The text as Go would write it again. */
    static String canonical(String text) {
        byte[] bytes = Base64.getDecoder().decode(withoutBreaks(text));
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String withoutBreaks(String text) {
        return text.replace("\n", "").replace("\r", "");
    }

    /** The byte at which Go's decoder stops; empty if the text is sound. */
    static OptionalInt corruptAt(String text) {
        int at = 0;
        while (true) {
            int inQuantum = 0;
            while (inQuantum < 4) {
                if (at == text.length()) {
                    return inQuantum == 0 ? OptionalInt.empty() : OptionalInt.of(at - inQuantum);
                }
                char c = text.charAt(at++);
                if (isBreak(c)) {
                    continue;
                }
                if (c == '=') {
                    return padding(text, at, inQuantum);
                }
                if (!isDigit(c)) {
                    return OptionalInt.of(at - 1);
                }
                inQuantum++;
            }
        }
    }

    /** Checks what follows the first padding character. */
    private static OptionalInt padding(String text, int after, int inQuantum) {
        int at = after;
        if (inQuantum < 2) {
            return OptionalInt.of(at - 1);
        }
        if (inQuantum == 2) {
            at = skipBreaks(text, at);
            if (at == text.length()) {
                return OptionalInt.of(at);
            }
            if (text.charAt(at) != '=') {
                return OptionalInt.of(at - 1);
            }
            at++;
        }
        at = skipBreaks(text, at);
        return at < text.length() ? OptionalInt.of(at) : OptionalInt.empty();
    }

    private static int skipBreaks(String text, int from) {
        int at = from;
        while (at < text.length() && isBreak(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isBreak(char c) {
        return c == '\n' || c == '\r';
    }

    private static boolean isDigit(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    }
}
