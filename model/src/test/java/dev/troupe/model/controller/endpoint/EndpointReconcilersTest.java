package dev.troupe.model.controller.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.object.PodView;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.testkit.ControllerWorld;
import dev.troupe.model.testkit.Pods;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointReconcilersTest {
    private final ControllerWorld world = new ControllerWorld();
    private final Pods nodes = new Pods(world);
    private final EndpointSliceReconciler slices = new EndpointSliceReconciler();
    private final EndpointsReconciler endpoints = new EndpointsReconciler();
    private int addresses;

    private StoredObject service(String more) {
        world.given(
                "{'apiVersion':'v1','kind':'Node','metadata':{'name':'n1','labels':{'topology.kubernetes.io/zone':'z1'}}}");
        return world.given("""
                {'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'shop','labels':{'team':'a'}},
                 'spec':{'clusterIP':'10.96.0.9','clusterIPs':['10.96.0.9'],'ipFamilies':['IPv4'],
                  'selector':{'app':'web'},'ports':[{'name':'http','port':80,'targetPort':'web'}]%s}}""".formatted(more));
    }

    /** A pod with an address, on a node. */
    private StoredObject pod(String name, boolean ready) {
        StoredObject pod = world.given("""
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'shop','labels':{'app':'web'}},
                 'spec':{'containers':[{'name':'c','image':'x','ports':[{'name':'web','containerPort':8080}]}]}}""".formatted(name));
        nodes.schedule(pod, "n1");
        return address(nodes.run(pod, ready), "10.244." + ++addresses / 200 + "." + (1 + addresses % 200));
    }

    private StoredObject address(StoredObject pod, String ip) {
        return world.changeStatus(pod, changed -> {
            ObjectNode status = Json.objectAt(changed, "status");
            status.put("podIP", ip);
            status.putArray("podIPs").addObject().put("ip", ip);
        });
    }

    private List<StoredObject> all() {
        return world.all(BuiltInTypes.ENDPOINT_SLICES);
    }

    private JsonNode endpoint(int index) {
        return all().get(0).tree().path("endpoints").path(index);
    }

    private JsonNode subsets() {
        return world.all(BuiltInTypes.ENDPOINTS).get(0).tree().path("subsets");
    }

    @Test
    void describesAPodFully() {
        StoredObject web = service("");
        StoredObject pod = pod("a", true);
        world.settle(slices, endpoints);
        StoredObject slice = all().get(0);
        assertEquals("web-", Json.text(slice.tree(), "metadata", "generateName"));
        assertEquals(web.meta().uid(), slice.meta().controller().orElseThrow().uid());
        assertEquals(
                java.util.Map.of(
                        "team", "a",
                        "kubernetes.io/service-name", "web",
                        "endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io"),
                slice.meta().labels());
        assertEquals("IPv4", Json.text(slice.tree(), "addressType"));
        assertEquals(Json.parseObject("""
                        {"addresses":["10.244.0.2"],"conditions":{"ready":true,"serving":true,"terminating":false},
                         "targetRef":{"kind":"Pod","namespace":"shop","name":"a","uid":"%s"},
                         "nodeName":"n1","zone":"z1"}""".formatted(pod.meta().uid())), endpoint(0));
        assertEquals(
                "[{\"name\":\"http\",\"port\":8080,\"protocol\":\"TCP\"}]",
                slice.tree().path("ports").toString());
        assertEquals(
                Json.parseObject("""
                        {"addresses":[{"ip":"10.244.0.2","nodeName":"n1",
                           "targetRef":{"kind":"Pod","namespace":"shop","name":"a","uid":"%s"}}],
                         "ports":[{"name":"http","port":8080,"protocol":"TCP"}]}""".formatted(pod.meta().uid())), subsets().path(0));
        assertEquals(
                "endpoint-controller",
                world.all(BuiltInTypes.ENDPOINTS).get(0).meta().labels().get("endpoints.kubernetes.io/managed-by"));
    }

    @Test
    void tellsReadyServingAndTerminatingApart() {
        service("");
        pod("a", true);
        pod("b", false);
        world.delete(pod("c", true), DeleteOptions.defaults());
        nodes.end(pod("d", true), "Succeeded");
        world.settle(slices, endpoints);
        List<String> conditions = new ArrayList<>();
        all().get(0)
                .tree()
                .path("endpoints")
                .forEach(endpoint -> conditions.add(endpoint.path("conditions").toString()));
        assertEquals(
                List.of(
                        "{\"ready\":true,\"serving\":true,\"terminating\":false}",
                        "{\"ready\":false,\"serving\":false,\"terminating\":false}",
                        "{\"ready\":false,\"serving\":true,\"terminating\":true}"),
                conditions);
        assertEquals(1, subsets().path(0).path("addresses").size());
        assertEquals(1, subsets().path(0).path("notReadyAddresses").size());
    }

    @Test
    void publishesNotReadyAddressesWhereTheServiceSaysSo() {
        service(",'publishNotReadyAddresses':true");
        pod("a", false);
        world.delete(pod("b", true), DeleteOptions.defaults());
        world.settle(slices, endpoints);
        assertTrue(endpoint(0).path("conditions").path("ready").asBoolean());
        assertTrue(endpoint(1).path("conditions").path("ready").asBoolean());
        assertEquals(2, subsets().path(0).path("addresses").size());
    }

    @Test
    void resolvesANamedPortForEachPod() {
        service("");
        pod("a", true);
        StoredObject other = world.given("""
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'b','namespace':'shop','labels':{'app':'web'}},
                 'spec':{'containers':[{'name':'c','image':'x','ports':[{'name':'web','containerPort':9090}]}]}}""");
        nodes.schedule(other, "n1");
        address(nodes.run(other, true), "10.244.0.99");
        world.settle(slices, endpoints);
        assertEquals(2, all().size(), "one slice for each set of ports");
        assertEquals(2, subsets().size());
        assertEquals(9090, subsets().path(1).path("ports").path(0).path("port").asInt());
    }

    @Test
    void keepsAnEmptySliceWhereThereIsNoEndpoint() {
        service("");
        world.settle(slices, endpoints);
        assertEquals(1, all().size());
        assertTrue(all().get(0).tree().path("endpoints").isNull());
        assertTrue(subsets().isMissingNode());
        String name = all().get(0).meta().name();
        StoredObject pod = pod("a", true);
        world.settle(slices);
        assertEquals(
                List.of(name), all().stream().map(slice -> slice.meta().name()).toList(), "the empty slice was filled");
        nodes.remove(pod);
        world.settle(slices);
        assertEquals(1, all().size());
    }

    @Test
    void namesHostsOfAHeadlessService() {
        world.given("{'apiVersion':'v1','kind':'Node','metadata':{'name':'n1'}}");
        world.given("""
                {'apiVersion':'v1','kind':'Service','metadata':{'name':'db','namespace':'shop'},
                 'spec':{'clusterIP':'None','clusterIPs':['None'],'selector':{'app':'web'}}}""");
        StoredObject pod = world.given("""
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'db-0','namespace':'shop','labels':{'app':'web'}},
                 'spec':{'hostname':'db-0','subdomain':'db','containers':[{'name':'c','image':'x'}]}}""");
        nodes.schedule(pod, "n1");
        address(nodes.run(pod, true), "10.244.0.7");
        world.settle(slices, endpoints);
        assertEquals("db-0", Json.text(endpoint(0), "hostname"));
        assertEquals("", all().get(0).meta().labels().get("service.kubernetes.io/headless"));
        assertEquals("db-0", Json.text(subsets().path(0).path("addresses").path(0), "hostname"));
        assertTrue(subsets().path(0).path("ports").isMissingNode());
    }

    @Test
    void packsAtMostAHundredInASlice() {
        service("");
        for (int i = 0; i < 230; i++) {
            pod("p%03d".formatted(i), true);
        }
        world.settle(slices, endpoints);
        assertEquals(
                List.of(100, 100, 30),
                all().stream()
                        .map(slice -> slice.tree().path("endpoints").size())
                        .toList());
        assertEquals(230, subsets().path(0).path("addresses").size());
    }

    @Test
    void saysWhenAnEndpointsIsOverCapacity() {
        Subsets subsets = new Subsets();
        for (int i = 0; i < Subsets.MOST_ADDRESSES + 100; i++) {
            subsets.add(
                    Json.object().put("ip", "10.0." + i / 250 + "." + i % 250),
                    i >= 200,
                    List.of(Json.object().put("port", i % 2)));
        }
        assertTrue(subsets.truncate());
        int ready = 0;
        int notReady = 0;
        for (JsonNode subset : subsets.toJson()) {
            ready += subset.path("addresses").size();
            notReady += subset.path("notReadyAddresses").size();
        }
        assertEquals(Subsets.MOST_ADDRESSES, ready + notReady);
        assertEquals(900, ready, "the ready ones stay");
    }

    @Test
    void leavesServicesWithoutASelectorAlone() {
        StoredObject web = world.given("""
                {'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'shop'},
                 'spec':{'clusterIP':'10.96.0.9','clusterIPs':['10.96.0.9'],'ports':[{'port':80}]}}""");
        StoredObject own = world.given("""
                {'apiVersion':'v1','kind':'Endpoints','metadata':{'name':'web','namespace':'shop'},
                 'subsets':[{'addresses':[{'ip':'1.2.3.4'}],'ports':[{'port':80}]}]}""");
        world.settle(slices, endpoints);
        assertEquals(List.of(), all());
        assertEquals(own.resourceVersion(), world.now(own).resourceVersion());
        assertEquals(
                Set.of(),
                Set.copyOf(endpoints.affectedBy(new ObservedChange(Optional.empty(), Optional.of(own)), world.view())));
        world.delete(web, DeleteOptions.defaults());
        world.reconcile(endpoints, web.key());
        assertEquals(List.of(), world.all(BuiltInTypes.ENDPOINTS), "they go with their Service");
    }

    @Test
    void mirrorsTheEndpointsThatAUserKeeps() {
        EndpointSliceMirroringReconciler mirroring = new EndpointSliceMirroringReconciler();
        StoredObject web = world.given("""
                {'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'shop'},
                 'spec':{'clusterIP':'10.96.0.9','clusterIPs':['10.96.0.9'],'ports':[{'port':80}]}}""");
        StoredObject own = world.given("""
                {'apiVersion':'v1','kind':'Endpoints','metadata':{'name':'web','namespace':'shop','labels':{'a':'b'}},
                 'subsets':[{'addresses':[{'ip':'1.2.3.4','nodeName':'n'}],
                   'notReadyAddresses':[{'ip':'1.2.3.5'},{'ip':'fd00::1'}],'ports':[{'port':8080}]}]}""");
        world.settle(mirroring);
        assertEquals(2, all().size(), "one slice a family");
        StoredObject slice = all().stream()
                .filter(each -> Json.text(each.tree(), "addressType").equals("IPv4"))
                .findFirst()
                .orElseThrow();
        assertEquals(
                "endpointslicemirroring-controller.k8s.io",
                slice.meta().labels().get("endpointslice.kubernetes.io/managed-by"));
        assertEquals("web", slice.meta().labels().get("kubernetes.io/service-name"));
        assertEquals("b", slice.meta().labels().get("a"));
        assertEquals(own.meta().uid(), slice.meta().controller().orElseThrow().uid());
        assertEquals(
                "[{\"addresses\":[\"1.2.3.4\"],\"conditions\":{\"ready\":true},\"nodeName\":\"n\"},"
                        + "{\"addresses\":[\"1.2.3.5\"],\"conditions\":{\"ready\":false}}]",
                slice.tree().path("endpoints").toString());
        assertEquals(8080, slice.tree().path("ports").path(0).path("port").asInt());

        world.change(
                own,
                changed -> Json.objectAt(changed, "metadata", "labels")
                        .put("endpointslice.kubernetes.io/skip-mirror", "true"));
        world.settle(mirroring);
        assertEquals(List.of(), all());
        world.change(
                own,
                changed ->
                        Json.objectAt(changed, "metadata", "labels").remove("endpointslice.kubernetes.io/skip-mirror"));
        world.settle(mirroring);
        assertEquals(2, all().size());
        world.change(
                web,
                changed -> Json.objectAt(changed, "spec").putObject("selector").put("app", "web"));
        world.settle(mirroring);
        assertEquals(List.of(), all(), "a selector leaves them to another controller");
    }

    @Test
    void aPodsChangeConcernsItsServicesOnlyIfAnEndpointWouldShowIt() {
        StoredObject web = service("");
        StoredObject before = pod("a", true);
        StoredObject after = world.change(
                before,
                changed -> Json.objectAt(changed, "metadata", "annotations").put("note", "x"));
        for (var reconciler : List.of(slices, endpoints)) {
            assertTrue(reconciler
                    .affectedBy(new ObservedChange(Optional.of(before), Optional.of(after)), world.view())
                    .isEmpty());
            StoredObject unready = nodes.run(after, false);
            assertEquals(
                    Set.of(web.key()),
                    Set.copyOf(reconciler.affectedBy(
                            new ObservedChange(Optional.of(after), Optional.of(unready)), world.view())));
            after = nodes.run(after, true);
            StoredObject relabelled = world.change(
                    after,
                    changed -> Json.objectAt(changed, "metadata", "labels").put("app", "x"));
            assertEquals(
                    Set.of(web.key()),
                    Set.copyOf(reconciler.affectedBy(
                            new ObservedChange(Optional.of(after), Optional.of(relabelled)), world.view())));
            after = world.change(
                    relabelled,
                    changed -> Json.objectAt(changed, "metadata", "labels").put("app", "web"));
            before = after;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void showsEveryPodOnceAndTouchesFewSlices(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        service("");
        for (int i = 0; i < 150; i++) {
            pod("p" + i, true);
        }
        world.settle(slices);
        for (int step = 0; step < 30; step++) {
            List<StoredObject> pods = world.all(BuiltInTypes.PODS);
            StoredObject one = pods.get(random.nextInt(pods.size()));
            switch (random.nextInt(4)) {
                case 0 -> pod("q" + step, random.nextBoolean());
                case 1 -> nodes.remove(one);
                case 2 -> nodes.run(one, !new PodView(one).isReady());
                default -> {
                    for (int i = 0; i < 20; i++) {
                        pod("r" + step + "-" + i, true);
                    }
                }
            }
            List<PlanStep> steps = world.plan(
                            slices, world.all(BuiltInTypes.SERVICES).get(0).key())
                    .steps();
            assertTrue(steps.size() <= 2, "seed " + seed + ": one change, so many writes: " + steps.size());
            world.settle(slices);
            Set<String> shown = new TreeSet<>();
            int count = 0;
            for (StoredObject slice : all()) {
                assertTrue(slice.tree().path("endpoints").size() <= 100);
                for (JsonNode endpoint : slice.tree().path("endpoints")) {
                    shown.add(Json.text(endpoint, "targetRef", "name"));
                    count++;
                }
            }
            Set<String> wanted = new TreeSet<>();
            world.all(BuiltInTypes.PODS).forEach(pod -> wanted.add(pod.meta().name()));
            assertEquals(wanted, shown, "seed " + seed + " step " + step);
            assertEquals(wanted.size(), count, "seed " + seed + ": none twice");
        }
    }
}
