package dev.troupe.http.request;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;
import dev.troupe.model.status.FieldError;
import dev.troupe.model.status.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The options of a list, watch or deletecollection, checked.
 *
 * @param resourceVersion -1 where none was given
 * @param resourceVersionMatch empty where none was given
 * @param limit 0 for all
 * @param timeoutSeconds of a watch; 0 where none was given
 * @param sendInitialEvents empty where not given
 */
public record ListOptions(
        LabelSelector labels,
        FieldSelector fields,
        long resourceVersion,
        String resourceVersionMatch,
        int limit,
        String continueToken,
        long timeoutSeconds,
        boolean bookmarks,
        Optional<Boolean> sendInitialEvents) {

    private static final String EXACT = "Exact";
    private static final String NOT_OLDER_THAN = "NotOlderThan";

    /** No resourceVersion given. */
    public static final long UNSET = -1;

    /** Reads and checks the query, in the order in which Kubernetes complains. */
    public static Outcome<ListOptions> parse(Query query, ResourceStrategy strategy, boolean watch) {
        for (String number : List.of("limit", "timeoutSeconds")) {
            String text = query.first(number);
            if (!text.isEmpty() && !isInteger(text)) {
                return Outcome.failure(Status.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax"));
            }
        }
        Outcome<LabelSelector> labels = LabelSelector.parse(query.first("labelSelector"));
        Outcome<FieldSelector> fields =
                FieldSelector.parse(query.first("fieldSelector")).flatMap(selector -> selector.supportedBy(strategy));
        Outcome<Long> version = version(query.first("resourceVersion"));
        List<FieldError> errors = watch ? watchErrors(query) : listErrors(query);
        if (!errors.isEmpty()) {
            return Outcome.failure(Status.invalid("meta.k8s.io", "ListOptions", "", errors));
        }
        if (!query.first("continue").isEmpty()
                && !query.first("resourceVersion").isEmpty()
                && !query.first("resourceVersion").equals("0")) {
            return Outcome.failure(Status.badRequest("specifying resource version is not allowed when using continue"));
        }
        return labels.flatMap(label -> fields.flatMap(field -> version.map(rv -> new ListOptions(
                label,
                field,
                rv,
                query.first("resourceVersionMatch"),
                (int) Math.clamp(number(query, "limit"), 0, Integer.MAX_VALUE),
                query.first("continue"),
                Math.max(0, number(query, "timeoutSeconds")),
                query.flag("allowWatchBookmarks"),
                query.has("sendInitialEvents") ? Optional.of(query.flag("sendInitialEvents")) : Optional.empty()))));
    }

    private static boolean isInteger(String text) {
        return text.matches("[+-]?[0-9]{1,18}");
    }

    private static long number(Query query, String name) {
        String text = query.first(name);
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    /** The version in a query; {@link #UNSET} for none, 400 for what is no version. */
    public static Outcome<Long> version(String text) {
        if (text.isEmpty()) {
            return Outcome.success(UNSET);
        }
        return text.matches("[0-9]{1,18}")
                ? Outcome.success(Long.parseLong(text))
                : Outcome.failure(Status.badRequest("invalid resource version: resourceVersion: Invalid value: \""
                        + text + "\": strconv.ParseUint: parsing \"" + text + "\": invalid syntax"));
    }

    private static List<FieldError> listErrors(Query query) {
        List<FieldError> errors = new ArrayList<>();
        String match = query.first("resourceVersionMatch");
        String field = "resourceVersionMatch";
        if (!match.isEmpty()) {
            if (query.first("resourceVersion").isEmpty()) {
                errors.add(FieldError.forbidden(
                        field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
            }
            if (!query.first("continue").isEmpty()) {
                errors.add(FieldError.forbidden(field, "resourceVersionMatch is forbidden when continue is provided"));
            }
            if (!match.equals(EXACT) && !match.equals(NOT_OLDER_THAN)) {
                errors.add(FieldError.notSupported(field, match, List.of(EXACT, NOT_OLDER_THAN, "")));
            }
            if (match.equals(EXACT) && query.first("resourceVersion").equals("0")) {
                errors.add(FieldError.forbidden(
                        field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
            }
        }
        if (query.has("sendInitialEvents")) {
            errors.add(FieldError.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        return errors;
    }

    private static List<FieldError> watchErrors(Query query) {
        List<FieldError> errors = new ArrayList<>();
        String match = query.first("resourceVersionMatch");
        String field = "resourceVersionMatch";
        boolean initial = query.has("sendInitialEvents");
        if (initial && !match.equals(NOT_OLDER_THAN)) {
            errors.add(FieldError.forbidden(
                    field, "sendInitialEvents requires setting resourceVersionMatch to " + NOT_OLDER_THAN));
        }
        if (!match.isEmpty()) {
            if (!initial) {
                errors.add(FieldError.forbidden(
                        field, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
            }
            if (!match.equals(NOT_OLDER_THAN)) {
                errors.add(FieldError.notSupported(field, match, List.of(NOT_OLDER_THAN)));
            }
            if (!query.first("continue").isEmpty()) {
                errors.add(FieldError.forbidden(field, "resourceVersionMatch is forbidden when continue is provided"));
            }
        }
        return errors;
    }

    /** How fresh the list must be. */
    public ReadVersion readVersion() {
        if (resourceVersion == UNSET) {
            return new ReadVersion.Latest();
        }
        if (resourceVersion == 0) {
            return new ReadVersion.Any();
        }
        boolean exact = resourceVersionMatch.equals(EXACT) || (resourceVersionMatch.isEmpty() && limit > 0);
        return exact ? new ReadVersion.Exact(resourceVersion) : new ReadVersion.NotOlderThan(resourceVersion);
    }
}
