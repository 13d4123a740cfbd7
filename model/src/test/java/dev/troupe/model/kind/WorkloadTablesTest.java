package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.resource.ResourceStrategy;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows and headings of recordings 087 and 090. */
class WorkloadTablesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T08:30:20Z");
    private static final String CREATED = "creationTimestamp: '2026-11-23T08:30:00Z'";
    private static final String TEMPLATE =
            "template: {spec: {containers: [{name: nginx, image: 'nginx:1.19'}, {name: log, image: 'busybox:1.32'}]}}";

    private static String headings(ResourceStrategy strategy) {
        return strategy.table().columns().stream()
                .map(column -> column.name() + (column.priority() == 0 ? "" : "*"))
                .toList()
                .toString();
    }

    @Test
    void describesEveryColumn() {
        for (ResourceStrategy strategy : WorkloadKinds.all()) {
            strategy.table()
                    .columns()
                    .forEach(column -> assertEquals(
                            false,
                            column.description().isEmpty(),
                            strategy.type().kind() + " " + column.name()));
        }
    }

    @Test
    void printsDeployments() {
        ObjectNode deployment =
                Manifests.yaml("{metadata: {name: kz-web, " + CREATED + "}, spec: {replicas: 3, selector:"
                        + " {matchLabels: {env: dev, app: web}}, " + TEMPLATE
                        + "}, status: {readyReplicas: 3, updatedReplicas: 2, availableReplicas: 1}}");

        ResourceStrategy strategy = new DeploymentStrategy();
        assertEquals("[Name, Ready, Up-to-date, Available, Age, Containers*, Images*, Selector*]", headings(strategy));
        assertEquals(
                List.of("kz-web", "3/3", 2, 1, "20s", "nginx,log", "nginx:1.19,busybox:1.32", "app=web,env=dev"),
                strategy.table().cells(deployment, NOW));
    }

    @Test
    void printsReplicaSets() {
        ObjectNode set = Manifests.yaml("{metadata: {name: rs1, " + CREATED + "}, spec: {replicas: 2, selector:"
                + " {matchExpressions: [{key: app, operator: In, values: [b, a]}]}, " + TEMPLATE
                + "}, status: {replicas: 1}}");

        ResourceStrategy strategy = new ReplicaSetStrategy();
        assertEquals("[Name, Desired, Current, Ready, Age, Containers*, Images*, Selector*]", headings(strategy));
        assertEquals(
                List.of("rs1", 2, 1, 0, "20s", "nginx,log", "nginx:1.19,busybox:1.32", "app in (a,b)"),
                strategy.table().cells(set, NOW));
    }

    @Test
    void printsReplicationControllers() {
        ObjectNode controller = Manifests.yaml("{metadata: {name: rc1, " + CREATED
                + "}, spec: {replicas: 1, selector: {app: rc1}, " + TEMPLATE
                + "}, status: {replicas: 1, readyReplicas: 1}}");

        ResourceStrategy strategy = new ReplicationControllerStrategy();
        assertEquals("[Name, Desired, Current, Ready, Age, Containers*, Images*, Selector*]", headings(strategy));
        assertEquals(
                List.of("rc1", 1, 1, 1, "20s", "nginx,log", "nginx:1.19,busybox:1.32", "app=rc1"),
                strategy.table().cells(controller, NOW));
    }
}
