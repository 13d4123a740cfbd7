package dev.troupe.model.controller.certificate;

import dev.troupe.model.controller.CertificateSigner.Subject;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The two signers of nodes, and what they sign (KEP-1513). */
enum NodeSigner {
    CLIENT("kubernetes.io/kube-apiserver-client-kubelet", "client auth", "client"),
    SERVING("kubernetes.io/kubelet-serving", "server auth", "serving");

    private static final String USER_PREFIX = "system:node:";
    private static final List<String> GROUP = List.of("system:nodes");

    private final String signerName;
    private final String purpose;
    private final String word;

    NodeSigner(String signerName, String purpose, String word) {
        this.signerName = signerName;
        this.purpose = purpose;
        this.word = word;
    }

    static Optional<NodeSigner> named(String name) {
        for (NodeSigner signer : values()) {
            if (signer.signerName.equals(name)) {
                return Optional.of(signer);
            }
        }
        return Optional.empty();
    }

    String approval() {
        return "Auto approving self kubelet " + word + " certificate after SubjectAccessReview.";
    }

    /** Why the signer will not sign a request, in Kubernetes' words; empty if it will. */
    Optional<String> faultOf(Subject subject, Set<String> usages) {
        Set<String> without = new HashSet<>(usages);
        without.remove("key encipherment");
        if (!subject.organizations().equals(GROUP)) {
            return Optional.of("subject organization is not system:nodes");
        }
        if (!subject.commonName().startsWith(USER_PREFIX)) {
            return Optional.of("subject common name does not begin with system:node:");
        }
        if (!subject.others().isEmpty()) {
            return Optional.of("Email and URI subjectAltNames are not allowed");
        }
        boolean named = !subject.dnsNames().isEmpty() || !subject.addresses().isEmpty();
        if (this == CLIENT && named) {
            return Optional.of("DNS and IP subjectAltNames are not allowed");
        }
        if (this == SERVING && !named) {
            return Optional.of("DNS or IP subjectAltName is required");
        }
        return without.equals(Set.of("digital signature", purpose))
                ? Optional.empty()
                : Optional.of("usages did not match those of a kubelet " + word + " certificate");
    }

    /** Whether a node asks for its own name, and, to serve, for no other names than its own. */
    boolean isOwn(Subject subject, String username, ClusterView view) {
        if (!username.startsWith(USER_PREFIX) || !username.equals(subject.commonName())) {
            return false;
        }
        if (this == CLIENT) {
            return true;
        }
        String nodeName = username.substring(USER_PREFIX.length());
        Optional<StoredObject> node = view.get(BuiltInTypes.NODES.key("", nodeName));
        Set<String> own = new HashSet<>();
        own.add(nodeName);
        node.ifPresent(present -> present.tree()
                .path("status")
                .path("addresses")
                .forEach(address -> own.add(Json.text(address, "address"))));
        return own.containsAll(subject.dnsNames()) && own.containsAll(subject.addresses());
    }
}
