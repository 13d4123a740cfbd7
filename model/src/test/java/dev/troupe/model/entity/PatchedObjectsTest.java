package dev.troupe.model.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteOptions.FieldValidation;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.patch.Patches;
import dev.troupe.model.status.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatchedObjectsTest {
    private static final String DEPLOYMENT =
            "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d'},'spec':{'replicas':1}}";

    private final List<String> problems = new ArrayList<>();

    @Test
    void blamesAStrategicPatchForAWrongType() {
        Status status = check(strategic("{'spec':{'replicas':'two'}}"), FieldValidation.WARN)
                .orElseThrow();
        assertEquals(422, status.code());
        assertEquals("Invalid", status.reason());
        assertEquals(
                " \"\" is invalid: patch: Invalid value: \"map[spec:map[replicas:two]]\": unrecognized type: int32",
                status.message());
    }

    @Test
    void blamesAMergePatchInTheDecodersWords() {
        Status status = check(merge("{'spec':{'replicas':'two'}}"), FieldValidation.WARN)
                .orElseThrow();
        assertEquals(
                " \"\" is invalid: patch: Invalid value: \"{\\\"apiVersion\\\":\\\"apps/v1\\\",\\\"kind\\\":"
                        + "\\\"Deployment\\\",\\\"metadata\\\":{\\\"name\\\":\\\"d\\\"},\\\"spec\\\":"
                        + "{\\\"replicas\\\":\\\"two\\\"}}\": json: cannot unmarshal string into Go struct field"
                        + " DeploymentSpec.spec.replicas of type int32",
                status.message());
    }

    @Test
    void refusesUnknownFieldsOnlyWhereAsked() {
        Patch patch = strategic("{'spec':{'zebra':1,'aardvark':2}}");
        assertEquals(
                " \"\" is invalid: patch: Invalid value: \"map[spec:map[aardvark:2 zebra:1]]\": strict decoding error:"
                        + " unknown field \"spec.aardvark\", unknown field \"spec.zebra\"",
                check(patch, FieldValidation.STRICT).orElseThrow().message());
        problems.clear();
        assertTrue(check(patch, FieldValidation.WARN).isEmpty());
        assertEquals(List.of("unknown field \"spec.aardvark\"", "unknown field \"spec.zebra\""), problems);
    }

    @Test
    void letsNoPatchChangeTheKind() {
        String none = "no kind \"Wombat\" is registered for version \"apps/v1\" in scheme"
                + " \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"";
        assertTrue(check(merge("{'kind':'Wombat'}"), FieldValidation.WARN)
                .orElseThrow()
                .message()
                .endsWith(none));
        assertTrue(check(json("[{'op':'remove','path':'/kind'}]"), FieldValidation.WARN)
                .orElseThrow()
                .message()
                .contains("Object 'Kind' is missing in '"));
        assertTrue(check(merge("{'apiVersion':null}"), FieldValidation.WARN)
                .orElseThrow()
                .message()
                .contains("Object 'apiVersion' is missing in '"));
        ObjectNode object = object(DEPLOYMENT);
        Patch strategic = strategic("{'kind':'Wombat','apiVersion':5}");
        ObjectNode patched =
                Patches.apply(BuiltInTypes.DEPLOYMENTS, object, strategic).orThrow();
        assertTrue(PatchedObjects.check(
                        BuiltInTypes.DEPLOYMENTS, write(strategic, FieldValidation.WARN), patched, problems)
                .isEmpty());
        assertEquals(object(DEPLOYMENT), patched);
    }

    @Test
    void refusesAPatchThatLeavesNoObject() {
        assertEquals(
                422,
                ((dev.troupe.model.api.Outcome.Failure<?>) Patches.apply(
                                BuiltInTypes.DEPLOYMENTS,
                                object(DEPLOYMENT),
                                json("[{'op':'replace','path':'','value':[]}]")))
                        .status()
                        .code());
        assertTrue(check(merge("{'metadata':'x'}"), FieldValidation.WARN)
                .orElseThrow()
                .message()
                .endsWith("json: cannot unmarshal string into Go struct field Deployment.metadata of type"
                        + " v1.ObjectMeta"));
    }

    private Optional<Status> check(Patch patch, FieldValidation validation) {
        ObjectNode patched = Patches.apply(BuiltInTypes.DEPLOYMENTS, object(DEPLOYMENT), patch)
                .orThrow();
        return PatchedObjects.check(BuiltInTypes.DEPLOYMENTS, write(patch, validation), patched, problems);
    }

    private static Write.ApplyPatch write(Patch patch, FieldValidation validation) {
        return new Write.ApplyPatch("", patch, new WriteOptions(false, validation, "", List.of()));
    }

    private static Patch strategic(String json) {
        return new Patch.StrategicMergePatch(object(json));
    }

    private static Patch merge(String json) {
        return new Patch.MergePatch(object(json));
    }

    private static Patch json(String json) {
        try {
            return new Patch.JsonPatch((ArrayNode) Json.mapper().readTree(json.replace('\'', '"')));
        } catch (IOException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static ObjectNode object(String json) {
        return Json.parseObject(json.replace('\'', '"'));
    }
}
