package dev.troupe.http.auth;

import dev.troupe.model.api.UserInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fixed grants by group, the same as Kubernetes' bootstrap policy gives: everything to system:masters, discovery to
 * the authenticated, health to everybody, certificate requests to bootstrapping nodes.
 */
public final class GroupAuthorizer implements Authorizer {
    private static final String BOOTSTRAPPERS = "system:bootstrappers";

    private record Grants(List<ResourceRule> resources, List<PathRule> paths) {}

    private static final List<String> ANY = List.of("*");
    private static final Map<String, Grants> GRANTS = grants();

    private static Map<String, Grants> grants() {
        Map<String, Grants> grants = new LinkedHashMap<>();
        grants.put(
                UserInfo.SYSTEM_MASTERS,
                new Grants(List.of(new ResourceRule(ANY, ANY, ANY, List.of())), List.of(new PathRule(ANY, ANY))));
        PathRule health =
                new PathRule(List.of("get"), List.of("/healthz", "/livez", "/readyz", "/version", "/version/"));
        grants.put(
                UserInfo.SYSTEM_AUTHENTICATED,
                new Grants(
                        List.of(
                                new ResourceRule(
                                        List.of("create"),
                                        List.of("authorization.k8s.io"),
                                        List.of("selfsubjectaccessreviews", "selfsubjectrulesreviews"),
                                        List.of()),
                                new ResourceRule(
                                        List.of("create"),
                                        List.of("authentication.k8s.io"),
                                        List.of("selfsubjectreviews"),
                                        List.of())),
                        List.of(
                                health,
                                new PathRule(
                                        List.of("get"),
                                        List.of(
                                                "/api",
                                                "/api/*",
                                                "/apis",
                                                "/apis/*",
                                                "/healthz",
                                                "/livez",
                                                "/openapi",
                                                "/openapi/*",
                                                "/readyz",
                                                "/version",
                                                "/version/")))));
        grants.put(UserInfo.SYSTEM_UNAUTHENTICATED, new Grants(List.of(), List.of(health)));
        grants.put(
                BOOTSTRAPPERS,
                new Grants(
                        List.of(new ResourceRule(
                                List.of("create", "get", "list", "watch"),
                                List.of("certificates.k8s.io"),
                                List.of("certificatesigningrequests"),
                                List.of())),
                        List.of()));
        return grants;
    }

    @Override
    public Decision authorize(UserInfo user, AccessRequest request) {
        for (String group : user.groups()) {
            Grants granted = GRANTS.get(group);
            if (granted != null && allows(granted, request)) {
                return Decision.ALLOWED;
            }
        }
        return Decision.NO_OPINION;
    }

    private static boolean allows(Grants granted, AccessRequest request) {
        return request.resourceRequest()
                ? granted.resources().stream().anyMatch(rule -> allows(rule, request))
                : granted.paths().stream().anyMatch(rule -> allows(rule, request));
    }

    private static boolean allows(ResourceRule rule, AccessRequest request) {
        return has(rule.verbs(), request.verb())
                && has(rule.groups(), request.group())
                && has(rule.resources(), request.resourceWithSubresource())
                && (rule.names().isEmpty() || rule.names().contains(request.name()));
    }

    private static boolean allows(PathRule rule, AccessRequest request) {
        return has(rule.verbs(), request.verb())
                && rule.paths().stream()
                        .anyMatch(path -> path.endsWith("*")
                                ? request.path().startsWith(path.substring(0, path.length() - 1))
                                : path.equals(request.path()));
    }

    private static boolean has(List<String> granted, String wanted) {
        return granted.contains("*") || granted.contains(wanted);
    }

    @Override
    public Rules rules(UserInfo user, String namespace) {
        List<ResourceRule> resources = new ArrayList<>();
        List<PathRule> paths = new ArrayList<>();
        for (String group : user.groups()) {
            Grants granted = GRANTS.get(group);
            if (granted != null) {
                resources.addAll(granted.resources());
                paths.addAll(granted.paths());
            }
        }
        return new Rules(resources, paths, false);
    }
}
