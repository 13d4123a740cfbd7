package dev.troupe.http.auth;

import dev.troupe.model.api.UserInfo;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds who asks: first by client certificate, then by bearer token. Who shows nothing is system:anonymous; who shows
 * something that is not valid is nobody and gets 401.
 */
public final class Authenticator {
    private final ClientCertificates certificates;
    private final List<TokenAuthenticator> tokens;

    /** @param tokens asked one after the other until one knows the token */
    public Authenticator(ClientCertificates certificates, List<TokenAuthenticator> tokens) {
        this.certificates = certificates;
        this.tokens = List.copyOf(tokens);
    }

    /**
     * The user, with system:authenticated among the groups; empty for 401.
     *
     * @param chain the client's certificates, its own first; empty if it showed none
     * @param authorization the header's value; empty if there is none
     */
    public CompletionStage<Optional<UserInfo>> authenticate(List<X509Certificate> chain, String authorization) {
        Optional<UserInfo> byCertificate = chain.isEmpty() ? Optional.empty() : certificates.authenticate(chain);
        if (byCertificate.isPresent()) {
            return CompletableFuture.completedFuture(byCertificate.map(Authenticator::authenticated));
        }
        Optional<String> token = bearerToken(authorization);
        if (token.isPresent()) {
            return authenticateToken(token.get());
        }
        return CompletableFuture.completedFuture(
                chain.isEmpty() ? Optional.of(UserInfo.anonymous()) : Optional.empty());
    }

    /** The user of a token, with system:authenticated among the groups; empty if nobody knows the token. */
    public CompletionStage<Optional<UserInfo>> authenticateToken(String token) {
        return byToken(token, 0);
    }

    private CompletionStage<Optional<UserInfo>> byToken(String token, int index) {
        if (index == tokens.size()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return tokens.get(index)
                .authenticate(token)
                .thenCompose(user -> user.isPresent()
                        ? CompletableFuture.completedFuture(user.map(Authenticator::authenticated))
                        : byToken(token, index + 1));
    }

    /** The token of {@code Bearer TOKEN}; other schemes and an empty token count as nothing shown. */
    private static Optional<String> bearerToken(String authorization) {
        String[] parts = authorization.strip().split(" ", 3);
        boolean bearer = parts.length >= 2 && parts[0].equalsIgnoreCase("bearer");
        return bearer && !parts[1].isEmpty() ? Optional.of(parts[1]) : Optional.empty();
    }

    private static UserInfo authenticated(UserInfo user) {
        if (user.groups().contains(UserInfo.SYSTEM_AUTHENTICATED)) {
            return user;
        }
        List<String> groups = new ArrayList<>(user.groups());
        groups.add(UserInfo.SYSTEM_AUTHENTICATED);
        return new UserInfo(user.name(), user.uid(), groups, user.extra());
    }
}
