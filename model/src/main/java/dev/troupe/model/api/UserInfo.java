package dev.troupe.model.api;

import java.util.List;
import java.util.Map;

/** Who asks, as authentication found. */
public record UserInfo(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    public static final String SYSTEM_MASTERS = "system:masters";
    public static final String SYSTEM_AUTHENTICATED = "system:authenticated";
    public static final String SYSTEM_UNAUTHENTICATED = "system:unauthenticated";
    public static final String ANONYMOUS = "system:anonymous";

    public UserInfo {
        groups = List.copyOf(groups);
        extra = Map.copyOf(extra);
    }

    public static UserInfo of(String name, String... groups) {
        return new UserInfo(name, "", List.of(groups), Map.of());
    }

    public static UserInfo anonymous() {
        return of(ANONYMOUS, SYSTEM_UNAUTHENTICATED);
    }

    /** The identity of a built-in controller, for example {@code deployment-controller}. */
    public static UserInfo controller(String name) {
        return of(
                "system:serviceaccount:kube-system:" + name,
                "system:serviceaccounts",
                "system:serviceaccounts:kube-system",
                SYSTEM_AUTHENTICATED);
    }
}
