package dev.troupe.http.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestInfoTest {
    private static RequestInfo info(String method, String path, boolean watch) {
        List<String> segments =
                Stream.of(path.split("/")).filter(part -> !part.isEmpty()).toList();
        return RequestInfo.of(method, segments, watch);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/namespaces, list, '', v1, '', namespaces, '', ''",
        "GET, /api/v1/namespaces/other, get, '', v1, other, namespaces, '', other",
        "GET, /api/v1/namespaces/other/status, get, '', v1, other, namespaces, status, other",
        "PUT, /api/v1/namespaces/other/finalize, update, '', v1, other, namespaces, finalize, other",
        "GET, /api/v1/namespaces/other/pods, list, '', v1, other, pods, '', ''",
        "GET, /api/v1/namespaces/other/pods/foo, get, '', v1, other, pods, '', foo",
        "HEAD, /api/v1/namespaces/other/pods/foo, get, '', v1, other, pods, '', foo",
        "GET, /api/v1/pods, list, '', v1, '', pods, '', ''",
        "GET, /api/v1/watch/pods, watch, '', v1, '', pods, '', ''",
        "GET, /api/v1/watch/namespaces/other/pods, watch, '', v1, other, pods, '', ''",
        "POST, /api/v1/namespaces/other/pods, create, '', v1, other, pods, '', ''",
        "POST, /api/v1/namespaces/other/pods/foo/binding, create, '', v1, other, pods, binding, foo",
        "DELETE, /api/v1/namespaces/other/pods/foo, delete, '', v1, other, pods, '', foo",
        "DELETE, /api/v1/namespaces/other/pods, deletecollection, '', v1, other, pods, '', ''",
        "PATCH, /apis/apps/v1/namespaces/n/deployments/d/scale, patch, apps, v1, n, deployments, scale, d",
        "GET, /apis/discovery.k8s.io/v1/endpointslices, list, discovery.k8s.io, v1, '', endpointslices, '', ''",
    })
    void readsResourcePaths(
            String method,
            String path,
            String verb,
            String group,
            String version,
            String namespace,
            String resource,
            String subresource,
            String name) {
        RequestInfo info = info(method, path, false);
        assertEquals(true, info.resourceRequest());
        assertEquals(
                List.of(verb, group, version, namespace, resource, subresource, name),
                List.of(
                        info.verb(),
                        info.group(),
                        info.version(),
                        info.namespace(),
                        info.resource(),
                        info.subresource(),
                        info.name()));
    }

    @ParameterizedTest
    @CsvSource({
        "/",
        "/api",
        "/apis",
        "/api/v1",
        "/apis/apps",
        "/apis/apps/v1",
        "/version",
        "/healthz/ping",
        "/other/x/y/z"
    })
    void takesOtherPathsForDocuments(String path) {
        RequestInfo info = info("GET", path, false);
        assertEquals(false, info.resourceRequest());
        assertEquals("get", info.verb());
        assertEquals(path, info.path());
    }

    @Test
    void tellsListFromWatch() {
        assertEquals("watch", info("GET", "/api/v1/pods", true).verb());
        assertEquals("get", info("GET", "/api/v1/namespaces/n/pods/p", true).verb());
        assertEquals(true, info("GET", "/api/v1/pods", true).isLongRunning());
        assertEquals(true, info("GET", "/api/v1/namespaces/n/pods/p/log", false).isLongRunning());
        assertEquals(false, info("GET", "/api/v1/pods", false).isLongRunning());
    }
}
