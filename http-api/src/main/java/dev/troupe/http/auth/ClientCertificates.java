package dev.troupe.http.auth;

import dev.troupe.config.pki.CertificateAuthority;
import dev.troupe.model.api.UserInfo;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Users by client certificates of the cluster's authority: the common name is the user, the organizations are the
 * groups. The TLS layer lets any certificate pass, so that a wrong one gets 401 and not a broken handshake; the check
 * of signature, validity and purpose is here.
 */
public final class ClientCertificates {
    private final X509TrustManager trusted;

    public ClientCertificates(X509Certificate authority) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("cluster", authority);
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            this.trusted = (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot use the cluster's certificates", e);
        }
    }

    /** The user of a certificate chain; empty if the certificate is not one that names a user of this cluster. */
    public Optional<UserInfo> authenticate(List<X509Certificate> chain) {
        try {
            trusted.checkClientTrusted(
                    chain.toArray(X509Certificate[]::new),
                    chain.get(0).getPublicKey().getAlgorithm());
        } catch (CertificateException e) {
            return Optional.empty();
        }
        CertificateAuthority.Subject subject =
                CertificateAuthority.subjectOf(chain.get(0).getSubjectX500Principal());
        return subject.user().isEmpty()
                ? Optional.empty()
                : Optional.of(new UserInfo(subject.user(), "", subject.groups(), Map.of()));
    }
}
