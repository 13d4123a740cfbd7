package dev.troupe.http.auth;

import dev.troupe.model.api.UserInfo;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.status.Status;

/** The 403 of a refused request, in Kubernetes' words. */
public final class Forbidden {
    private Forbidden() {}

    public static Status of(UserInfo user, AccessRequest request, String reason) {
        String cannot = escaped("User \"" + user.name() + "\" cannot " + request.verb());
        if (!request.resourceRequest()) {
            return new Status(
                    403,
                    "Forbidden",
                    withReason("forbidden: " + cannot + " path \"" + escaped(request.path()) + "\"", reason),
                    java.util.Optional.of(new Status.Details("", "", "", "", java.util.List.of(), 0)));
        }
        String where = request.namespace().isEmpty()
                ? " at the cluster scope"
                : " in the namespace \"" + escaped(request.namespace()) + "\"";
        return Status.forbidden(
                new GroupResource(escaped(request.group()), escaped(request.resource())),
                escaped(request.name()),
                withReason(
                        cannot + " resource \"" + escaped(request.resourceWithSubresource()) + "\" in API group \""
                                + escaped(request.group()) + "\"" + where,
                        reason));
    }

    private static String withReason(String message, String reason) {
        return reason.isEmpty() ? message : message + ": " + escaped(reason);
    }

    /** What came from the client may end in a browser. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
