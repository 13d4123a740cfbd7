package dev.troupe.model.controller.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.object.Conditions;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.ControllerWorld;
import dev.troupe.model.testkit.Pods;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NamespaceReconcilersTest {
    private final ControllerWorld world = new ControllerWorld();
    private final Pods nodes = new Pods(world);
    private final NamespaceReconciler namespaces = new NamespaceReconciler(world.registry());

    private StoredObject namespace(String name) {
        return world.given("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'" + name + "'}}");
    }

    private StoredObject configMap(String namespace, String name, String finalizers) {
        return world.given("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'" + name + "','namespace':'"
                + namespace + "','finalizers':[" + finalizers + "]}}");
    }

    private StoredObject pod(String namespace, String name) {
        StoredObject pod = world.given("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name + "','namespace':'"
                + namespace + "'},'spec':{'containers':[{'name':'c','image':'x'}]}}");
        return nodes.schedule(pod, "n1");
    }

    private JsonNode condition(StoredObject namespace, String type) {
        return Conditions.find(world.now(namespace).tree().path("status"), type).orElseThrow();
    }

    @Test
    void letsAnEmptyNamespaceGoAfterAskingTheStore() {
        StoredObject shop = namespace("shop");
        world.delete(shop, DeleteOptions.defaults());
        List<PlanStep> steps = world.plan(namespaces, shop.key()).steps();
        assertTrue(steps.contains(new PlanStep.RequireNone(BuiltInTypes.PODS, "shop")));
        assertTrue(steps.get(steps.size() - 1) instanceof PlanStep.Update update
                && update.subresource().equals("finalize"));
        world.settle(namespaces, shop.key());
        assertEquals(Optional.empty(), world.view().get(shop.key()));
    }

    @Test
    void leavesActiveNamespacesAlone() {
        StoredObject shop = namespace("shop");
        StoredObject map = configMap("shop", "m", "");
        assertTrue(world.plan(namespaces, shop.key()).isEmpty());
        assertEquals(
                Set.of(),
                Set.copyOf(
                        namespaces.affectedBy(new ObservedChange(Optional.empty(), Optional.of(map)), world.view())));
    }

    @Test
    void deletesPodsFirstAndTheRestOnceTheyAreGone() {
        StoredObject shop = namespace("shop");
        configMap("shop", "m", "");
        StoredObject elsewhere = configMap("other", "m", "");
        StoredObject pod = pod("shop", "p");
        world.delete(shop, DeleteOptions.defaults());
        world.settle(namespaces, shop.key());
        assertTrue(world.now(pod).meta().isDeleting());
        assertEquals(2, world.all(BuiltInTypes.CONFIG_MAPS).size(), "what protects a pod outlives it");
        assertEquals("True", Json.text(condition(shop, "NamespaceContentRemaining"), "status"));
        assertEquals(
                "Some resources are remaining: pods. has 1 resource instances",
                Json.text(condition(shop, "NamespaceContentRemaining"), "message"));
        assertEquals(
                "All content successfully deleted, may be waiting on finalization",
                Json.text(condition(shop, "NamespaceDeletionContentFailure"), "message"));
        nodes.remove(pod);
        assertEquals(
                Set.of(shop.key()),
                Set.copyOf(
                        namespaces.affectedBy(new ObservedChange(Optional.of(pod), Optional.empty()), world.view())));
        world.settle(namespaces, shop.key());
        assertEquals(Optional.empty(), world.view().get(shop.key()));
        assertEquals(
                List.of(elsewhere.key()),
                world.all(BuiltInTypes.CONFIG_MAPS).stream()
                        .map(StoredObject::key)
                        .toList());
    }

    @Test
    void saysWhichFinalizersItWaitsFor() {
        StoredObject shop = namespace("shop");
        StoredObject held = configMap("shop", "a", "'example.com/f'");
        configMap("shop", "b", "'example.com/f','example.com/g'");
        world.delete(shop, DeleteOptions.defaults());
        world.settle(namespaces, shop.key());
        assertEquals(
                "Some content in the namespace has finalizers remaining: example.com/f in 2 resource instances,"
                        + " example.com/g in 1 resource instances",
                Json.text(condition(shop, "NamespaceFinalizersRemaining"), "message"));
        assertEquals("Terminating", world.text(shop, "status", "phase"));
        for (StoredObject map :
                List.of(held, world.all(BuiltInTypes.CONFIG_MAPS).get(1))) {
            world.change(map, changed -> Json.objectAt(changed, "metadata").remove("finalizers"));
        }
        world.settle(namespaces, shop.key());
        assertEquals(Optional.empty(), world.view().get(shop.key()));
    }

    @Test
    void givesEachNamespaceItsAccountAndTheRootCertificate() {
        StoredObject shop = namespace("shop");
        StoredObject ending = namespace("ending");
        configMap("ending", "m", "'example.com/f'");
        world.delete(ending, DeleteOptions.defaults());
        ServiceAccountReconciler accounts = new ServiceAccountReconciler();
        RootCertificateReconciler certificates = new RootCertificateReconciler("PEM");
        world.settle(accounts, certificates);
        assertEquals(
                Set.of("shop/default"),
                world.all(BuiltInTypes.SERVICE_ACCOUNTS).stream()
                        .map(account -> account.name().toString())
                        .collect(Collectors.toSet()));
        StoredObject map = world.view()
                .get(BuiltInTypes.CONFIG_MAPS.key("shop", "kube-root-ca.crt"))
                .orElseThrow();
        assertEquals("PEM", map.tree().path("data").path("ca.crt").asText());

        world.change(map, changed -> changed.putObject("data").put("ca.crt", "forged"));
        StoredObject account = world.all(BuiltInTypes.SERVICE_ACCOUNTS).get(0);
        world.delete(account, DeleteOptions.defaults());
        assertEquals(
                Set.of(shop.key()),
                Set.copyOf(
                        accounts.affectedBy(new ObservedChange(Optional.of(account), Optional.empty()), world.view())));
        world.settle(accounts, certificates);
        assertEquals("PEM", world.now(map).tree().path("data").path("ca.crt").asText());
        assertEquals(1, world.all(BuiltInTypes.SERVICE_ACCOUNTS).size());
    }
}
