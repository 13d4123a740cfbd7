package dev.troupe.config.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Checks clients' certificates after a handshake that let any pass (see {@link TlsContexts#asking}): signature, validity
 * and purpose. Safe for many threads.
 */
public final class ClientVerifier {
    private final X509TrustManager trusted;

    public ClientVerifier(X509Certificate authority) {
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

    /** Whom a chain names; empty if it is empty, not of this authority, out of date, no client's, or names nobody. */
    public Optional<CertificateAuthority.Subject> verify(List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            return Optional.empty();
        }
        try {
            trusted.checkClientTrusted(
                    chain.toArray(X509Certificate[]::new),
                    chain.get(0).getPublicKey().getAlgorithm());
        } catch (CertificateException e) {
            return Optional.empty();
        }
        CertificateAuthority.Subject subject =
                CertificateAuthority.subjectOf(chain.get(0).getSubjectX500Principal());
        return subject.user().isEmpty() ? Optional.empty() : Optional.of(subject);
    }
}
