package dev.troupe.model.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The name formats of Kubernetes, with its messages. */
public final class ObjectNames {
    private static final Pattern DNS1123_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern DNS1123_SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern DNS1035_LABEL = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

    private ObjectNames() {}

    /** Messages of the faults; empty if the name is right. A prefix (generateName) may end in a dash. */
    public static List<String> dns1123Subdomain(String name, boolean prefix) {
        String checked = prefix ? maskTrailingDash(name) : name;
        List<String> faults = new ArrayList<>();
        if (checked.length() > 253) {
            faults.add("must be no more than 253 characters");
        }
        if (!DNS1123_SUBDOMAIN.matcher(checked).matches()) {
            faults.add("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',"
                    + " and must start and end with an alphanumeric character (e.g. 'example.com', regex used for"
                    + " validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
        }
        return faults;
    }

    public static List<String> dns1123Label(String name, boolean prefix) {
        String checked = prefix ? maskTrailingDash(name) : name;
        List<String> faults = new ArrayList<>();
        if (checked.length() > 63) {
            faults.add("must be no more than 63 characters");
        }
        if (!DNS1123_LABEL.matcher(checked).matches()) {
            faults.add("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must"
                    + " start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for"
                    + " validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
        }
        return faults;
    }

    public static List<String> dns1035Label(String name, boolean prefix) {
        String checked = prefix ? maskTrailingDash(name) : name;
        List<String> faults = new ArrayList<>();
        if (checked.length() > 63) {
            faults.add("must be no more than 63 characters");
        }
        if (!DNS1035_LABEL.matcher(checked).matches()) {
            faults.add("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                    + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123',"
                    + " regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')");
        }
        return faults;
    }

    /** Faults of a text that must fit into a path; kinds without a rule of their own use no other. */
    public static List<String> pathSegment(String name) {
        if (name.equals(".") || name.equals("..")) {
            return List.of("may not be '" + name + "'");
        }
        List<String> faults = new ArrayList<>();
        for (String illegal : List.of("/", "%")) {
            if (name.contains(illegal)) {
                faults.add("may not contain '" + illegal + "'");
            }
        }
        return faults;
    }

    private static String maskTrailingDash(String name) {
        return name.endsWith("-") ? name.substring(0, name.length() - 1) + "a" : name;
    }
}
