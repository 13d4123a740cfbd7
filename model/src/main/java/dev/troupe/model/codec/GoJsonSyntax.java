package dev.troupe.model.codec;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Says what is wrong with malformed JSON in the words of Go's encoding/json, which clients see in Kubernetes' answers.
 * Slow path: runs only on bodies that the real parser refused.
 */
final class GoJsonSyntax {
    private static final String END = "unexpected end of JSON input";

    private final byte[] text;
    private int at;

    private GoJsonSyntax(byte[] text) {
        this.text = text;
    }

    /** Where the scan stopped, with Go's message. */
    private static final class SyntaxFault extends Exception {
        private static final long serialVersionUID = 1;

        SyntaxFault(String message) {
            super(message, null, false, false);
        }
    }

    /** What comes next in the innermost container. */
    private enum Expect {
        VALUE,
        FIRST_KEY,
        KEY,
        AFTER_VALUE
    }

    static String explain(byte[] text) {
        try {
            new GoJsonSyntax(text).scan();
            return "invalid JSON";
        } catch (SyntaxFault e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void scan() throws SyntaxFault {
        Deque<Character> containers = new ArrayDeque<>();
        Expect expect = Expect.VALUE;
        boolean mayClose = false;
        while (true) {
            skipSpace();
            if (expect == Expect.AFTER_VALUE && containers.isEmpty()) {
                if (at == text.length) {
                    return;
                }
                throw invalid("after top-level value");
            }
            if (at == text.length) {
                throw new SyntaxFault(END);
            }
            byte c = text[at];
            switch (expect) {
                case VALUE -> {
                    if (mayClose && c == ']') {
                        at++;
                        containers.pop();
                        expect = Expect.AFTER_VALUE;
                    } else if (c == '{' || c == '[') {
                        at++;
                        containers.push((char) c);
                        expect = c == '{' ? Expect.FIRST_KEY : Expect.VALUE;
                    } else {
                        scalar(c);
                        expect = Expect.AFTER_VALUE;
                    }
                    mayClose = expect == Expect.VALUE;
                    if (containers.size() > JsonBodyDecoder.MAX_DEPTH) {
                        throw new SyntaxFault("exceeded max depth");
                    }
                }
                case FIRST_KEY, KEY -> {
                    if (expect == Expect.FIRST_KEY && c == '}') {
                        at++;
                        containers.pop();
                        expect = Expect.AFTER_VALUE;
                    } else {
                        key(c);
                        expect = Expect.VALUE;
                    }
                }
                case AFTER_VALUE -> {
                    boolean inObject = containers.getFirst() == '{';
                    if (c == ',') {
                        expect = inObject ? Expect.KEY : Expect.VALUE;
                    } else if (c == (inObject ? '}' : ']')) {
                        containers.pop();
                    } else {
                        throw invalid(inObject ? "after object key:value pair" : "after array element");
                    }
                    at++;
                }
            }
        }
    }

    private void key(byte c) throws SyntaxFault {
        if (c != '"') {
            throw invalid("looking for beginning of object key string");
        }
        string();
        skipSpace();
        if (at == text.length) {
            throw new SyntaxFault(END);
        }
        if (text[at] != ':') {
            throw invalid("after object key");
        }
        at++;
    }

    private void scalar(byte c) throws SyntaxFault {
        if (c == '"') {
            string();
        } else if (c == '-' || (c >= '0' && c <= '9')) {
            number();
        } else if (c == 't') {
            literal("true");
        } else if (c == 'f') {
            literal("false");
        } else if (c == 'n') {
            literal("null");
        } else {
            throw invalid("looking for beginning of value");
        }
    }

    private void string() throws SyntaxFault {
        at++;
        while (true) {
            byte c = next();
            if (c == '"') {
                at++;
                return;
            }
            if (c >= 0 && c < 0x20) {
                throw invalid("in string literal");
            }
            at++;
            if (c == '\\') {
                byte escaped = next();
                if (escaped == 'u') {
                    for (int digit = 0; digit < 4; digit++) {
                        at++;
                        if (Character.digit(next(), 16) < 0) {
                            throw invalid("in \\u hexadecimal character escape");
                        }
                    }
                } else if ("\"\\/bfnrt".indexOf(escaped) < 0) {
                    throw invalid("in string escape code");
                }
                at++;
            }
        }
    }

    private void number() throws SyntaxFault {
        if (text[at] == '-') {
            at++;
            if (!isDigit(next())) {
                throw invalid("in numeric literal");
            }
        }
        if (text[at] == '0') {
            at++;
        } else {
            digits();
        }
        if (at < text.length && text[at] == '.') {
            at++;
            if (!isDigit(next())) {
                throw invalid("after decimal point in numeric literal");
            }
            digits();
        }
        if (at < text.length && (text[at] == 'e' || text[at] == 'E')) {
            at++;
            if (next() == '+' || text[at] == '-') {
                at++;
            }
            if (!isDigit(next())) {
                throw invalid("in exponent of numeric literal");
            }
            digits();
        }
    }

    private void digits() {
        while (at < text.length && isDigit(text[at])) {
            at++;
        }
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private void literal(String word) throws SyntaxFault {
        for (int i = 0; i < word.length(); i++) {
            if (next() != word.charAt(i)) {
                throw invalid("in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
            at++;
        }
    }

    private byte next() throws SyntaxFault {
        if (at >= text.length) {
            throw new SyntaxFault(END);
        }
        return text[at];
    }

    private void skipSpace() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n')) {
            at++;
        }
    }

    private SyntaxFault invalid(String where) {
        return new SyntaxFault("invalid character " + quoted(text[at]) + " " + where);
    }

    private static String quoted(byte c) {
        return switch (c) {
            case '\'' -> "'\\''";
            case '"' -> "'\"'";
            case '\n' -> "'\\n'";
            case '\r' -> "'\\r'";
            case '\t' -> "'\\t'";
            case '\\' -> "'\\\\'";
            default ->
                c >= 0x20 && c < 0x7f
                        ? "'" + (char) c + "'"
                        : c < 0
                                ? "'" + new String(new byte[] {c}, StandardCharsets.ISO_8859_1) + "'"
                                : "'\\x%02x'".formatted((int) c);
        };
    }
}
