package dev.troupe.http.auth;

import dev.troupe.model.api.UserInfo;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Knows the users of one kind of bearer token. */
public interface TokenAuthenticator {
    /**
     * The token's user, without the group system:authenticated; empty if this is no valid token of this kind. Never
     * logs or keeps the token.
     */
    CompletionStage<Optional<UserInfo>> authenticate(String token);
}
