package dev.troupe.http.discovery;

import dev.troupe.model.resource.ResourceType;
import java.util.List;
import java.util.Locale;

/** Resources that answer and store nothing: a client creates a question and gets it back with its status. */
public final class ReviewTypes {
    private static final String AUTHENTICATION = "authentication.k8s.io";
    private static final String AUTHORIZATION = "authorization.k8s.io";

    public static final ResourceType TOKEN_REVIEWS = type(AUTHENTICATION, "tokenreviews", "TokenReview", false);
    public static final ResourceType SELF_SUBJECT_REVIEWS =
            type(AUTHENTICATION, "selfsubjectreviews", "SelfSubjectReview", false);
    public static final ResourceType SUBJECT_ACCESS_REVIEWS =
            type(AUTHORIZATION, "subjectaccessreviews", "SubjectAccessReview", false);
    public static final ResourceType SELF_SUBJECT_ACCESS_REVIEWS =
            type(AUTHORIZATION, "selfsubjectaccessreviews", "SelfSubjectAccessReview", false);
    public static final ResourceType SELF_SUBJECT_RULES_REVIEWS =
            type(AUTHORIZATION, "selfsubjectrulesreviews", "SelfSubjectRulesReview", false);
    public static final ResourceType LOCAL_SUBJECT_ACCESS_REVIEWS =
            type(AUTHORIZATION, "localsubjectaccessreviews", "LocalSubjectAccessReview", true);

    private ReviewTypes() {}

    private static ResourceType type(String group, String plural, String kind, boolean namespaced) {
        return new ResourceType(
                group, "v1", plural, kind.toLowerCase(Locale.ROOT), kind, namespaced, List.of(), List.of(), List.of());
    }
}
