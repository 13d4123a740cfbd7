package dev.troupe.config.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A private key with its certificate and the authority that signed it. */
public record Credentials(PrivateKey key, X509Certificate certificate, X509Certificate authority) {

    public String certificatePem() {
        return Pem.encode(certificate);
    }

    public String keyPem() {
        return Pem.encode(key);
    }

    public String authorityPem() {
        return Pem.encode(authority);
    }

    @Override
    public String toString() {
        return "Credentials[" + certificate.getSubjectX500Principal() + "]";
    }
}
