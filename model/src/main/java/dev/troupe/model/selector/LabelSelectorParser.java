package dev.troupe.model.selector;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.resource.ObjectMetaValidation;
import dev.troupe.model.selector.LabelSelector.Operator;
import dev.troupe.model.selector.LabelSelector.Requirement;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** Reads the text form of label selectors; complains at the same token and in the same words as Kubernetes. */
final class LabelSelectorParser {
    private static final String BINARY_OPERATORS = "in, notin, =, ==, !=, gt, lt";

    private enum Kind {
        END,
        CLOSE,
        COMMA,
        NOT,
        EQUALS,
        GREATER,
        IDENTIFIER,
        IN,
        LESS,
        NOT_EQUALS,
        NOT_IN,
        OPEN,
        ERROR
    }

    private record Token(Kind kind, String text) {
        /** Where a value or key may stand, {@code in} and {@code notin} are plain words. */
        boolean isWord() {
            return kind == Kind.IDENTIFIER || kind == Kind.IN || kind == Kind.NOT_IN;
        }
    }

    /** Ends the parse; the message goes to the client. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    private final List<Token> tokens;
    private int position;

    private LabelSelectorParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static Outcome<LabelSelector> parse(String text) {
        try {
            List<Requirement> requirements = new LabelSelectorParser(scan(text)).requirements();
            requirements.sort(Comparator.comparing(Requirement::key));
            return Outcome.success(new LabelSelector(requirements));
        } catch (Malformed e) {
            return Outcome.failure(Status.badRequest(String.valueOf(e.getMessage())));
        }
    }

    private static List<Token> scan(String text) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isSpace(c)) {
                at++;
            } else if (isSpecial(c)) {
                Token token = special(text, at);
                tokens.add(token);
                at += Math.max(1, token.kind == Kind.ERROR ? 1 : token.text.length());
            } else {
                int end = at;
                while (end < text.length() && !isSpecial(text.charAt(end)) && !isSpace(text.charAt(end))) {
                    end++;
                }
                tokens.add(word(text.substring(at, end)));
                at = end;
            }
        }
        tokens.add(new Token(Kind.END, ""));
        return tokens;
    }

    private static Token word(String text) {
        return switch (text) {
            case "in" -> new Token(Kind.IN, text);
            case "notin" -> new Token(Kind.NOT_IN, text);
            default -> new Token(Kind.IDENTIFIER, text);
        };
    }

    private static Token special(String text, int at) {
        if (text.startsWith("==", at)) {
            return new Token(Kind.EQUALS, "==");
        }
        if (text.startsWith("!=", at)) {
            return new Token(Kind.NOT_EQUALS, "!=");
        }
        String one = text.substring(at, at + 1);
        return switch (one) {
            case "=" -> new Token(Kind.EQUALS, one);
            case "!" -> new Token(Kind.NOT, one);
            case "(" -> new Token(Kind.OPEN, one);
            case ")" -> new Token(Kind.CLOSE, one);
            case "," -> new Token(Kind.COMMA, one);
            case ">" -> new Token(Kind.GREATER, one);
            case "<" -> new Token(Kind.LESS, one);
            default -> new Token(Kind.ERROR, "error expected: keyword found '" + one + "'");
        };
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isSpecial(char c) {
        return "=!(),><".indexOf(c) >= 0;
    }

    private Token peek() {
        return tokens.get(position);
    }

    private Token next() {
        return tokens.get(position++);
    }

    private List<Requirement> requirements() throws Malformed {
        List<Requirement> requirements = new ArrayList<>();
        while (peek().kind != Kind.END) {
            if (!peek().isWord() && peek().kind != Kind.NOT) {
                throw new Malformed("found '" + peek().text + "', expected: !, identifier, or 'end of string'");
            }
            try {
                requirements.add(requirement());
            } catch (Malformed e) {
                throw new Malformed("unable to parse requirement: " + e.getMessage());
            }
            Token after = next();
            if (after.kind == Kind.END) {
                return requirements;
            }
            if (after.kind != Kind.COMMA) {
                throw new Malformed("found '" + after.text + "', expected: ',' or 'end of string'");
            }
            if (!peek().isWord() && peek().kind != Kind.NOT) {
                throw new Malformed("found '" + peek().text + "', expected: identifier after ','");
            }
        }
        return requirements;
    }

    private Requirement requirement() throws Malformed {
        boolean negated = peek().kind == Kind.NOT;
        if (negated) {
            next();
        }
        Token key = next();
        if (!key.isWord()) {
            throw new Malformed("found '" + key.text + "', expected: identifier");
        }
        List<String> faults = ObjectMetaValidation.qualifiedName(key.text);
        if (!faults.isEmpty()) {
            throw new Malformed(FieldError.invalid("<nil>", key.text, String.join("; ", faults))
                    .toString());
        }
        if (negated) {
            return new Requirement(key.text, Operator.DOES_NOT_EXIST, List.of());
        }
        if (peek().kind == Kind.END || peek().kind == Kind.COMMA) {
            return new Requirement(key.text, Operator.EXISTS, List.of());
        }
        Operator operator = operator(next());
        List<String> values = operator == Operator.IN || operator == Operator.NOT_IN ? values() : List.of(exactValue());
        return checked(new Requirement(key.text, operator, values));
    }

    private static Operator operator(Token token) throws Malformed {
        return switch (token.kind) {
            case IN -> Operator.IN;
            case NOT_IN -> Operator.NOT_IN;
            case EQUALS -> Operator.EQUALS;
            case NOT_EQUALS -> Operator.NOT_EQUALS;
            case GREATER -> Operator.GREATER_THAN;
            case LESS -> Operator.LESS_THAN;
            case END, CLOSE, COMMA, NOT, IDENTIFIER, OPEN, ERROR ->
                throw new Malformed("found '" + token.text + "', expected: " + BINARY_OPERATORS);
        };
    }

    private static Requirement checked(Requirement requirement) throws Malformed {
        List<String> faults = new ArrayList<>();
        boolean numeric =
                requirement.operator() == Operator.GREATER_THAN || requirement.operator() == Operator.LESS_THAN;
        for (int i = 0; i < requirement.values().size(); i++) {
            String value = requirement.values().get(i);
            if (numeric && !value.matches("[+-]?[0-9]{1,18}")) {
                faults.add(FieldError.invalid(
                                "values[" + i + "]", value, "for 'Gt', 'Lt' operators, the value must be an integer")
                        .toString());
            }
        }
        for (int i = 0; i < requirement.values().size(); i++) {
            String value = requirement.values().get(i);
            List<String> wrong = ObjectMetaValidation.labelValue(value);
            if (!wrong.isEmpty()) {
                faults.add(FieldError.invalid(
                                "values[" + i + "][" + requirement.key() + "]", value, String.join("; ", wrong))
                        .toString());
            }
        }
        if (!faults.isEmpty()) {
            throw new Malformed(faults.size() == 1 ? faults.get(0) : "[" + String.join(", ", faults) + "]");
        }
        return requirement;
    }

    private String exactValue() throws Malformed {
        if (peek().kind == Kind.END || peek().kind == Kind.COMMA) {
            return "";
        }
        Token value = next();
        if (!value.isWord()) {
            throw new Malformed("found '" + value.text + "', expected: identifier");
        }
        return value.text;
    }

    private List<String> values() throws Malformed {
        Token open = next();
        if (open.kind != Kind.OPEN) {
            throw new Malformed("found '" + open.text + "' expected: '('");
        }
        Token first = peek();
        if (first.kind == Kind.CLOSE) {
            next();
            return List.of("");
        }
        if (!first.isWord() && first.kind != Kind.COMMA) {
            throw new Malformed("found '" + first.text + "', expected: ',', ')' or identifier");
        }
        List<String> values = identifiers();
        if (next().kind != Kind.CLOSE) {
            throw new Malformed("found '" + first.text + "', expected: ')'");
        }
        return values;
    }

    /** Values up to the closing parenthesis; an empty place between commas is the empty value. */
    private List<String> identifiers() throws Malformed {
        TreeSet<String> values = new TreeSet<>();
        while (true) {
            Token token = next();
            if (token.isWord()) {
                values.add(token.text);
                if (peek().kind == Kind.CLOSE) {
                    return List.copyOf(values);
                }
                if (peek().kind != Kind.COMMA) {
                    throw new Malformed("found '" + peek().text + "', expected: ',' or ')'");
                }
            } else if (token.kind == Kind.COMMA) {
                if (values.isEmpty()) {
                    values.add("");
                }
                if (peek().kind == Kind.CLOSE) {
                    values.add("");
                    return List.copyOf(values);
                }
                if (peek().kind == Kind.COMMA) {
                    next();
                    values.add("");
                }
            } else {
                throw new Malformed("found '" + token.text + "', expected: ',', or identifier");
            }
        }
    }
}
