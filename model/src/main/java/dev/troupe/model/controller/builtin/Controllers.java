package dev.troupe.model.controller.builtin;

import dev.troupe.model.controller.CertificateSigner;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.certificate.NodeCertificateReconciler;
import dev.troupe.model.controller.endpoint.EndpointSliceMirroringReconciler;
import dev.troupe.model.controller.endpoint.EndpointSliceReconciler;
import dev.troupe.model.controller.endpoint.EndpointsReconciler;
import dev.troupe.model.controller.garbage.GarbageCollector;
import dev.troupe.model.controller.garbage.PodGarbageCollector;
import dev.troupe.model.controller.namespace.NamespaceReconciler;
import dev.troupe.model.controller.namespace.RootCertificateReconciler;
import dev.troupe.model.controller.namespace.ServiceAccountReconciler;
import dev.troupe.model.controller.node.NodeIpamReconciler;
import dev.troupe.model.controller.node.NodeLifecycleReconciler;
import dev.troupe.model.controller.node.NodeSettings;
import dev.troupe.model.controller.node.TaintEvictionReconciler;
import dev.troupe.model.controller.quota.ResourceQuotaReconciler;
import dev.troupe.model.controller.workload.DeploymentReconciler;
import dev.troupe.model.controller.workload.ReplicaReconciler;
import dev.troupe.model.resource.ResourceRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All built-in controllers. */
public final class Controllers {
    private Controllers() {}

    /**
     * What the controllers of a cluster are given.
     *
     * @param clusterCidr the addresses of all pods, for example {@code 10.244.0.0/16}
     * @param nodeMask bits of the prefix of one node's part of them
     * @param rootCertificate the API server's CA as PEM, to be published to pods
     * @param signer of nodes' certificates; without it nobody approves and signs their requests
     */
    public record Settings(
            NodeSettings nodes,
            String clusterCidr,
            int nodeMask,
            int endedPodsKept,
            Optional<String> rootCertificate,
            Optional<CertificateSigner> signer) {

        /** Kubernetes' defaults, and the range of pod addresses that most networks use. */
        public static Settings defaults() {
            return new Settings(
                    NodeSettings.defaults(),
                    "10.244.0.0/16",
                    24,
                    PodGarbageCollector.ENDED_PODS_KEPT,
                    Optional.empty(),
                    Optional.empty());
        }

        public Settings withRootCertificate(String pem) {
            return new Settings(nodes, clusterCidr, nodeMask, endedPodsKept, Optional.of(pem), signer);
        }

        public Settings withSigner(CertificateSigner newSigner) {
            return new Settings(nodes, clusterCidr, nodeMask, endedPodsKept, rootCertificate, Optional.of(newSigner));
        }
    }

    /** The reconcilers for a cluster that serves these kinds. */
    public static List<Reconciler> all(ResourceRegistry registry, Settings settings) {
        List<Reconciler> all = new ArrayList<>(List.of(
                ReplicaReconciler.ofReplicaSets(),
                ReplicaReconciler.ofReplicationControllers(),
                new DeploymentReconciler(),
                new EndpointSliceReconciler(),
                new EndpointsReconciler(),
                new EndpointSliceMirroringReconciler(),
                new NamespaceReconciler(registry),
                new ServiceAccountReconciler(),
                new GarbageCollector(registry),
                new PodGarbageCollector(settings.endedPodsKept()),
                new NodeLifecycleReconciler(settings.nodes()),
                new TaintEvictionReconciler(),
                new ResourceQuotaReconciler(registry),
                new NodeIpamReconciler(settings.clusterCidr(), settings.nodeMask())));
        settings.rootCertificate().map(RootCertificateReconciler::new).ifPresent(all::add);
        settings.signer().map(NodeCertificateReconciler::new).ifPresent(all::add);
        return List.copyOf(all);
    }
}
