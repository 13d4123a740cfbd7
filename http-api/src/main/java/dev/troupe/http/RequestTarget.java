package dev.troupe.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.Uri;

/**
 * A request's path and query as the client sent them. Pekko resolves dots in paths, so that a DELETE of the object
 * {@code ..} would be one of its namespace; here the dots are a name, and refused as one. Over HTTP/2 Pekko gives only the
 * resolved path; the request is then authorized and served as what that names.
 *
 * @param segments of the path, decoded, empty ones left out
 * @param rawQuery not decoded; empty if there is none
 */
record RequestTarget(List<String> segments, String rawQuery) {
    RequestTarget {
        segments = List.copyOf(segments);
    }

    static RequestTarget of(HttpRequest request) {
        String raw = request.getHeader("Raw-Request-URI")
                .map(header -> header.value())
                .filter(target -> target.startsWith("/"))
                .orElseGet(() -> resolved(request.getUri()));
        int query = raw.indexOf('?');
        return new RequestTarget(
                segments(query < 0 ? raw : raw.substring(0, query)), query < 0 ? "" : raw.substring(query + 1));
    }

    /** The target of a client that sent an absolute one. */
    private static String resolved(Uri uri) {
        return uri.getPathString()
                + uri.rawQueryString().map(query -> "?" + query).orElse("");
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/")) {
            if (!segment.isEmpty()) {
                segments.add(decoded(segment));
            }
        }
        return segments;
    }

    /** A malformed escape stays as it is; its percent sign is then refused in a name. */
    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return segment;
        }
    }
}
