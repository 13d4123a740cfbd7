package dev.troupe.node.endpoint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.Query;
import org.apache.pekko.http.javadsl.model.Uri;

/**
 * A request's path and query, read as Kubernetes reads them.
 *
 * @param path decoded segments
 */
record EndpointRequest(List<String> path, Query query) {

    static EndpointRequest of(HttpRequest request) {
        List<String> path = new ArrayList<>();
        request.getUri().pathSegments().forEach(path::add);
        return new EndpointRequest(List.copyOf(path), request.getUri().query(StandardCharsets.UTF_8, Uri.RELAXED));
    }

    /** A flag is set by its mere presence; {@code false} and {@code 0} unset it. */
    boolean flag(String name) {
        return query.get(name)
                .map(value -> value.toLowerCase(Locale.ROOT))
                .filter(value -> !value.equals("false") && !value.equals("0"))
                .isPresent();
    }

    Optional<String> text(String name) {
        return query.get(name).filter(value -> !value.isEmpty());
    }

    List<String> all(String name) {
        List<String> values = new ArrayList<>();
        query.toList().forEach(pair -> {
            if (pair.first().equals(name)) {
                values.add(pair.second());
            }
        });
        return values;
    }

    /** @throws EndpointFailure 400 if the value is no whole number of at least {@code least} */
    OptionalLong number(String name, long least) throws EndpointFailure {
        Optional<String> value = text(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long number = Long.parseLong(value.get());
            if (number >= least) {
                return OptionalLong.of(number);
            }
        } catch (NumberFormatException e) {
            // Told below, as too small a number is.
        }
        throw new EndpointFailure(
                400, name + ": Invalid value: \"" + value.get() + "\": must be a number of at least " + least);
    }
}
