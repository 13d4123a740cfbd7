package dev.troupe.app.server;

import dev.troupe.config.pki.CertificateAuthority;
import dev.troupe.config.pki.Credentials;
import dev.troupe.config.pki.PkiDirectory;
import dev.troupe.model.api.UserInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The cluster's own certificates in a data folder: made on first use, made anew well before they end. */
public final class ClusterPki {
    /** The API server's identity towards nodes: the only one, beside administrators, that they serve. */
    public static final String KUBELET_CLIENT = "troupe-apiserver-kubelet-client";

    public static final String KUBELET_CLIENT_GROUP = "troupe:apiserver";

    /** As kubeadm: a year. */
    private static final Duration LIFETIME = Duration.ofDays(365);

    /** At a start with less than this left, a certificate is made anew. */
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final PkiDirectory folder;
    private final CertificateAuthority authority;
    private final InstantSource clock;

    public ClusterPki(Path folder, InstantSource clock) {
        this.clock = clock;
        try {
            this.folder = new PkiDirectory(folder);
            this.authority = this.folder.authority(clock.instant());
        } catch (IOException e) {
            throw new UncheckedIOException("the certificates in " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** A short text of this authority's own. */
    public String clusterId() {
        return authority.certificate().getSerialNumber().toString(16);
    }

    public CertificateAuthority authority() {
        return authority;
    }

    /** The administrator's client certificate. */
    public Credentials admin() {
        return kept("admin", found -> true, () -> client("kubernetes-admin", UserInfo.SYSTEM_MASTERS));
    }

    /** What the API server shows to nodes. */
    public Credentials kubeletClient() {
        return kept("apiserver-kubelet-client", found -> true, () -> client(KUBELET_CLIENT, KUBELET_CLIENT_GROUP));
    }

    /** The API server's certificate for all names and addresses that clients may use. */
    public Credentials apiServer(List<InetAddress> addresses) {
        List<String> names = new ArrayList<>(List.of(
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local"));
        hostName().ifPresent(names::add);
        return server("apiserver", "kube-apiserver", names, addresses);
    }

    /** A node's certificate for its own port. */
    public Credentials nodeServer(String node) {
        List<InetAddress> addresses = Addresses.local();
        return server("node-" + node, "system:node:" + node, List.of(node, "localhost"), addresses);
    }

    /** Made anew where the machine has got another name or address. */
    private Credentials server(String file, String commonName, List<String> names, List<InetAddress> addresses) {
        return kept(
                file,
                found -> found.servesAll(names, addresses),
                () -> authority.issueServer(commonName, names, addresses, clock.instant(), LIFETIME));
    }

    private Credentials client(String user, String group) {
        return authority.issueClient(user, List.of(group), clock.instant(), LIFETIME);
    }

    private Credentials kept(String name, Predicate<Credentials> isRight, Supplier<Credentials> maker) {
        try {
            Optional<Credentials> found = folder.find(
                            name, authority, clock.instant().plus(RENEW_BEFORE))
                    .filter(isRight);
            if (found.isPresent()) {
                return found.get();
            }
            Credentials made = maker.get();
            folder.save(name, made);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException("the certificate " + name + " cannot be kept: " + e.getMessage(), e);
        }
    }

    private static Optional<String> hostName() {
        try {
            return Optional.of(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // A machine without a resolvable name is reached by its addresses.
            return Optional.empty();
        }
    }
}
