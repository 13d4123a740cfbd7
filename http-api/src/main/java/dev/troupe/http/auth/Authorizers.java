package dev.troupe.http.auth;

import dev.troupe.model.api.UserInfo;
import java.util.ArrayList;
import java.util.List;

/** Several authorizers of which each may allow. */
public final class Authorizers implements Authorizer {
    private final List<Authorizer> authorizers;

    public Authorizers(List<Authorizer> authorizers) {
        this.authorizers = List.copyOf(authorizers);
    }

    @Override
    public Decision authorize(UserInfo user, AccessRequest request) {
        List<String> reasons = new ArrayList<>();
        for (Authorizer authorizer : authorizers) {
            Decision decision = authorizer.authorize(user, request);
            if (decision.allowed()) {
                return decision;
            }
            if (!decision.reason().isEmpty()) {
                reasons.add(decision.reason());
            }
        }
        return Decision.refused(String.join("\n", reasons));
    }

    @Override
    public Rules rules(UserInfo user, String namespace) {
        List<ResourceRule> resources = new ArrayList<>();
        List<PathRule> paths = new ArrayList<>();
        boolean incomplete = false;
        for (Authorizer authorizer : authorizers) {
            Rules rules = authorizer.rules(user, namespace);
            resources.addAll(rules.resources());
            paths.addAll(rules.paths());
            incomplete |= rules.incomplete();
        }
        return new Rules(resources, paths, incomplete);
    }
}
