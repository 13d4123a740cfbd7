package dev.troupe.http.node;

import dev.troupe.http.request.Query;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** The options of a log, checked and written as the node takes them. */
final class LogQuery {
    private LogQuery() {}

    /** The query for the node, without the question mark; 400 or 422 for bad options. */
    static Outcome<String> of(Query query, String pod) {
        for (String number : List.of("sinceSeconds", "tailLines", "limitBytes")) {
            String text = query.first(number);
            if (!text.isEmpty() && !text.matches("[+-]?[0-9]{1,18}")) {
                return Outcome.failure(Status.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax"));
            }
        }
        String sinceTime = query.first("sinceTime");
        if (!sinceTime.isEmpty() && !isTime(sinceTime)) {
            return Outcome.failure(Status.badRequest("parsing time \"" + sinceTime
                    + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"" + sinceTime + "\" as \"2006\""));
        }
        List<FieldError> errors = errors(query);
        if (!errors.isEmpty()) {
            return Outcome.failure(Status.invalid("", "PodLogOptions", pod, errors));
        }
        List<String> parameters = new ArrayList<>();
        for (String flag : List.of("follow", "previous", "timestamps")) {
            if (query.flag(flag)) {
                parameters.add(flag + "=true");
            }
        }
        for (String value : List.of("sinceSeconds", "sinceTime", "tailLines", "limitBytes")) {
            if (!query.first(value).isEmpty()) {
                parameters.add(value + "=" + URLEncoder.encode(query.first(value), StandardCharsets.UTF_8));
            }
        }
        return Outcome.success(String.join("&", parameters));
    }

    private static List<FieldError> errors(Query query) {
        List<FieldError> errors = new ArrayList<>();
        atLeast(query, "tailLines", 0, "must be greater than or equal to 0", errors);
        atLeast(query, "limitBytes", 1, "must be greater than 0", errors);
        if (!query.first("sinceSeconds").isEmpty() && !query.first("sinceTime").isEmpty()) {
            errors.add(FieldError.forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        } else {
            atLeast(query, "sinceSeconds", 1, "must be greater than 0", errors);
        }
        return errors;
    }

    private static void atLeast(Query query, String name, long least, String otherwise, List<FieldError> errors) {
        String text = query.first(name);
        if (!text.isEmpty() && Long.parseLong(text) < least) {
            errors.add(FieldError.invalid(name, Long.parseLong(text), otherwise));
        }
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
