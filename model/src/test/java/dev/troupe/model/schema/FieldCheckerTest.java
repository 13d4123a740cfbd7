package dev.troupe.model.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.codec.BodyDecoders;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ResourceType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldCheckerTest {
    private static final ResourceType DEPLOYMENT = BuiltInTypes.DEPLOYMENTS;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'spec':{'replicas':'3'}}|string into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{'spec':{'replicas':3.5}}|number 3.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{'spec':{'replicas':1.0}}|number 1.0 into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{'spec':{'replicas':1e400}}"
                        + "|number 1e400 into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{'spec':{'replicas':-1e99999999999}}"
                        + "|number -1e999999999 into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{'spec':{'replicas':2147483648}}"
                        + "|number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{'spec':{'paused':'yes'}}|string into Go struct field DeploymentSpec.spec.paused of type bool",
                "{'spec':[]}|array into Go struct field Deployment.spec of type v1.DeploymentSpec",
                "{'metadata':{'name':5}}|number into Go struct field ObjectMeta.metadata.name of type string",
                "{'metadata':{'labels':{'a':true}}}"
                        + "|bool into Go struct field ObjectMeta.metadata.labels of type string",
                "{'metadata':{'labels':'x'}}"
                        + "|string into Go struct field ObjectMeta.metadata.labels of type map[string]string",
                "{'spec':{'template':{'spec':{'containers':{}}}}}"
                        + "|object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container",
                "{'spec':{'template':{'spec':{'containers':['c']}}}}"
                        + "|string into Go struct field PodSpec.spec.template.spec.containers of type v1.Container",
                "{'spec':{'template':{'spec':{'containers':[{'ports':[{'containerPort':'80'}]}]}}}}"
                        + "|string into Go struct field"
                        + " ContainerPort.spec.template.spec.containers.ports.containerPort of type int32",
                "{'spec':{'template':{'spec':{'containers':[{'resources':{'limits':[]}}]}}}}"
                        + "|array into Go struct field"
                        + " ResourceRequirements.spec.template.spec.containers.resources.limits of type"
                        + " v1.ResourceList",
                "{'spec':{'strategy':{'rollingUpdate':{'maxSurge':1.5}}}}"
                        + "|number 1.5 into Go struct field"
                        + " RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32",
                "{'spec':{'strategy':{'rollingUpdate':{'maxSurge':true}}}}"
                        + "|bool into Go struct field"
                        + " RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32",
                "{'metadata':{'creationTimestamp':5}}"
                        + "|number into Go struct field ObjectMeta.metadata.creationTimestamp of type string",
                // The first wrong type is told, in the order of the document.
                "{'spec':{'paused':5,'replicas':'x'}}"
                        + "|number into Go struct field DeploymentSpec.spec.paused of type bool",
            })
    void refusesWrongTypesInGosWords(String json, String why) {
        assertRefused(DEPLOYMENT, json, "json: cannot unmarshal " + why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "2026|cannot parse '' as '-'",
                "yesterday|cannot parse 'yesterday' as '2006'",
                "2026-1-01T00:00:00Z|cannot parse '1-01T00:00:00Z' as '01'",
                "2026-01-01 00:00:00Z|cannot parse ' 00:00:00Z' as 'T'",
                "2026-01-01T00:00Z|cannot parse 'Z' as ':'",
                "2026-01-01T00:00:00|cannot parse '' as 'Z07:00'",
                "2026-01-01T00:00:00+0100|cannot parse '+0100' as 'Z07:00'",
            })
    void refusesTimesThatGoCannotParse(String time, String why) {
        assertRefused(
                DEPLOYMENT,
                "{'metadata':{'creationTimestamp':'" + time + "'}}",
                ("parsing time '" + time + "' as '2006-01-02T15:04:05Z07:00': " + why).replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-13-01T00:00:00Z|: month out of range",
                "2026-02-30T00:00:00Z|: day out of range",
                "2026-01-01T24:00:00Z|: hour out of range",
                "2026-01-01T00:00:60Z|: second out of range",
                "2026-01-01T00:00:00Zulu|: extra text: 'ulu'",
            })
    void refusesTimesThatAreNone(String time, String why) {
        assertRefused(
                DEPLOYMENT,
                "{'metadata':{'creationTimestamp':'" + time + "'}}",
                ("parsing time '" + time + "'" + why).replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource({"not base64!,3", "YQ,0", "YQ=,3", "YWJjZA==x,8", "=,0", "YWJj*,4", "YWJjZ,4"})
    void refusesBase64WhereGoWould(String text, int at) {
        assertRefused(BuiltInTypes.SECRETS, "{'data':{'k':'" + text + "'}}", "illegal base64 data at input byte " + at);
    }

    @Test
    void stopsAtWhatATypeCannotReadItself() {
        assertRefused(
                BuiltInTypes.PODS,
                "{'spec':{'hostNetwork':'no','containers':[{'resources':{'limits':{'cpu':'lots'}}}]}}",
                "quantities must match the regular expression" + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }

    @Test
    void reportsUnknownFieldsInTheOrderOfTheDocument() {
        ObjectNode pod = object("{'kinds':1,'metadata':{'name':'x','lables':{}},'spec':{'contaners':[],'containers':"
                + "[{'name':'c'},{'imagee':'y','env':[{'name':'a','valeu':'b'}]}],'volumes':"
                + "[{'name':'v','emptyDir':{'size':1}}]}}");
        assertEquals(
                List.of(
                        "unknown field \"kinds\"",
                        "unknown field \"metadata.lables\"",
                        "unknown field \"spec.contaners\"",
                        "unknown field \"spec.containers[1].imagee\"",
                        "unknown field \"spec.containers[1].env[0].valeu\"",
                        "unknown field \"spec.volumes[0].emptyDir.size\""),
                FieldChecker.check(BuiltInTypes.PODS, pod).orThrow());
        assertEquals(
                object("{'metadata':{'name':'x'},'spec':{'containers':[{'name':'c'},{'env':[{'name':'a'}]}],"
                        + "'volumes':[{'name':'v','emptyDir':{}}]}}"),
                pod);
    }

    @Test
    void reportsAHundredUnknownFieldsAtMost() {
        ObjectNode pod = Json.object();
        IntStream.range(0, 500).forEach(i -> pod.put("field" + i, i));
        assertEquals(100, FieldChecker.check(BuiltInTypes.PODS, pod).orThrow().size());
        assertEquals(Json.object(), pod);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'metadata':{'labels':{},'annotations':null,'finalizers':[],'name':''}}|{'metadata':{}}",
                "{'spec':{'replicas':0,'paused':false,'minReadySeconds':0}}|{'spec':{'replicas':0}}",
                "{'spec':{'strategy':{},'template':{'spec':{'hostNetwork':false,'automountServiceAccountToken':false,"
                        + "'securityContext':{},'nodeSelector':{},'runtimeClassName':''}}}}"
                        + "|{'spec':{'strategy':{},'template':{'spec':{'automountServiceAccountToken':false,"
                        + "'securityContext':{},'runtimeClassName':''}}}}",
                "{'metadata':{'labels':{'a':null,'b':''},'finalizers':[null,'f']}}"
                        + "|{'metadata':{'labels':{'a':'','b':''},'finalizers':['','f']}}",
                "{'spec':{'template':{'spec':{'containers':[null,{'image':''}]}}}}"
                        + "|{'spec':{'template':{'spec':{'containers':[{},{}]}}}}",
                "{'metadata':{'creationTimestamp':'2026-01-01T01:00:00.5+01:00'}}"
                        + "|{'metadata':{'creationTimestamp':'2026-01-01T00:00:00Z'}}",
                "{'status':{'replicas':0,'conditions':[]}}|{'status':{}}",
            })
    void keepsWhatGoWouldWriteAgain(String json, String kept) {
        ObjectNode object = object(json);
        assertEquals(List.of(), FieldChecker.check(DEPLOYMENT, object).orThrow());
        assertEquals(object(kept), object);
        assertEquals(List.of(), FieldChecker.check(DEPLOYMENT, object).orThrow());
        assertEquals(object(kept), object, "a second time changes nothing");
    }

    @Test
    void makesValuesCanonical() {
        ObjectNode pod = object("{'spec':{'containers':[{'resources':{'limits':{'cpu':1,'memory':'1024Mi','x':null},"
                + "'requests':{'cpu':'1000m','memory':0.5}}}]}}");
        FieldChecker.check(BuiltInTypes.PODS, pod).orThrow();
        assertEquals(
                object("{'spec':{'containers':[{'resources':{'limits':{'cpu':'1','memory':'1Gi','x':'0'},"
                        + "'requests':{'cpu':'1','memory':'500m'}}}]}}"),
                pod);
        ObjectNode secret = object("{'data':{'a':'YW\\nJj','b':null}}");
        FieldChecker.check(BuiltInTypes.SECRETS, secret).orThrow();
        assertEquals(object("{'data':{'a':'YWJj','b':''}}"), secret);
        ObjectNode lease = object("{'spec':{'renewTime':'2026-01-01T00:00:00.1Z','holderIdentity':''}}");
        FieldChecker.check(BuiltInTypes.LEASES, lease).orThrow();
        assertEquals(object("{'spec':{'renewTime':'2026-01-01T00:00:00.100000Z','holderIdentity':''}}"), lease);
    }

    @Test
    void reportsFaultsOfYamlInTheOrderOfItsSortedKeys() {
        String yaml = "spec:\n  zebra: 1\n  aardvark: 2\nkind: Deployment\n";
        ObjectNode object = BodyDecoders.all()
                .decode(DEPLOYMENT, "application/yaml", yaml.getBytes(StandardCharsets.UTF_8))
                .orThrow()
                .object();
        assertEquals(
                List.of("unknown field \"spec.aardvark\"", "unknown field \"spec.zebra\""),
                FieldChecker.check(DEPLOYMENT, object).orThrow());
    }

    private static void assertRefused(ResourceType type, String json, String why) {
        Outcome.Failure<?> failure =
                assertInstanceOf(Outcome.Failure.class, FieldChecker.check(type, object(json)), json);
        assertEquals(400, failure.status().code());
        assertEquals(
                type.kind() + " in version \"v1\" cannot be handled as a " + type.kind() + ": " + why,
                failure.status().message());
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) assertInstanceOf(
                        Outcome.Success.class,
                        dev.troupe.model.codec.JsonBodyDecoder.read(
                                json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), new java.util.ArrayList<>()))
                .value();
    }
}
