package dev.troupe.model.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategicMergeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                // Objects and values.
                "{'nodeName':'a','hostname':'h'}|{'nodeName':'b'}|{'nodeName':'b','hostname':'h'}",
                "{'nodeName':'a','hostname':'h'}|{'nodeName':null}|{'hostname':'h'}",
                "{'nodeSelector':{'a':'1'}}|{'nodeSelector':{'b':'2'}}|{'nodeSelector':{'a':'1','b':'2'}}",
                "{'nodeSelector':{'a':'1','b':'2'}}|{'nodeSelector':{'a':null,'c':null}}|{'nodeSelector':{'b':'2'}}",
                "{}|{'nodeSelector':{'a':null,'b':'2'}}|{'nodeSelector':{'b':'2'}}",
                "{'nodeSelector':{'a':'1'}}|{'nodeSelector':{'$patch':'replace','b':'2'}}|{'nodeSelector':{'b':'2'}}",
                "{'nodeSelector':{'a':'1'}}|{'nodeSelector':{'$patch':'delete'}}|{'nodeSelector':{}}",
                "{}|{'nodeSelector':{'$patch':'delete'}}|{}",
                "{}|{'securityContext':{'seLinuxOptions':{'$patch':'delete'},'runAsUser':1}}"
                        + "|{'securityContext':{'runAsUser':1}}",
                // Lists that are replaced whole.
                "{'containers':[{'name':'a','args':['1','2']}]}|{'containers':[{'name':'a','args':['3']}]}"
                        + "|{'containers':[{'name':'a','args':['3']}]}",
                "{'tolerations':[{'key':'a'}]}|{'tolerations':[{'key':'b'}]}|{'tolerations':[{'key':'b'}]}",
                // Lists that merge by key: what is new goes to the front, in the patch's order.
                "{'containers':[{'name':'a','image':'1'}]}|{'containers':[{'name':'a','image':'2'}]}"
                        + "|{'containers':[{'name':'a','image':'2'}]}",
                "{'containers':[{'name':'a','image':'1'}]}|{'containers':[{'name':'b','image':'2'}]}"
                        + "|{'containers':[{'name':'b','image':'2'},{'name':'a','image':'1'}]}",
                "{'containers':[{'name':'a'},{'name':'b'}]}"
                        + "|{'containers':[{'name':'c'},{'name':'a','image':'x'}]}"
                        + "|{'containers':[{'name':'c'},{'name':'a','image':'x'},{'name':'b'}]}",
                "{'containers':[{'name':'a','env':[{'name':'A','value':'1'}]}]}"
                        + "|{'containers':[{'name':'a','env':[{'name':'B','value':'2'}]}]}"
                        + "|{'containers':[{'name':'a','env':[{'name':'B','value':'2'},{'name':'A','value':'1'}]}]}",
                "{'containers':[{'name':'a','ports':[{'containerPort':80,'name':'x'}]}]}"
                        + "|{'containers':[{'name':'a','ports':[{'containerPort':80,'name':'y'}]}]}"
                        + "|{'containers':[{'name':'a','ports':[{'containerPort':80,'name':'y'}]}]}",
                "{'containers':[{'name':'a','image':'1'}]}|{'containers':[{'name':'a','image':null}]}"
                        + "|{'containers':[{'name':'a'}]}",
                "{'containers':[{'name':'a'}]}|{'containers':[]}|{'containers':[{'name':'a'}]}",
                // Elements deleted, lists replaced.
                "{'containers':[{'name':'a'},{'name':'b'}]}|{'containers':[{'name':'a','$patch':'delete'}]}"
                        + "|{'containers':[{'name':'b'}]}",
                "{'containers':[{'name':'a'}]}|{'containers':[{'name':'x','$patch':'delete'},{'name':'c'}]}"
                        + "|{'containers':[{'name':'c'},{'name':'a'}]}",
                "{'containers':[{'name':'a'},{'name':'a'},{'name':'b'}]}"
                        + "|{'containers':[{'name':'a','$patch':'delete'}]}|{'containers':[{'name':'b'}]}",
                "{'containers':[{'name':'a'}]}|{'containers':[{'$patch':'replace'},{'name':'b'}]}"
                        + "|{'containers':[{'name':'b'}]}",
                "{'containers':[{'name':'a'}]}|{'containers':[{'name':'b'},{'$patch':'replace'}]}"
                        + "|{'containers':[{'name':'b'}]}",
                "{'containers':[{'name':'a'}]}|{'containers':[{'$patch':'replace'}]}|{'containers':[]}",
                "{'containers':[{'name':'a','image':'1'}]}"
                        + "|{'containers':[{'name':'a','$patch':'replace'},{'name':'b'}]}|{'containers':[{'name':'b'}]}",
                "{}|{'containers':[{'name':'a','$patch':'delete'},{'name':'b'}]}|{'containers':[{'name':'b'}]}",
                "{'containers':[{'name':'a'}]}|{'containers':null}|{}",
                // Volumes keep only what the patch retains.
                "{'volumes':[{'name':'v','emptyDir':{}}]}"
                        + "|{'volumes':[{'name':'v','$retainKeys':['name','hostPath'],'hostPath':{'path':'/x'}}]}"
                        + "|{'volumes':[{'name':'v','hostPath':{'path':'/x'}}]}",
                "{'volumes':[{'name':'v','emptyDir':{}}]}|{'volumes':[{'name':'v','$retainKeys':['name']}]}"
                        + "|{'volumes':[{'name':'v'}]}",
                // Order.
                "{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}"
                        + "|{'$setElementOrder/containers':[{'name':'c'},{'name':'b'},{'name':'a'}]}"
                        + "|{'containers':[{'name':'c'},{'name':'b'},{'name':'a'}]}",
                "{'containers':[{'name':'a'},{'name':'s'},{'name':'b'}]}"
                        + "|{'$setElementOrder/containers':[{'name':'b'},{'name':'n'},{'name':'a'}],"
                        + "'containers':[{'name':'n'}]}"
                        + "|{'containers':[{'name':'s'},{'name':'b'},{'name':'n'},{'name':'a'}]}",
                "{'containers':[{'name':'a'},{'name':'b'}]}"
                        + "|{'$setElementOrder/containers':[{'name':'b'}],"
                        + "'containers':[{'name':'a','$patch':'delete'}]}|{'containers':[{'name':'b'}]}",
                "{}|{'$setElementOrder/containers':[{'name':'b'}]}|{}",
                "{}|{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}],"
                        + "'containers':[{'name':'b'},{'name':'a'}]}|{'containers':[{'name':'b'},{'name':'a'}]}",
            })
    void mergesPodSpecs(String spec, String patch, String result) {
        assertEquals(
                object("{'spec':" + result + "}"),
                apply("{'spec':" + spec + "}", "{'spec':" + patch + "}").orThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'finalizers':['a','b']}|{'finalizers':['c']}|{'finalizers':['c','a','b']}",
                "{'finalizers':['a','b']}|{'finalizers':['b','a']}|{'finalizers':['b','a']}",
                "{'finalizers':['a','b','c']}|{'$deleteFromPrimitiveList/finalizers':['b']}|{'finalizers':['a','c']}",
                "{'finalizers':['a','b']}|{'$deleteFromPrimitiveList/finalizers':['b'],'finalizers':['c']}"
                        + "|{'finalizers':['c','a']}",
                "{}|{'$deleteFromPrimitiveList/finalizers':['b']}|{}",
                "{'finalizers':['a','b','c']}"
                        + "|{'$setElementOrder/finalizers':['c','a'],'$deleteFromPrimitiveList/finalizers':['b']}"
                        + "|{'finalizers':['c','a']}",
                "{'finalizers':['a','a','b']}|{'finalizers':['b','b']}|{'finalizers':['a','b']}",
                "{'ownerReferences':[{'uid':'1','name':'x'}]}|{'ownerReferences':[{'uid':'1','name':'y'}]}"
                        + "|{'ownerReferences':[{'uid':'1','name':'y'}]}",
                "{'ownerReferences':[{'uid':'1'}]}|{'ownerReferences':[{'uid':'1','$patch':'delete'}]}"
                        + "|{'ownerReferences':[]}",
                "{'labels':{'a':'1'}}|{'labels':{'a':null,'b':'2'}}|{'labels':{'b':'2'}}",
            })
    void mergesMetadata(String metadata, String patch, String result) {
        assertEquals(
                object("{'metadata':" + result + "}"),
                apply("{'metadata':" + metadata + "}", "{'metadata':" + patch + "}")
                        .orThrow());
    }

    @Test
    void mergesStrategiesOfDeploymentsAndPortsOfServices() {
        Outcome<ObjectNode> deployment = StrategicMerge.apply(
                BuiltInTypes.DEPLOYMENTS,
                object("{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}"),
                object("{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}"));
        assertEquals(object("{'spec':{'strategy':{'type':'Recreate'}}}"), deployment.orThrow());
        Outcome<ObjectNode> service = StrategicMerge.apply(
                BuiltInTypes.SERVICES,
                object("{'spec':{'ports':[{'port':80,'protocol':'TCP','name':'a'},{'port':80,'protocol':'UDP'}]}}"),
                object("{'spec':{'ports':[{'port':80,'name':'b'}]}}"));
        assertEquals(
                object("{'spec':{'ports':[{'port':80,'protocol':'TCP','name':'b'},{'port':80,'protocol':'UDP'}]}}"),
                service.orThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'spec':{'$patch':'smash'}}|400|unknown patch type: smash in map: map[$patch:smash]",
                "{'spec':{'$patch':'merge'}}|400|unknown patch type: merge in map: map[$patch:merge]",
                "{'spec':{'containers':[{'name':'a','$patch':'merge'}]}}"
                        + "|400|merging lists cannot yet be specified in the patch",
                "{'spec':{'containers':[{'name':'a','$patch':5}]}}"
                        + "|400|unknown patch type: 5 in map: map[$patch:5 name:a]",
                "{'spec':{'containers':[{'image':'x'}]}}"
                        + "|400|map: map[image:x] does not contain declared merge key: name",
                "{'spec':{'containers':[{'$patch':'delete'}]}}"
                        + "|400|map: map[$patch:delete] does not contain declared merge key: name",
                "{'spec':{'containers':['a']}}|400|list element types are not identical: [[map[name:a]] [a]]",
                "{'spec':{'containers':[null]}}|400|list element types are not identical: [[map[name:a]] [<nil>]]",
                "{'spec':{'containers':[[]]}}|422|the server rejected our request due to an error in our request",
                "{'spec':{'$retainKeys':'x'}}|400|invalid patch format of retainKeys",
                "{'spec':{'$retainKeys':['a'],'nodeName':'x'}}|400|invalid patch format of retainKeys",
                "{'spec':{'$setElementOrder/containers':'x'}}"
                        + "|400|expected a []interface {}, but received a string",
                "{'spec':{'$setElementOrder':[]}}|400|invalid patch format of setElementOrder list",
                "{'spec':{'$setElementOrderly/containers':[]}}|400|invalid patch format of setElementOrder list",
                "{'spec':{'$deleteFromPrimitiveList':[]}}|400|invalid patch format of primitive list",
                "{'spec':{'$setElementOrder/containers':[{'name':'b'}],'containers':{}}}"
                        + "|400|expected a []interface {}, but received a map[string]interface {}",
                "{'spec':{'$setElementOrder/containers':['b'],'containers':[{'name':'b'}]}}"
                        + "|400|expected a map[string]interface {}, but received a string",
            })
    void refusesWhatKubernetesRefuses(String patch, int code, String why) {
        Outcome.Failure<?> failure =
                assertInstanceOf(Outcome.Failure.class, apply("{'spec':{'containers':[{'name':'a'}]}}", patch), patch);
        assertEquals(why, failure.status().message());
        assertEquals(code, failure.status().code());
    }

    @Test
    void refusesElementsThatAreNotInTheAnnouncedOrder() {
        Outcome.Failure<?> failure = assertInstanceOf(
                Outcome.Failure.class,
                apply(
                        "{'spec':{'containers':[{'name':'a'}]}}",
                        "{'spec':{'$setElementOrder/containers':[{'name':'a'}],'containers':[{'name':'b'}]}}"));
        assertEquals(
                "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
                failure.status().message());
    }

    @Test
    void leavesThePatchAsItWas() {
        ObjectNode patch = object("{'spec':{'$setElementOrder/containers':[{'name':'b'}],'containers':[{'name':'b'}],"
                + "'nodeSelector':{'a':null,'$patch':'replace'}}}");
        ObjectNode before = patch.deepCopy();
        StrategicMerge.apply(BuiltInTypes.PODS, object("{'spec':{'nodeSelector':{'x':'y'}}}"), patch)
                .orThrow();
        assertEquals(before, patch);
    }

    /** The order that a user's apply announces is kept, and the server's own elements keep theirs. */
    @Test
    void keepsBothOrdersWhateverTheyAre() {
        long seed = 42;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            List<String> all = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f"));
            Collections.shuffle(all, new Random(random.nextLong()));
            List<String> server = List.copyOf(all.subList(0, random.nextInt(7)));
            Collections.shuffle(all, new Random(random.nextLong()));
            List<String> wanted = List.copyOf(all.subList(0, random.nextInt(7)));
            ObjectNode object = Json.object();
            object.putObject("metadata").set("finalizers", array(server));
            ObjectNode patch = Json.object();
            patch.putObject("metadata").set("finalizers", array(wanted));
            List<String> merged = new ArrayList<>();
            StrategicMerge.apply(BuiltInTypes.PODS, object, patch)
                    .orThrow()
                    .path("metadata")
                    .path("finalizers")
                    .forEach(value -> merged.add(value.asText()));
            String context = "seed " + seed + " round " + round + ": " + server + " + " + wanted + " = " + merged;
            List<String> named = new ArrayList<>(merged);
            named.retainAll(wanted);
            assertEquals(wanted, named, context);
            List<String> others = new ArrayList<>(server);
            others.removeAll(wanted);
            List<String> kept = new ArrayList<>(merged);
            kept.removeAll(wanted);
            assertEquals(others, kept, context);
        }
    }

    @Test
    void mergesLongListsInLinearTime() {
        ObjectNode object = object("{'spec':{'containers':[{'name':'a','env':[]}]}}");
        ObjectNode patch = object.deepCopy();
        ArrayNode env = (ArrayNode) object.at("/spec/containers/0/env");
        ArrayNode changes = (ArrayNode) patch.at("/spec/containers/0/env");
        for (int i = 0; i < 50_000; i++) {
            env.addObject().put("name", "E" + i);
            changes.addObject().put("name", "E" + (99_999 - i));
        }
        ObjectNode merged =
                StrategicMerge.apply(BuiltInTypes.PODS, object, patch).orThrow();
        assertEquals(100_000, merged.at("/spec/containers/0/env").size());
    }

    private static ArrayNode array(List<String> values) {
        ArrayNode array = Json.array();
        values.forEach(array::add);
        return array;
    }

    private static Outcome<ObjectNode> apply(String object, String patch) {
        return StrategicMerge.apply(BuiltInTypes.PODS, object(object), object(patch));
    }

    private static ObjectNode object(String json) {
        return Json.parseObject(json.replace('\'', '"'));
    }
}
