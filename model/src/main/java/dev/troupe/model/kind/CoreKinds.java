package dev.troupe.model.kind;

import dev.troupe.model.resource.ResourceStrategy;
import java.util.List;

/** Kinds that run nothing themselves: namespaces, configuration, services, nodes, leases, events. */
final class CoreKinds {
    private CoreKinds() {}

    static List<ResourceStrategy> all() {
        return List.of(
                new NamespaceStrategy(),
                new NodeStrategy(),
                new ServiceStrategy(),
                new EndpointsStrategy(),
                new ConfigMapStrategy(),
                new SecretStrategy(),
                new ServiceAccountStrategy(),
                new EventStrategy(),
                new ResourceQuotaStrategy(),
                new EndpointSliceStrategy(),
                new LeaseStrategy(),
                new IpAddressStrategy(),
                new CertificateSigningRequestStrategy());
    }
}
