package dev.troupe.node.runtime;

import java.util.List;
import java.util.Optional;

/**
 * An image that is present on the node.
 *
 * @param id name of its content, for example {@code sha256:...}
 * @param names tags and digests it is known by
 * @param user the image's own user, such as {@code 1000}, {@code nobody} or {@code 1000:1000}; absent for root
 */
public record ImageInfo(String id, List<String> names, long sizeBytes, Optional<String> user) {
    public ImageInfo {
        names = List.copyOf(names);
    }
}
