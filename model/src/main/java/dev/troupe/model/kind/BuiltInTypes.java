package dev.troupe.model.kind;

import dev.troupe.model.resource.ResourceType;
import java.util.List;

/** The resources that Troupe serves out of the box. The names are Kubernetes', the subresources those that are served. */
public final class BuiltInTypes {
    private static final List<String> ALL = List.of("all");
    private static final List<String> NONE = List.of();

    public static final ResourceType NAMESPACES = core("namespaces", "Namespace", false)
            .shortNames("ns")
            .subresources("status", "finalize")
            .type();
    public static final ResourceType NODES =
            core("nodes", "Node", false).shortNames("no").subresources("status").type();
    public static final ResourceType PODS = core("pods", "Pod", true)
            .shortNames("po")
            .categories(ALL)
            .subresources("status", "log", "exec", "binding", "eviction")
            .type();
    public static final ResourceType REPLICATION_CONTROLLERS = core(
                    "replicationcontrollers", "ReplicationController", true)
            .shortNames("rc")
            .categories(ALL)
            .subresources("status", "scale")
            .type();
    public static final ResourceType SERVICES = core("services", "Service", true)
            .shortNames("svc")
            .categories(ALL)
            .subresources("status")
            .type();
    public static final ResourceType ENDPOINTS =
            core("endpoints", "Endpoints", true).shortNames("ep").type();
    public static final ResourceType CONFIG_MAPS =
            core("configmaps", "ConfigMap", true).shortNames("cm").type();
    public static final ResourceType SECRETS = core("secrets", "Secret", true).type();
    public static final ResourceType SERVICE_ACCOUNTS =
            core("serviceaccounts", "ServiceAccount", true).shortNames("sa").type();
    public static final ResourceType EVENTS =
            core("events", "Event", true).shortNames("ev").type();
    public static final ResourceType RESOURCE_QUOTAS = core("resourcequotas", "ResourceQuota", true)
            .shortNames("quota")
            .subresources("status")
            .type();
    public static final ResourceType REPLICA_SETS = new Builder("apps", "v1", "replicasets", "ReplicaSet", true)
            .shortNames("rs")
            .categories(ALL)
            .subresources("status", "scale")
            .type();
    public static final ResourceType DEPLOYMENTS = new Builder("apps", "v1", "deployments", "Deployment", true)
            .shortNames("deploy")
            .categories(ALL)
            .subresources("status", "scale")
            .type();
    public static final ResourceType ENDPOINT_SLICES =
            new Builder("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true).type();
    public static final ResourceType LEASES = new Builder("coordination.k8s.io", "v1", "leases", "Lease", true).type();

    /** As Kubernetes 1.32 serves it: its kubectl describes IPAddresses through this version alone, though v1 has the same fields. */
    public static final ResourceType IP_ADDRESSES = new Builder(
                    "networking.k8s.io", "v1beta1", "ipaddresses", "IPAddress", false)
            .shortNames("ip")
            .type();

    public static final ResourceType CERTIFICATE_SIGNING_REQUESTS = new Builder(
                    "certificates.k8s.io", "v1", "certificatesigningrequests", "CertificateSigningRequest", false)
            .shortNames("csr")
            .subresources("status", "approval")
            .type();

    private BuiltInTypes() {}

    private static Builder core(String plural, String kind, boolean namespaced) {
        return new Builder("", "v1", plural, kind, namespaced);
    }

    private record Builder(
            String group,
            String version,
            String plural,
            String kind,
            boolean namespaced,
            List<String> shortNames,
            List<String> categories,
            List<String> subresources) {
        Builder(String group, String version, String plural, String kind, boolean namespaced) {
            this(group, version, plural, kind, namespaced, NONE, NONE, NONE);
        }

        Builder shortNames(String... names) {
            return new Builder(group, version, plural, kind, namespaced, List.of(names), categories, subresources);
        }

        Builder categories(List<String> names) {
            return new Builder(group, version, plural, kind, namespaced, shortNames, names, subresources);
        }

        Builder subresources(String... names) {
            return new Builder(group, version, plural, kind, namespaced, shortNames, categories, List.of(names));
        }

        ResourceType type() {
            return new ResourceType(
                    group,
                    version,
                    plural,
                    kind.toLowerCase(java.util.Locale.ROOT),
                    kind,
                    namespaced,
                    shortNames,
                    categories,
                    subresources);
        }
    }
}
