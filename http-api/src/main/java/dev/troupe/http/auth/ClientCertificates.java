package dev.troupe.http.auth;

import dev.troupe.config.pki.ClientVerifier;
import dev.troupe.model.api.UserInfo;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Users by client certificates of the cluster's authority: the common name is the user, the organizations are the
 * groups. The TLS layer lets any certificate pass, so that a wrong one gets 401 and not a broken handshake.
 */
public final class ClientCertificates {
    private final ClientVerifier verifier;

    public ClientCertificates(X509Certificate authority) {
        this.verifier = new ClientVerifier(authority);
    }

    /** The user of a certificate chain; empty if the certificate is not one that names a user of this cluster. */
    public Optional<UserInfo> authenticate(List<X509Certificate> chain) {
        return verifier.verify(chain).map(subject -> new UserInfo(subject.user(), "", subject.groups(), Map.of()));
    }
}
