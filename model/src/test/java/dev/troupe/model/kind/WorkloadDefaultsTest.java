package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class WorkloadDefaultsTest {

    /** Recording 028. */
    @Test
    void fillsADeploymentAsKubernetesDoes() {
        ObjectNode deployment = Manifests.deployment("replicas: 3");

        new DeploymentStrategy().applyDefaults(deployment);

        ObjectNode expected = Manifests.yaml("""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: rec}, status: {}, spec: {
                  progressDeadlineSeconds: 600, replicas: 3, revisionHistoryLimit: 10,
                  selector: {matchLabels: {app: web}},
                  strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}, type: RollingUpdate},
                  template: {
                    metadata: {creationTimestamp: null, labels: {app: web}},
                    spec: {
                      containers: [{image: 'nginx:1.19', imagePullPolicy: IfNotPresent, name: c, resources: {},
                        terminationMessagePath: /dev/termination-log, terminationMessagePolicy: File}],
                      dnsPolicy: ClusterFirst, restartPolicy: Always, schedulerName: default-scheduler,
                      securityContext: {}, terminationGracePeriodSeconds: 30}}}}
                """);
        assertEquals(expected, deployment);
    }

    @Test
    void leavesTemplatesToTheirPodsWhereOnlyPodsHaveDefaults() {
        ObjectNode deployment = Manifests.deployment("");
        ((ObjectNode) deployment.at("/spec/template/spec/containers/0"))
                .set("resources", Manifests.yaml("{limits: {cpu: '1'}}"));

        new DeploymentStrategy().applyDefaults(deployment);

        assertEquals(false, deployment.at("/spec/template/spec").has("enableServiceLinks"));
        assertEquals(
                Manifests.yaml("{limits: {cpu: '1'}}"), deployment.at("/spec/template/spec/containers/0/resources"));
    }

    @Test
    void givesNoBoundsToADeploymentThatRecreates() {
        ObjectNode deployment = Manifests.deployment("strategy: {type: Recreate}");

        new DeploymentStrategy().applyDefaults(deployment);

        assertEquals(Manifests.yaml("{type: Recreate}"), deployment.at("/spec/strategy"));
    }

    @Test
    void takesAReplicationControllersSelectorAndLabelsFromItsTemplate() {
        ObjectNode controller = Manifests.yaml("{apiVersion: v1, kind: ReplicationController, metadata: {name: rc1},"
                + " spec: {template: {metadata: {labels: {app: rc1}}, spec: {containers: [{name: c, image: i}]}}}}");

        new ReplicationControllerStrategy().applyDefaults(controller);

        assertEquals(Manifests.yaml("{app: rc1}"), controller.at("/spec/selector"));
        assertEquals(Manifests.yaml("{app: rc1}"), controller.at("/metadata/labels"));
        assertEquals(1, controller.at("/spec/replicas").asInt());
        assertEquals(Manifests.yaml("{replicas: 0}"), controller.at("/status"));
    }

    @Test
    void takesNothingFromAReplicaSetsTemplate() {
        ObjectNode set = Manifests.yaml(
                "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: rs1}, spec: {selector:"
                        + " {matchLabels: {app: rs1}}, template: {metadata: {labels: {app: rs1}}, spec: {containers: []}}}}");

        new ReplicaSetStrategy().applyDefaults(set);

        assertEquals(false, set.path("metadata").has("labels"));
        assertEquals(1, set.at("/spec/replicas").asInt());
    }
}
