package dev.troupe.tests.check;

/**
 * What clients write into an object: a text that updates replace, and one that patches replace, so that a patch that
 * was applied to anything but the latest object is seen.
 */
public record Content(String value, String patched) {
    public Content withPatched(String text) {
        return new Content(value, text);
    }

    @Override
    public String toString() {
        return "(" + value + "," + patched + ")";
    }
}
