package dev.troupe.model.kind.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Formats of single values, beside those in {@link FieldRules}. Each check gives the messages of its faults. */
public final class Formats {
    public static final String NOT_NEGATIVE = "must be greater than or equal to 0";

    private static final Pattern PERCENT = Pattern.compile("[0-9]+%");
    private static final Pattern HEADER_NAME = Pattern.compile("[-A-Za-z0-9]+");

    private Formats() {}

    /** {@code must be between 1 and 65535, inclusive}. */
    public static String inclusiveRange(long least, long most) {
        return "must be between " + least + " and " + most + ", inclusive";
    }

    /** The relaxed rule that Kubernetes has by default since 1.32: printable ASCII but for the equals sign. */
    public static List<String> environmentName(String name) {
        boolean right = name.chars().allMatch(c -> c >= 0x20 && c < 0x7f && c != '=');
        return right
                ? List.of()
                : List.of("a valid environment variable name must consist only of printable ASCII characters other than"
                        + " '='");
    }

    /** {@code 25%}. */
    public static List<String> percent(String text) {
        return PERCENT.matcher(text).matches()
                ? List.of()
                : List.of("a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or"
                        + " '93%', regex used for validation is '[0-9]+%')");
    }

    public static List<String> httpHeaderName(String name) {
        return HEADER_NAME.matcher(name).matches()
                ? List.of()
                : List.of("a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name',"
                        + " regex used for validation is '[-A-Za-z0-9]+')");
    }

    /** A user's or group's number. */
    public static List<String> userId(long id) {
        return id >= 0 && id <= Integer.MAX_VALUE ? List.of() : List.of(inclusiveRange(0, Integer.MAX_VALUE));
    }

    /** A relative path without steps back. */
    public static List<String> localDescendingPath(String path) {
        List<String> faults = new ArrayList<>();
        if (path.startsWith("/")) {
            faults.add("must be a relative path");
        }
        faults.addAll(noBacksteps(path));
        return faults;
    }

    public static List<String> noBacksteps(String path) {
        return List.of(path.split("/", -1)).contains("..") ? List.of("must not contain '..'") : List.of();
    }

    /** A relative path without steps back whose name does not begin with the two dots that volumes reserve. */
    public static List<String> localNonReservedPath(String path) {
        List<String> faults = new ArrayList<>(localDescendingPath(path));
        if (path.startsWith("..") && !path.startsWith("../")) {
            faults.add("must not start with '..'");
        }
        return faults;
    }
}
