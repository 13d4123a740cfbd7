package dev.troupe.model.resource;

/** A resource without its version, as in {@code pods} or {@code deployments.apps}. The group is empty for core. */
public record GroupResource(String group, String resource) implements Comparable<GroupResource> {

    /** Parses what {@link #toString()} prints. */
    public static GroupResource parse(String text) {
        int dot = text.indexOf('.');
        return dot < 0
                ? new GroupResource("", text)
                : new GroupResource(text.substring(dot + 1), text.substring(0, dot));
    }

    @Override
    public int compareTo(GroupResource other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
