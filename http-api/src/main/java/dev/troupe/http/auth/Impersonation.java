package dev.troupe.http.auth;

import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.status.Status;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Acting as another: the headers Impersonate-User, -Group, -Uid and -Extra-KEY. Each thing impersonated needs the verb
 * {@code impersonate} on it.
 */
public final class Impersonation {
    private static final String AUTHENTICATION_GROUP = "authentication.k8s.io";
    private static final String SERVICE_ACCOUNT_PREFIX = "system:serviceaccount:";
    private static final String EXTRA_HEADER = "impersonate-extra-";

    private Impersonation() {}

    /** What the headers ask for. */
    public record Wish(String user, String uid, List<String> groups, Map<String, List<String>> extra) {
        public Wish {
            groups = List.copyOf(groups);
            extra = Map.copyOf(extra);
        }

        boolean isEmpty() {
            return user.isEmpty() && uid.isEmpty() && groups.isEmpty() && extra.isEmpty();
        }
    }

    /** Reads the headers, given as lower-case name and value. */
    public static Wish wish(List<Map.Entry<String, String>> headers) {
        String user = "";
        String uid = "";
        List<String> groups = new ArrayList<>();
        Map<String, List<String>> extra = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey();
            switch (name) {
                case "impersonate-user" -> user = header.getValue();
                case "impersonate-uid" -> uid = header.getValue();
                case "impersonate-group" -> groups.add(header.getValue());
                default -> {
                    if (name.startsWith(EXTRA_HEADER)) {
                        extra.computeIfAbsent(extraKey(name), absent -> new ArrayList<>())
                                .add(header.getValue());
                    }
                }
            }
        }
        return new Wish(user, uid, groups, extra);
    }

    private static String extraKey(String header) {
        String key = header.substring(EXTRA_HEADER.length()).toLowerCase(Locale.ROOT);
        try {
            return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return key;
        }
    }

    /** The user to act as: the one that asks where the wish is empty; else 400 or 403. */
    public static Outcome<UserInfo> apply(UserInfo asking, Wish wish, Authorizer authorizer) {
        if (wish.isEmpty()) {
            return Outcome.success(asking);
        }
        if (wish.user().isEmpty()) {
            return Outcome.failure(Status.badRequest("requested [" + shown(wish) + "] without impersonating a user"));
        }
        Optional<String[]> serviceAccount = serviceAccount(wish.user());
        for (AccessRequest needed : needed(wish, serviceAccount)) {
            Authorizer.Decision decision = authorizer.authorize(asking, needed);
            if (!decision.allowed()) {
                return Outcome.failure(Forbidden.of(asking, needed, decision.reason()));
            }
        }
        return Outcome.success(new UserInfo(wish.user(), wish.uid(), groups(wish, serviceAccount), wish.extra()));
    }

    private static Optional<String[]> serviceAccount(String user) {
        if (!user.startsWith(SERVICE_ACCOUNT_PREFIX)) {
            return Optional.empty();
        }
        String[] parts = user.substring(SERVICE_ACCOUNT_PREFIX.length()).split(":", -1);
        return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty() ? Optional.of(parts) : Optional.empty();
    }

    private static List<AccessRequest> needed(Wish wish, Optional<String[]> serviceAccount) {
        List<AccessRequest> needed = new ArrayList<>();
        needed.add(serviceAccount
                .map(parts -> AccessRequest.resource("impersonate", "", "serviceaccounts", parts[0], parts[1]))
                .orElseGet(() -> AccessRequest.resource("impersonate", "", "users", "", wish.user())));
        wish.groups().forEach(group -> needed.add(AccessRequest.resource("impersonate", "", "groups", "", group)));
        wish.extra()
                .forEach((key, values) -> values.forEach(value ->
                        needed.add(AccessRequest.resource("impersonate", AUTHENTICATION_GROUP, "userextras", "", value)
                                .withSubresource(key))));
        if (!wish.uid().isEmpty()) {
            needed.add(AccessRequest.resource("impersonate", AUTHENTICATION_GROUP, "uids", "", wish.uid()));
        }
        return needed;
    }

    private static List<String> groups(Wish wish, Optional<String[]> serviceAccount) {
        List<String> groups = new ArrayList<>(wish.groups());
        if (wish.user().equals(UserInfo.ANONYMOUS)) {
            if (!groups.contains(UserInfo.SYSTEM_UNAUTHENTICATED)) {
                groups.add(UserInfo.SYSTEM_UNAUTHENTICATED);
            }
            return groups;
        }
        if (groups.isEmpty() && serviceAccount.isPresent()) {
            groups.add("system:serviceaccounts");
            groups.add("system:serviceaccounts:" + serviceAccount.get()[0]);
        }
        if (!groups.contains(UserInfo.SYSTEM_AUTHENTICATED)) {
            groups.add(UserInfo.SYSTEM_AUTHENTICATED);
        }
        return groups;
    }

    /** As Go prints the list of references. */
    private static String shown(Wish wish) {
        List<String> references = new ArrayList<>();
        wish.groups().forEach(group -> references.add("{Group  " + group + "    }"));
        wish.extra()
                .forEach((key, values) -> values.forEach(value ->
                        references.add("{UserExtra  " + value + "  " + AUTHENTICATION_GROUP + "/v1  " + key + "}")));
        if (!wish.uid().isEmpty()) {
            references.add("{UID  " + wish.uid() + "  " + AUTHENTICATION_GROUP + "/v1  }");
        }
        return String.join(" ", references);
    }
}
