package dev.troupe.http.auth;

import dev.troupe.model.api.UserInfo;
import java.util.List;

/** Decides what users may do. Answers from memory and never blocks; RBAC will stand behind this port. */
public interface Authorizer {

    Decision authorize(UserInfo user, AccessRequest request);

    /** What the user may do, as SelfSubjectRulesReview lists it. */
    Rules rules(UserInfo user, String namespace);

    /**
     * An answer.
     *
     * @param allowed false also where this authorizer has no opinion
     * @param reason shown to a refused client; may be empty
     */
    record Decision(boolean allowed, String reason) {
        public static final Decision ALLOWED = new Decision(true, "");
        public static final Decision NO_OPINION = new Decision(false, "");

        public static Decision refused(String reason) {
            return new Decision(false, reason);
        }
    }

    /** A grant on resources, as an RBAC rule has it. */
    record ResourceRule(List<String> verbs, List<String> groups, List<String> resources, List<String> names) {
        public ResourceRule {
            verbs = List.copyOf(verbs);
            groups = List.copyOf(groups);
            resources = List.copyOf(resources);
            names = List.copyOf(names);
        }
    }

    /** A grant on paths; a trailing star matches any rest. */
    record PathRule(List<String> verbs, List<String> paths) {
        public PathRule {
            verbs = List.copyOf(verbs);
            paths = List.copyOf(paths);
        }
    }

    /** @param incomplete true where grants exist that these lists cannot express */
    record Rules(List<ResourceRule> resources, List<PathRule> paths, boolean incomplete) {
        public Rules {
            resources = List.copyOf(resources);
            paths = List.copyOf(paths);
        }
    }
}
