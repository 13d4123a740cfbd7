package dev.troupe.config.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** JDK TLS contexts from the cluster's certificates. */
public final class TlsContexts {
    private TlsContexts() {}

    /** Presents the credentials and trusts only their authority: for servers that ask for client certificates too. */
    public static SSLContext of(Credentials credentials) {
        try {
            KeyStore keys = emptyStore();
            keys.setKeyEntry("own", credentials.key(), new char[0], new X509Certificate[] {
                credentials.certificate(), credentials.authority()
            });
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, new char[0]);
            return context(factory.getKeyManagers(), credentials.authority());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot use the cluster's certificates", e);
        }
    }

    /** Presents nothing and trusts only the authority: for a client with a token. */
    public static SSLContext trusting(X509Certificate authority) {
        try {
            return context(new KeyManager[0], authority);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot use the cluster's certificates", e);
        }
    }

    private static SSLContext context(KeyManager[] keys, X509Certificate authority)
            throws GeneralSecurityException, IOException {
        KeyStore trusted = emptyStore();
        trusted.setCertificateEntry("cluster", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
