package dev.troupe.model.schema;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.Year;
import java.time.ZoneOffset;

/** Reads RFC 3339 times as Go's {@code time.Parse} does, with its messages. */
final class GoTime {
    private static final String LAYOUT = "2006-01-02T15:04:05Z07:00";

    private final String text;
    private int at;

    private GoTime(String text) {
        this.text = text;
    }

    /** Go's words for what is wrong. */
    static final class ParseFault extends Exception {
        private static final long serialVersionUID = 1;

        private final String why;

        ParseFault(String why) {
            super(why, null, false, false);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    static Instant parse(String text) throws ParseFault {
        return new GoTime(text).parse();
    }

    private Instant parse() throws ParseFault {
        int year = digits(4, "2006");
        literal("-");
        int month = ranged(digits(2, "01"), 1, 12, "month");
        literal("-");
        int day = digits(2, "02");
        literal("T");
        int hour = ranged(hour(), 0, 23, "hour");
        literal(":");
        int minute = ranged(digits(2, "04"), 0, 59, "minute");
        literal(":");
        int second = ranged(digits(2, "05"), 0, 59, "second");
        int nanos = fraction();
        int offset = offset();
        if (at < text.length()) {
            throw fault(": extra text: " + quote(text.substring(at)));
        }
        if (day < 1 || day > Month.of(month).length(Year.isLeap(year))) {
            throw fault(": day out of range");
        }
        return LocalDateTime.of(year, month, day, hour, minute, second, nanos)
                .toInstant(ZoneOffset.UTC)
                .minusSeconds(offset);
    }

    private ParseFault fault(String message) {
        return new ParseFault("parsing time " + quote(text) + message);
    }

    private ParseFault cannotParse(int from, String element) {
        return fault(
                " as " + quote(LAYOUT) + ": cannot parse " + quote(text.substring(from)) + " as " + quote(element));
    }

    private static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private void literal(String expected) throws ParseFault {
        if (!text.startsWith(expected, at)) {
            throw cannotParse(at, expected);
        }
        at++;
    }

    private boolean isDigit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private int digits(int count, String element) throws ParseFault {
        int value = 0;
        for (int i = 0; i < count; i++) {
            if (!isDigit(at + i)) {
                throw cannotParse(at, element);
            }
            value = value * 10 + (text.charAt(at + i) - '0');
        }
        at += count;
        return value;
    }

    /** Go takes an hour of one digit. */
    private int hour() throws ParseFault {
        return isDigit(at) && !isDigit(at + 1) ? digits(1, "15") : digits(2, "15");
    }

    private int ranged(int value, int least, int most, String name) throws ParseFault {
        if (value < least || value > most) {
            throw fault(": " + name + " out of range");
        }
        return value;
    }

    private int fraction() {
        if (at + 1 >= text.length() || (text.charAt(at) != '.' && text.charAt(at) != ',') || !isDigit(at + 1)) {
            return 0;
        }
        int nanos = 0;
        int digit = 100_000_000;
        for (at++; isDigit(at); at++) {
            nanos += digit * (text.charAt(at) - '0');
            digit /= 10;
        }
        return nanos;
    }

    /** Seconds east of UTC. */
    private int offset() throws ParseFault {
        if (text.startsWith("Z", at)) {
            at++;
            return 0;
        }
        int from = at;
        boolean east = text.startsWith("+", at);
        boolean shaped = (east || text.startsWith("-", at))
                && isDigit(at + 1)
                && isDigit(at + 2)
                && text.startsWith(":", at + 3)
                && isDigit(at + 4)
                && isDigit(at + 5);
        if (!shaped) {
            throw cannotParse(from, "Z07:00");
        }
        int hours = Integer.parseInt(text.substring(from + 1, from + 3));
        int minutes = Integer.parseInt(text.substring(from + 4, from + 6));
        ranged(hours, 0, 24, "time zone offset hour");
        ranged(minutes, 0, 60, "time zone offset minute");
        at += 6;
        int seconds = hours * 3600 + minutes * 60;
        return east ? seconds : -seconds;
    }
}
