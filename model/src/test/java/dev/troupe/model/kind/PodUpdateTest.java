package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.testkit.InMemoryResourceApi;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodUpdateTest {
    private static final ObjectKey KEY = BuiltInTypes.PODS.key("rec", "p");
    private static final String FIXED = "spec: Forbidden: pod updates may not change fields other than"
            + " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations`"
            + " (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1"
            + " if it was previously negative)\n";

    private InMemoryResourceApi api = new InMemoryResourceApi(BuiltInKinds.registry(), InstantSource.system());

    @BeforeEach
    void start() {
        api = new InMemoryResourceApi(
                BuiltInKinds.registry(), InstantSource.fixed(Instant.parse("2026-11-23T08:30:00Z")));
    }

    private void given(String spec) {
        api.given(Manifests.pod(spec).toString());
    }

    private Outcome<WriteResult> patch(String subresource, String patch) {
        return api.patch(
                        InMemoryResourceApi.admin(),
                        KEY,
                        subresource,
                        new Patch.StrategicMergePatch(Manifests.yaml(patch)),
                        WriteOptions.internal())
                .toCompletableFuture()
                .join();
    }

    private String refused(String subresource, String patch) {
        return switch (patch(subresource, patch)) {
            case Outcome.Success<WriteResult> success -> "accepted";
            case Outcome.Failure<WriteResult> failure ->
                failure.status().message().replaceFirst("^Pod \"p\" is invalid: ", "");
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{containers: [{name: c, image: 'nginx:1.20'}]}",
                "{activeDeadlineSeconds: 60}",
                "{tolerations: [{key: extra, operator: Exists}, {key: node.kubernetes.io/not-ready, operator: Exists,"
                        + " effect: NoExecute, tolerationSeconds: 5}, {key: node.kubernetes.io/unreachable, operator:"
                        + " Exists, effect: NoExecute, tolerationSeconds: 300}]}",
            })
    void allowsImagesTheDeadlineAndMoreTolerations(String spec) {
        given("{nodeName: n1, containers: [{name: c, image: 'nginx:1.19'}]}");

        assertEquals("accepted", refused("", "{spec: " + spec + "}"));
    }

    /** Recording 412, in the order of Kubernetes since 1.25. */
    @Test
    void refusesAnotherNodeAndShowsTheDifference() {
        given("{nodeName: hollow-002, containers: [{name: c, image: i}]}");

        assertEquals(FIXED + """
                  core.PodSpec{
                  \t... // 9 identical fields
                  \tServiceAccountName:           "default",
                  \tAutomountServiceAccountToken: nil,
                - \tNodeName:                     "hollow-002",
                + \tNodeName:                     "other",
                  \tSecurityContext:              &{},
                  \tImagePullSecrets:             nil,
                  \t... // 20 identical fields
                  }
                """, refused("", "{spec: {nodeName: other}}"));
    }

    @Test
    void showsTheDifferenceWithinAContainer() {
        given("{containers: [{name: c, image: i}]}");

        String expected = FIXED + """
                  core.PodSpec{
                  \tVolumes:        nil,
                  \tInitContainers: nil,
                  \tContainers: []core.Container{
                  \t\t{
                  \t\t\t... // 5 identical fields
                  \t\t\tPorts:        nil,
                  \t\t\tEnvFrom:      nil,
                - \t\t\tEnv:          nil,
                + \t\t\tEnv:          []core.EnvVar{{Name: "A", Value: "b"}},
                  \t\t\tResources:    {},
                  \t\t\tResizePolicy: nil,
                  \t\t\t... // 14 identical fields
                  \t\t},
                  \t},
                  \tEphemeralContainers: nil,
                  \tRestartPolicy:       "Always",
                  \t... // 29 identical fields
                  }
                """;
        assertEquals(expected, refused("", "{spec: {containers: [{name: c, env: [{name: A, value: b}]}]}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{containers: [{name: d, image: i}]} | spec.containers: Forbidden: pod updates may not add or remove"
                        + " containers",
                "{activeDeadlineSeconds: 61} | spec.activeDeadlineSeconds: Invalid value: 61: must be less than or"
                        + " equal to previous value",
                "{activeDeadlineSeconds: null} | spec.activeDeadlineSeconds: Invalid value: \"null\": must not update"
                        + " from a positive integer to nil value",
                "{tolerations: null} | spec.tolerations: Forbidden: existing toleration can not be modified except its"
                        + " tolerationSeconds",
                "{schedulingGates: [{name: a}]} | spec.schedulingGates[0].name: Forbidden: only deletion is allowed,"
                        + " but found new scheduling gate 'a'",
            })
    void refusesWhatPodsMayNotBecome(String spec, String message) {
        given("{activeDeadlineSeconds: 60, containers: [{name: c, image: i}]}");

        assertEquals(message, refused("", "{spec: " + spec + "}"));
    }

    @Test
    void allowsANegativeGracePeriodToBecomeOne() {
        given("{terminationGracePeriodSeconds: -5, containers: [{name: c, image: i}]}");

        assertTrue(refused("", "{spec: {terminationGracePeriodSeconds: 2}}").startsWith(FIXED));
        assertEquals("accepted", refused("", "{spec: {terminationGracePeriodSeconds: 1}}"));
    }

    @Test
    void allowsAGatedPodToBecomeNarrowerOnly() {
        given("{schedulingGates: [{name: a.b/c}], nodeSelector: {x: y}, containers: [{name: c, image: i}]}");

        assertEquals("accepted", refused("", "{spec: {nodeSelector: {disk: ssd}}}"));
        assertEquals(
                "spec.nodeSelector: Invalid value: map[string]string{\"disk\":\"ssd\"}: only additions to"
                        + " spec.nodeSelector are allowed (no mutations or deletions)",
                refused("", "{spec: {nodeSelector: {x: null}}}"));
        assertEquals("accepted", refused("", "{spec: {schedulingGates: null}}"));
        assertTrue(refused("", "{spec: {nodeSelector: {more: z}}}").startsWith(FIXED));
    }

    @Test
    void changesNothingButStatusThroughTheStatusSubresource() {
        given("{containers: [{name: c, image: i}]}");

        ObjectNode after = patch(
                        "status",
                        "{metadata: {ownerReferences: [{apiVersion: v1, kind: Node, name: n, uid: u}]}, spec:"
                                + " {nodeName: other}, status: {phase: Running, qosClass: null}}")
                .orThrow()
                .object()
                .copy();

        assertEquals("Running", after.at("/status/phase").asText());
        assertEquals("BestEffort", after.at("/status/qosClass").asText());
        assertEquals(
                List.of(false, false),
                List.of(
                        after.path("spec").has("nodeName"),
                        after.path("metadata").has("ownerReferences")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{qosClass: Guaranteed} | status.qosClass: Invalid value: \"Guaranteed\": field is immutable",
                "{podIPs: [{ip: nowhere}]} | status.podIPs[0]: Invalid value: \"nowhere\": must be a valid IP address,"
                        + " (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "{containerStatuses: [{name: c, state: {running: {}, terminated: null}}]} |"
                        + " status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated"
                        + " state",
            })
    void refusesAStatusThatCannotBe(String status, String message) {
        given("{restartPolicy: Never, containers: [{name: c, image: i}]}");
        assertEquals(
                "accepted",
                refused("status", "{status: {containerStatuses: [{name: c, state: {terminated: {exitCode: 1}}}]}}"));

        assertEquals(message, refused("status", "{status: " + status + "}"));
    }
}
