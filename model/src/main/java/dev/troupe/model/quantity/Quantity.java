package dev.troupe.model.quantity;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.status.Status;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fixed-point number with a unit. It remembers the family of its unit, and prints itself canonically: no fraction, the
 * largest unit that loses nothing. {@code 1.5} prints as {@code 1500m}, {@code 1024Mi} as {@code 1Gi}.
 *
 * @param amount in units of one; no finer than nano
 * @param format the family of units it is printed in
 */
public record Quantity(BigDecimal amount, Format format) implements Comparable<Quantity> {

    /** A family of units. */
    public enum Format {
        /** {@code m}, {@code k}, {@code M}: powers of 1000. */
        DECIMAL_SI,
        /** {@code Ki}, {@code Mi}: powers of 1024. */
        BINARY_SI,
        /** {@code e3}: powers of ten. */
        DECIMAL_EXPONENT
    }

    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI);

    /** Digits after the point that are kept: nano. */
    private static final int NANO = 9;

    /** Longest text that is read; a number in JSON may be as long. */
    private static final int MAX_LENGTH = 400;

    /** Powers of ten beyond this are refused: they measure nothing, and printing them costs memory. */
    private static final int MAX_EXPONENT = 400;

    private static final String FORMAT_WRONG =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    private static final String NUMERIC_WRONG = "unable to parse numeric part of quantity";
    private static final String SUFFIX_WRONG = "unable to parse quantity's suffix";

    private static final Pattern PARTS = Pattern.compile("([+-]?)([0-9]*)(?:\\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)");
    private static final Pattern EXPONENT = Pattern.compile("[eE]([-+]?[0-9]{1,9})");
    private static final List<String> BINARY_UNITS = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final List<String> DECIMAL_UNITS = List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final int UNIT_OF_ONE = DECIMAL_UNITS.indexOf("");
    private static final BigInteger KIBI = BigInteger.valueOf(1024);
    private static final BigDecimal MAX_BINARY = BigDecimal.valueOf(Long.MAX_VALUE);

    public Quantity {
        amount = amount.signum() == 0
                ? BigDecimal.ZERO
                : amount.setScale(Math.min(amount.scale(), NANO), RoundingMode.UP)
                        .stripTrailingZeros();
    }

    /** A whole number without a unit. */
    public static Quantity of(long value) {
        return new Quantity(BigDecimal.valueOf(value), Format.DECIMAL_SI);
    }

    /** A number of thousandths. */
    public static Quantity ofMilli(long thousandths) {
        return new Quantity(BigDecimal.valueOf(thousandths, 3), Format.DECIMAL_SI);
    }

    /**
     * Reads a quantity that passed the decoder.
     *
     * @throws IllegalArgumentException if the text is not a quantity
     */
    public static Quantity of(String text) {
        return switch (parse(text)) {
            case Outcome.Success<Quantity> success -> success.value();
            case Outcome.Failure<Quantity> failure ->
                throw new IllegalArgumentException(failure.status().message() + ": " + text);
        };
    }

    /** Reads a quantity; 400 with Kubernetes' text if it is not one. Finer than nano is rounded away from zero. */
    public static Outcome<Quantity> parse(String text) {
        Matcher parts = PARTS.matcher(text);
        if (text.isEmpty() || text.length() > MAX_LENGTH || !parts.matches()) {
            return bad(FORMAT_WRONG);
        }
        String whole = parts.group(2);
        String fraction = parts.group(3) == null ? "" : parts.group(3);
        if (whole.isEmpty() && fraction.isEmpty()) {
            // A sign or a unit alone; upstream reads a lone sign as zero.
            return parts.group(4).isEmpty()
                            && parts.group(3) == null
                            && !parts.group(1).isEmpty()
                    ? Outcome.success(ZERO)
                    : bad(parts.group(3) == null && parts.group(1).isEmpty() ? FORMAT_WRONG : NUMERIC_WRONG);
        }
        BigDecimal number = new BigDecimal(
                new BigInteger(parts.group(1).replace("+", "") + (whole.isEmpty() ? "0" : whole) + fraction),
                fraction.length());
        return withSuffix(number, parts.group(4));
    }

    private static Outcome<Quantity> withSuffix(BigDecimal number, String suffix) {
        int decimal = DECIMAL_UNITS.indexOf(suffix);
        if (decimal >= 0) {
            return Outcome.success(
                    new Quantity(number.scaleByPowerOfTen(3 * (decimal - UNIT_OF_ONE)), Format.DECIMAL_SI));
        }
        int binary = BINARY_UNITS.indexOf(suffix);
        if (binary > 0) {
            BigDecimal amount = number.multiply(new BigDecimal(KIBI.pow(binary)));
            if (amount.abs().compareTo(MAX_BINARY) > 0) {
                amount = amount.signum() < 0 ? MAX_BINARY.negate() : MAX_BINARY;
            }
            boolean belowOne = amount.signum() != 0 && amount.abs().compareTo(BigDecimal.ONE) < 0;
            return Outcome.success(new Quantity(amount, belowOne ? Format.DECIMAL_SI : Format.BINARY_SI));
        }
        Matcher exponent = EXPONENT.matcher(suffix);
        if (!exponent.matches()) {
            return bad(SUFFIX_WRONG);
        }
        int power = Integer.parseInt(exponent.group(1));
        if (power > MAX_EXPONENT) {
            return bad(NUMERIC_WRONG);
        }
        // Anything this small rounds to one nano, so a deeper exponent need not be computed.
        int bounded = Math.max(power, -2 * MAX_EXPONENT);
        return Outcome.success(new Quantity(number.scaleByPowerOfTen(bounded), Format.DECIMAL_EXPONENT));
    }

    private static Outcome<Quantity> bad(String message) {
        return Outcome.failure(Status.badRequest(message));
    }

    /** The sum, in this one's format unless this is zero. */
    public Quantity add(Quantity other) {
        return new Quantity(amount.add(other.amount), amount.signum() == 0 ? other.format : format);
    }

    /** The difference, in this one's format unless this is zero. */
    public Quantity subtract(Quantity other) {
        return new Quantity(amount.subtract(other.amount), amount.signum() == 0 ? other.format : format);
    }

    public Quantity multiply(long factor) {
        return new Quantity(amount.multiply(BigDecimal.valueOf(factor)), format);
    }

    /** The larger of the two; this one if they are equal. */
    public Quantity max(Quantity other) {
        return compareTo(other) < 0 ? other : this;
    }

    public int signum() {
        return amount.signum();
    }

    public boolean isZero() {
        return amount.signum() == 0;
    }

    /** Whole units, rounded up and bounded by what a long can hold. */
    public long value() {
        return bounded(amount);
    }

    /** Thousandths, rounded up and bounded by what a long can hold. */
    public long milliValue() {
        return bounded(amount.movePointRight(3));
    }

    private static long bounded(BigDecimal number) {
        BigDecimal whole = number.setScale(0, RoundingMode.CEILING);
        if (whole.abs().compareTo(MAX_BINARY) > 0) {
            return whole.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return whole.longValueExact();
    }

    /** This amount rounded away from zero to thousandths, as pods' resources are. */
    public Quantity roundUpToMilli() {
        return new Quantity(amount.setScale(Math.min(amount.scale(), 3), RoundingMode.UP), format);
    }

    /** True if the amount is a whole number. */
    public boolean isInteger() {
        return amount.scale() <= 0;
    }

    /** By amount alone: {@code 1024Mi} equals {@code 1Gi} here, and {@code 1000} equals {@code 1k}. */
    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    /** The canonical form. */
    @Override
    public String toString() {
        if (isZero()) {
            return "0";
        }
        boolean binary =
                format == Format.BINARY_SI && isInteger() && amount.abs().compareTo(BigDecimal.valueOf(1024)) >= 0;
        return binary ? binaryText() : decimalText();
    }

    private String binaryText() {
        BigInteger rest = amount.toBigIntegerExact();
        int unit = 0;
        while (unit + 1 < BINARY_UNITS.size()) {
            BigInteger[] divided = rest.divideAndRemainder(KIBI);
            if (divided[1].signum() != 0) {
                break;
            }
            rest = divided[0];
            unit++;
        }
        return rest + BINARY_UNITS.get(unit);
    }

    private String decimalText() {
        // The amount is stripped, so its scale is the largest power of ten in it.
        int thousands = Math.floorDiv(-amount.scale(), 3);
        BigInteger mantissa = amount.movePointLeft(3 * thousands).toBigIntegerExact();
        int unit = thousands + UNIT_OF_ONE;
        if (format == Format.DECIMAL_EXPONENT || unit >= DECIMAL_UNITS.size()) {
            return mantissa + (thousands == 0 ? "" : "e" + 3 * thousands);
        }
        return mantissa + DECIMAL_UNITS.get(unit);
    }
}
