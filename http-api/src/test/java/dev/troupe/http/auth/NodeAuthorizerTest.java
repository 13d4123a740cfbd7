package dev.troupe.http.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.troupe.model.api.UserInfo;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAuthorizerTest {
    private static final UserInfo NODE = UserInfo.of("system:node:a", "system:nodes");
    private final NodeAuthorizer authorizer = new NodeAuthorizer(new NodeObjects() {
        @Override
        public boolean isBound(NamespacedName pod, String node) {
            return pod.name().equals("mine") && node.equals("a");
        }

        @Override
        public boolean isReferred(ObjectKey object, String node) {
            return object.name().name().equals("mine") && node.equals("a");
        }
    });

    @ParameterizedTest
    @CsvSource({
        "get, '', services, '', n, x, true",
        "list, '', services, '', '', '', true",
        "update, '', services, '', n, x, false",
        "watch, discovery.k8s.io, endpointslices, '', '', '', true",
        "create, discovery.k8s.io, endpointslices, '', n, '', false",
        "list, '', nodes, '', '', '', true",
        "create, '', nodes, '', '', '', true",
        "update, '', nodes, status, '', a, true",
        "patch, '', nodes, '', '', a, true",
        "update, '', nodes, status, '', b, false",
        "delete, '', nodes, '', '', a, false",
        "list, '', pods, '', '', '', false",
        "get, '', pods, '', n, mine, true",
        "get, '', pods, '', n, other, false",
        "patch, '', pods, status, n, mine, true",
        "patch, '', pods, status, n, other, false",
        "update, '', pods, '', n, mine, false",
        "delete, '', pods, '', n, mine, true",
        "delete, '', pods, '', n, other, false",
        "create, '', pods, exec, n, mine, false",
        "get, '', secrets, '', n, mine, true",
        "get, '', secrets, '', n, other, false",
        "list, '', secrets, '', n, '', false",
        "list, '', secrets, '', '', '', false",
        "update, '', secrets, '', n, mine, false",
        "get, '', configmaps, '', n, mine, true",
        "create, '', events, '', n, '', true",
        "delete, '', events, '', n, x, false",
        "update, coordination.k8s.io, leases, '', kube-node-lease, a, true",
        "update, coordination.k8s.io, leases, '', kube-node-lease, b, false",
        "update, coordination.k8s.io, leases, '', default, a, false",
        "create, certificates.k8s.io, certificatesigningrequests, '', '', '', true",
        "update, certificates.k8s.io, certificatesigningrequests, approval, '', x, false",
        "list, apps, deployments, '', '', '', false",
        "impersonate, '', users, '', '', x, false",
    })
    void givesANodeWhatItNeedsAndNoMore(
            String verb,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            boolean may) {
        AccessRequest request =
                AccessRequest.resource(verb, group, resource, namespace, name).withSubresource(subresource);
        assertEquals(may, authorizer.authorize(NODE, request).allowed());
    }

    @Test
    void knowsNodesByGroupAndNameTogether() {
        AccessRequest list = AccessRequest.resource("list", "", "services", "", "");
        assertFalse(authorizer.authorize(UserInfo.of("system:node:a"), list).allowed());
        assertFalse(authorizer.authorize(UserInfo.of("a", "system:nodes"), list).allowed());
    }
}
