package dev.troupe.http;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** The certificates that a client showed in its TLS handshake; not yet verified. */
final class PeerCertificates {
    private PeerCertificates() {}

    static List<X509Certificate> of(HttpRequest request) {
        var session = request.getAttribute(AttributeKeys.sslSession);
        if (session.isEmpty()) {
            return List.of();
        }
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : session.get().getSession().getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            // The client showed none, which is its right.
            return List.of();
        }
        return chain;
    }
}
