package dev.troupe.node.worker;

import java.util.Optional;
import java.util.regex.Pattern;

/** The grammar of image names: registry and path in lower case, then a tag or a digest. */
final class ImageReference {
    private static final int MAX_NAME = 255;
    private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final String DOMAIN =
            "(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
                    + "|\\[[a-fA-F0-9:]+])(?::[0-9]+)?";
    private static final Pattern REFERENCE = Pattern.compile("(?<name>(?:" + DOMAIN + "/)?" + PART + "(?:/" + PART
            + ")*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*"
            + ":[0-9a-fA-F]{32,}))?");

    private ImageReference() {}

    /** The reference with the tag that it stands for; empty if it is none. */
    static Optional<String> withDefaultTag(String image) {
        var matcher = REFERENCE.matcher(image);
        if (!matcher.matches() || matcher.group("name").length() > MAX_NAME) {
            return Optional.empty();
        }
        boolean complete = matcher.group("tag") != null || matcher.group("digest") != null;
        return Optional.of(complete ? image : image + ":latest");
    }
}
