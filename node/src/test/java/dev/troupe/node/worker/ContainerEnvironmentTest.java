package dev.troupe.node.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.node.pod.DownwardApi;
import dev.troupe.node.pod.PodView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerEnvironmentTest {
    private static final Map<ObjectKey, JsonNode> OBJECTS = Map.of(
            BuiltInTypes.CONFIG_MAPS.key("default", "c"), Json.parseObject("{\"data\":{\"a\":\"1\",\"b\":\"2\"}}"),
            BuiltInTypes.SECRETS.key("default", "s"), Json.parseObject("{\"data\":{\"p\":\"c2VzYW1l\"}}"));

    private static Map<String, String> environment(String container, Map<String, String> services) throws Exception {
        PodView pod = new PodView(Json.parseObject("""
                {"metadata":{"name":"p","namespace":"default","uid":"u","labels":{"tier":"x"}},
                 "spec":{"nodeName":"n1","containers":[{"name":"web","image":"i",%s}]}}""".formatted(container)));
        DownwardApi downward = new DownwardApi(pod, List.of("10.0.0.1", "fd00::1"), List.of("192.0.2.1"), Map.of());
        return ContainerEnvironment.of(
                pod.containers().get(0), downward, key -> Optional.ofNullable(OBJECTS.get(key)), services);
    }

    private static Map<String, String> environment(String container) throws Exception {
        return environment(container, Map.of());
    }

    @Test
    void laterNamesWinAndReferencesSeeWhatCameBefore() throws Exception {
        Map<String, String> environment = environment("""
                "envFrom":[{"configMapRef":{"name":"c"}},{"prefix":"P_","secretRef":{"name":"s"}}],
                "env":[{"name":"a","value":"own"},{"name":"sum","value":"$(a)+$(b)+$(later)+$$(a)"},
                       {"name":"later","value":"x"},{"name":"host","value":"$(WEB_SERVICE_HOST)"}]""", Map.of("WEB_SERVICE_HOST", "10.96.0.5", "b", "not this"));
        assertEquals("own", environment.get("a"));
        assertEquals("2", environment.get("b"));
        assertEquals("sesame", environment.get("P_p"));
        assertEquals("own+2+$(later)+$(a)", environment.get("sum"));
        assertEquals("10.96.0.5", environment.get("host"));
        assertEquals("10.96.0.5", environment.get("WEB_SERVICE_HOST"));
    }

    @ParameterizedTest
    @CsvSource({
        "metadata.name, p",
        "metadata.namespace, default",
        "metadata.uid, u",
        "metadata.labels['tier'], x",
        "metadata.annotations['none'], ''",
        "spec.nodeName, n1",
        "status.podIP, 10.0.0.1",
        "status.podIPs, '10.0.0.1,fd00::1'",
        "status.hostIP, 192.0.2.1"
    })
    void fieldsOfThePod(String path, String value) throws Exception {
        assertEquals(
                value,
                environment("\"env\":[{\"name\":\"X\",\"valueFrom\":{\"fieldRef\":{\"fieldPath\":\"%s\"}}}]"
                                .formatted(path))
                        .get("X"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"env\":[{\"name\":\"X\",\"valueFrom\":{\"configMapKeyRef\":{\"name\":\"no\",\"key\":\"a\"}}}] |"
                        + " configmap \"no\" not found",
                "\"env\":[{\"name\":\"X\",\"valueFrom\":{\"configMapKeyRef\":{\"name\":\"c\",\"key\":\"z\"}}}] |"
                        + " couldn't find key z in ConfigMap default/c",
                "\"env\":[{\"name\":\"X\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"s\",\"key\":\"z\"}}}] |"
                        + " couldn't find key z in Secret default/s",
                "\"envFrom\":[{\"secretRef\":{\"name\":\"no\"}}] | secret \"no\" not found"
            })
    void saysWhatIsMissing(String container, String message) {
        assertEquals(
                message,
                assertThrows(ContainerConfigException.class, () -> environment(container))
                        .getMessage());
    }

    @Test
    void whatIsOptionalMayBeMissing() throws Exception {
        assertEquals(Map.of(), environment("""
                "envFrom":[{"configMapRef":{"name":"no","optional":true}}],
                "env":[{"name":"X","valueFrom":{"secretKeyRef":{"name":"s","key":"z","optional":true}}}]"""));
    }

    @Test
    void servicesBecomeVariables() {
        ServiceSource services = namespace -> List.of(
                Json.parseObject("""
                {"metadata":{"name":"my-web"},"spec":{"clusterIP":"10.96.0.9",
                  "ports":[{"name":"http","port":80,"protocol":"TCP"},{"name":"dns","port":53,"protocol":"UDP"}]}}"""),
                Json.parseObject(
                        "{\"metadata\":{\"name\":\"headless\"},\"spec\":{\"clusterIP\":\"None\",\"ports\":[{\"port\":1}]}}"),
                Json.parseObject(
                        "{\"metadata\":{\"name\":\"kubernetes\"},\"spec\":{\"clusterIP\":\"10.96.0.1\",\"ports\":[{\"port\":443}]}}"));
        Map<String, String> variables = ServiceVariables.of(services, "default", true);
        assertEquals("10.96.0.9", variables.get("MY_WEB_SERVICE_HOST"));
        assertEquals("80", variables.get("MY_WEB_SERVICE_PORT"));
        assertEquals("53", variables.get("MY_WEB_SERVICE_PORT_DNS"));
        assertEquals("tcp://10.96.0.9:80", variables.get("MY_WEB_PORT"));
        assertEquals("udp", variables.get("MY_WEB_PORT_53_UDP_PROTO"));
        assertEquals("10.96.0.1", variables.get("KUBERNETES_SERVICE_HOST"));
        assertEquals(
                List.of("KUBERNETES_SERVICE_HOST"),
                ServiceVariables.of(services, "default", false).keySet().stream()
                        .filter(name -> name.endsWith("_SERVICE_HOST"))
                        .toList());
    }
}
