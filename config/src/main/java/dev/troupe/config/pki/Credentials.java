package dev.troupe.config.pki;

import java.net.InetAddress;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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

    /** Whether the certificate is for all these names and addresses. */
    public boolean servesAll(Collection<String> dnsNames, Collection<InetAddress> addresses) {
        Set<String> wanted = new HashSet<>(dnsNames);
        addresses.forEach(address -> wanted.add(address.getHostAddress()));
        Set<String> found = new HashSet<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            // Each is its type, a number, and its text.
            (names == null ? List.<List<?>>of() : names).forEach(name -> found.add(String.valueOf(name.get(1))));
        } catch (CertificateParsingException e) {
            return false;
        }
        return found.containsAll(wanted);
    }

    @Override
    public String toString() {
        return "Credentials[" + certificate.getSubjectX500Principal() + "]";
    }
}
