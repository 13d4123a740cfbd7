package dev.troupe.model.controller.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.ControllerWorld;
import dev.troupe.model.testkit.Pods;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResourceQuotaReconcilerTest {
    private final ControllerWorld world = new ControllerWorld();
    private final Pods nodes = new Pods(world);
    private final ResourceQuotaReconciler reconciler = new ResourceQuotaReconciler(world.registry());

    @BeforeEach
    void emptyNamespace() {
        world.given("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'shop'}}");
    }

    private StoredObject quota(String hard) {
        return world.given(
                "{'apiVersion':'v1','kind':'ResourceQuota','metadata':{'name':'q','namespace':'shop'},'spec':{'hard':{"
                        + hard + "}}}");
    }

    private StoredObject pod(String name) {
        return world.given("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name
                + "','namespace':'shop'},'spec':{'containers':[{'name':'c','image':'x',"
                + "'resources':{'requests':{'cpu':'250m','memory':'64Mi'}}}]}}");
    }

    private String used(StoredObject quota, String name) {
        return Json.text(world.now(quota).tree(), "status", "used", name);
    }

    @Test
    void countsWhatIsUsed() {
        StoredObject quota = quota("'pods':'10','requests.cpu':'4','memory':'1Gi','count/configmaps':'5'");
        pod("a");
        pod("b");
        world.given("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m','namespace':'shop'}}");
        world.given("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m','namespace':'default'}}");
        world.settle(reconciler);
        assertEquals("2", used(quota, "pods"));
        assertEquals("500m", used(quota, "requests.cpu"));
        assertEquals("128Mi", used(quota, "memory"));
        assertEquals("1", used(quota, "count/configmaps"));
        assertEquals("10", Json.text(world.now(quota).tree(), "status", "hard", "pods"));
    }

    @Test
    void followsChangesOfItsSpec() {
        StoredObject quota = quota("'pods':'10'");
        world.settle(reconciler);
        world.change(
                quota,
                changed -> Json.objectAt(changed, "spec").putObject("hard").put("configmaps", "1"));
        world.settle(reconciler);
        assertEquals("", used(quota, "pods"));
        assertEquals("0", used(quota, "configmaps"));
    }

    @Test
    void aPodThatShouldBeGoneStopsToCount() {
        StoredObject quota = quota("'pods':'10'");
        StoredObject pod = nodes.schedule(pod("a"), "n1");
        world.delete(pod, DeleteOptions.defaults());
        world.settle(reconciler);
        assertEquals("1", used(quota, "pods"));
        world.clock().advance(world.plan(reconciler, quota.key()).again().orElseThrow());
        world.settle(reconciler);
        assertEquals("0", used(quota, "pods"));
        assertEquals(Optional.empty(), world.plan(reconciler, quota.key()).again());
    }

    @Test
    void onlyChangesThatCountConcernAQuota() {
        StoredObject quota = quota("'pods':'10'");
        StoredObject before = pod("a");
        StoredObject running = nodes.run(before, true);
        assertEquals(
                Set.of(quota.key()),
                Set.copyOf(reconciler.affectedBy(
                        new ObservedChange(Optional.empty(), Optional.of(before)), world.view())));
        assertEquals(
                Set.of(),
                Set.copyOf(reconciler.affectedBy(
                        new ObservedChange(Optional.of(before), Optional.of(running)), world.view())));
        StoredObject ended = nodes.end(running, "Succeeded");
        assertEquals(
                Set.of(quota.key()),
                Set.copyOf(reconciler.affectedBy(
                        new ObservedChange(Optional.of(running), Optional.of(ended)), world.view())));
        StoredObject map =
                world.given("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m','namespace':'shop'}}");
        assertEquals(
                Set.of(),
                Set.copyOf(
                        reconciler.affectedBy(new ObservedChange(Optional.empty(), Optional.of(map)), world.view())));
    }
}
