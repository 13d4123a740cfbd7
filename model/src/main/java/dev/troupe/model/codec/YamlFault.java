package dev.troupe.model.codec;

/** Why bytes are not a YAML document that JSON can express, in the words of the Go library that Kubernetes uses. */
final class YamlFault extends Exception {
    private static final long serialVersionUID = 1;

    private final String why;

    YamlFault(String why) {
        super(why, null, false, false);
        this.why = why;
    }

    static YamlFault of(String problem) {
        return new YamlFault("yaml: " + problem);
    }

    String why() {
        return why;
    }
}
