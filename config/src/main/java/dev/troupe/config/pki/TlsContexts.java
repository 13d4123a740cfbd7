package dev.troupe.config.pki;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** JDK TLS contexts from the cluster's certificates. */
public final class TlsContexts {
    private TlsContexts() {}

    /** Presents the credentials and trusts only their authority: for servers that ask for client certificates too. */
    public static SSLContext of(Credentials credentials) {
        try {
            return context(keyManagers(credentials), credentials.authority());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot use the cluster's certificates", e);
        }
    }

    /**
     * Presents the credentials and asks clients for certificates of the authority, but lets any certificate pass: for a
     * server that answers a wrong certificate with 401 instead of a broken handshake. Whoever uses this must verify the
     * certificates of each session before believing them.
     */
    public static SSLContext asking(Credentials credentials) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keyManagers(credentials), new TrustManager[] {new LaterVerified(credentials.authority())}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot use the cluster's certificates", e);
        }
    }

    /**
     * Presents the credentials and trusts, of the certificates of their authority, those that the test accepts: for a
     * client that knows its peer by another name than its address.
     */
    public static SSLContext towards(Credentials credentials, Predicate<X509Certificate> isPeer) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            X509TrustManager trusted = trustManager(credentials.authority());
            context.init(keyManagers(credentials), new TrustManager[] {new ExpectedPeer(trusted, isPeer)}, null);
            return context;
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

    /** Without a key store, which would encrypt the key under a password and decrypt it again. */
    private static KeyManager[] keyManagers(Credentials credentials) {
        return new KeyManager[] {new OneKey(credentials)};
    }

    private static SSLContext context(KeyManager[] keys, X509Certificate authority)
            throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, new TrustManager[] {trustManager(authority)}, null);
        return context;
    }

    private static X509TrustManager trustManager(X509Certificate authority)
            throws GeneralSecurityException, IOException {
        KeyStore trusted = emptyStore();
        trusted.setCertificateEntry("cluster", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return (X509TrustManager) trust.getTrustManagers()[0];
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** The authority's check of a server, and one of who it is. */
    private static final class ExpectedPeer extends X509ExtendedTrustManager {
        private final X509TrustManager trusted;
        private final Predicate<X509Certificate> isPeer;

        ExpectedPeer(X509TrustManager trusted, Predicate<X509Certificate> isPeer) {
            this.trusted = trusted;
            this.isPeer = isPeer;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            trusted.checkServerTrusted(chain, authType);
            if (!isPeer.test(chain[0])) {
                throw new CertificateException(
                        "the certificate of " + chain[0].getSubjectX500Principal() + " is another's");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw forClientsOnly();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw forClientsOnly();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw forClientsOnly();
        }

        private static CertificateException forClientsOnly() {
            return new CertificateException("a client's context is not for servers");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return trusted.getAcceptedIssuers();
        }
    }

    /** Names the authority to clients, so that they choose the right certificate, and leaves the check to others. */
    private static final class LaterVerified extends X509ExtendedTrustManager {
        private final X509Certificate authority;

        LaterVerified(X509Certificate authority) {
            this.authority = authority;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw forServersOnly();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw forServersOnly();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw forServersOnly();
        }

        private static CertificateException forServersOnly() {
            return new CertificateException("a server's context is not for clients");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {authority};
        }
    }
}
