package dev.troupe.http.auth;

import dev.troupe.config.pki.ClientVerifier;
import dev.troupe.model.api.UserInfo;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Users by client certificates of the cluster's authority: the common name is the user, the organizations are the
 * groups. The TLS layer lets any certificate pass, so that a wrong one gets 401 and not a broken handshake. What was
 * verified once is remembered, as a signature costs more than most requests; the dates are looked at each time.
 */
public final class ClientCertificates {
    /** More clients at a time than this verify anew now and then; it bounds memory, not clients. */
    private static final int REMEMBERED = 4_096;

    private final ClientVerifier verifier;
    private final Map<X509Certificate, UserInfo> verified = new ConcurrentHashMap<>();

    public ClientCertificates(X509Certificate authority) {
        this.verifier = new ClientVerifier(authority);
    }

    /**
     * The user of a certificate chain; empty if the certificate is not one that names a user of this cluster.
     *
     * @param chain the client's own certificate first; not empty
     */
    public Optional<UserInfo> authenticate(List<X509Certificate> chain) {
        X509Certificate own = chain.get(0);
        UserInfo known = verified.get(own);
        if (known != null) {
            return isValidNow(own) ? Optional.of(known) : Optional.empty();
        }
        Optional<UserInfo> user =
                verifier.verify(chain).map(subject -> new UserInfo(subject.user(), "", subject.groups(), Map.of()));
        user.ifPresent(found -> {
            if (verified.size() >= REMEMBERED) {
                verified.clear();
            }
            verified.put(own, found);
        });
        return user;
    }

    private static boolean isValidNow(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return true;
        } catch (CertificateExpiredException | CertificateNotYetValidException e) {
            return false;
        }
    }
}
