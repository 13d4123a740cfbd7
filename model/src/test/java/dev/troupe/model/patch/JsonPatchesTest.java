package dev.troupe.model.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPatchesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                // Members and elements, as RFC 6902's appendix goes through them.
                "{'a':1}|[{'op':'add','path':'/b','value':2}]|{'a':1,'b':2}",
                "{'a':1}|[{'op':'add','path':'/a','value':2}]|{'a':2}",
                "{'a':[1,3]}|[{'op':'add','path':'/a/1','value':2}]|{'a':[1,2,3]}",
                "{'a':[1]}|[{'op':'add','path':'/a/1','value':2}]|{'a':[1,2]}",
                "{'a':[1]}|[{'op':'add','path':'/a/-','value':[2,3]}]|{'a':[1,[2,3]]}",
                "{'a':1,'b':2}|[{'op':'remove','path':'/b'}]|{'a':1}",
                "{'a':[1,2,3]}|[{'op':'remove','path':'/a/1'}]|{'a':[1,3]}",
                "{'a':1}|[{'op':'replace','path':'/a','value':{'b':null}}]|{'a':{'b':null}}",
                "{'a':[1,2]}|[{'op':'replace','path':'/a/0','value':9}]|{'a':[9,2]}",
                "{'a':{'b':1},'c':{}}|[{'op':'move','from':'/a/b','path':'/c/d'}]|{'a':{},'c':{'d':1}}",
                "{'a':[1,2,3]}|[{'op':'move','from':'/a/0','path':'/a/2'}]|{'a':[2,3,1]}",
                "{'a':{'b':1}}|[{'op':'copy','from':'/a','path':'/c'}]|{'a':{'b':1},'c':{'b':1}}",
                "{'a':1}|[{'op':'test','path':'/a','value':1},{'op':'add','path':'/b','value':2}]|{'a':1,'b':2}",
                "{'a':[{'b':'c'}]}|[{'op':'test','path':'/a','value':[{'b':'c'}]}]|{'a':[{'b':'c'}]}",
                "{'a':1,'b':2}|[{'op':'test','path':'','value':{'b':2,'a':1}}]|{'a':1,'b':2}",
                "{'a/b':1,'c~d':2}|[{'op':'remove','path':'/a~1b'},{'op':'remove','path':'/c~0d'}]|{}",
                "{'~1':1}|[{'op':'remove','path':'/~01'}]|{}",
                "{'':1}|[{'op':'replace','path':'/','value':2}]|{'':2}",
                "{'a':{'':{'b':1}}}|[{'op':'remove','path':'/a//b'}]|{'a':{'':{}}}",
                "{'a':1}|[{'op':'add','path':'/b','value':2,'comment':'ignored'}]|{'a':1,'b':2}",
                "{'a':1}|[{'path':'/a','value':2,'op':'replace'}]|{'a':2}",
                "{'a':1}|[]|{'a':1}",
                // Where kube-apiserver goes its own way.
                "{'a':1}|[{'op':'replace','path':'/b','value':2}]|{'a':1,'b':2}",
                "{'a':1}|[{'op':'replace','path':'','value':{'b':2}}]|{'b':2}",
                "{'a':1}|[{'op':'replace','path':'','value':5}]|{'a':1}",
                "{'a':1}|[{'op':'add','path':'/b'}]|{'a':1,'b':null}",
                "{'a':[1,2]}|[{'op':'add','path':'/a/-1','value':3}]|{'a':[1,2,3]}",
                "{'a':[1,2]}|[{'op':'add','path':'/a/-3','value':3}]|{'a':[3,1,2]}",
                "{'a':[1,2]}|[{'op':'remove','path':'/a/-1'}]|{'a':[1]}",
                "{'a':[1,2]}|[{'op':'replace','path':'/a/-2','value':3}]|{'a':[3,2]}",
                "{'a':[1,2]}|[{'op':'remove','path':'/a/01'}]|{'a':[1]}",
                "{'a':1}|[{'op':'test','path':'/b','value':null}]|{'a':1}",
                "{'a':null}|[{'op':'test','path':'/a','value':null}]|{'a':null}",
            })
    void appliesOperations(String object, String operations, String result) {
        assertEquals(
                object(result),
                JsonPatches.apply(object(object), operations(operations)).orThrow(),
                operations);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'a':1}|[{'op':'remove','path':'/b'}]",
                "{'a':1}|[{'op':'remove','path':'/a/b'}]",
                "{'a':1}|[{'op':'remove','path':''}]",
                "{'a':[1]}|[{'op':'remove','path':'/a/1'}]",
                "{'a':[1]}|[{'op':'remove','path':'/a/-'}]",
                "{'a':[1]}|[{'op':'remove','path':'/a/-2'}]",
                "{'a':[1]}|[{'op':'remove','path':'/a/x'}]",
                "{'a':1}|[{'op':'add','path':'','value':{}}]",
                "{'a':1}|[{'op':'add','path':'/b/c','value':2}]",
                "{'a':1}|[{'op':'add','path':'/a/c','value':2}]",
                "{'a':null}|[{'op':'add','path':'/a/c','value':2}]",
                "{'a':[1]}|[{'op':'add','path':'/a/2','value':2}]",
                "{'a':[1]}|[{'op':'add','path':'/a/-3','value':2}]",
                "{'a':[1]}|[{'op':'add','path':'/a/1.0','value':2}]",
                "{'a':[1]}|[{'op':'add','path':'/a/99999999999','value':2}]",
                "{'a':1}|[{'op':'add','path':'a','value':2}]",
                "{'a':[1]}|[{'op':'replace','path':'/a/1','value':2}]",
                "{'a':1}|[{'op':'replace','path':''}]",
                "{'a':1}|[{'op':'move','from':'/b','path':'/c'}]",
                "{'a':{'b':1}}|[{'op':'move','from':'/a','path':'/a/b'}]",
                "{'a':1}|[{'op':'move','path':'/c'}]",
                "{'a':1}|[{'op':'copy','from':'/a','path':''}]",
                "{'a':1}|[{'op':'test','path':'/a','value':2}]",
                "{'a':1}|[{'op':'test','path':'/a','value':'1'}]",
                "{'a':1}|[{'op':'test','path':'/a','value':1.0}]",
                "{'a':1}|[{'op':'test','path':'/a'}]",
                "{'a':1}|[{'op':'test','path':'/b','value':1}]",
                "{'a':1}|[{'op':'test','path':'','value':{}}]",
                "{'a':1}|[{'op':'frob','path':'/a'}]",
                "{'a':1}|[{'op':'Add','path':'/a','value':1}]",
                "{'a':1}|[{'path':'/a','value':1}]",
                "{'a':1}|[{'op':'add','value':1}]",
                "{'a':1}|[{'op':'add','path':5,'value':1}]",
                "{'a':1}|[{'op':'add','path':null,'value':1}]",
            })
    void refusesWhatDoesNotApply(String object, String operations) {
        Outcome.Failure<?> failure = assertInstanceOf(
                Outcome.Failure.class, JsonPatches.apply(object(object), operations(operations)), operations);
        assertEquals(422, failure.status().code());
        assertEquals("Invalid", failure.status().reason());
        assertEquals(
                "the server rejected our request due to an error in our request",
                failure.status().message());
    }

    @Test
    void refusesMoreThanTenThousandOperations() {
        ArrayNode operations = Json.array();
        for (int i = 0; i < 10_001; i++) {
            operations.addObject().put("op", "test").put("path", "/a").put("value", 1);
        }
        Outcome.Failure<?> failure =
                assertInstanceOf(Outcome.Failure.class, JsonPatches.apply(object("{'a':1}"), operations));
        assertEquals(413, failure.status().code());
        assertEquals(
                "The allowed maximum operations in a JSON patch is 10000, got 10001",
                failure.status().message());
        operations.remove(0);
        assertEquals(
                object("{'a':1}"),
                JsonPatches.apply(object("{'a':1}"), operations).orThrow());
    }

    @Test
    void refusesCopiesThatDoubleWithoutBound() {
        ArrayNode operations = Json.array();
        for (int i = 0; i < 1_000; i++) {
            operations.addObject().put("op", "copy").put("from", "/a").put("path", "/a/-");
        }
        assertInstanceOf(Outcome.Failure.class, JsonPatches.apply(object("{'a':['0123456789']}"), operations));
    }

    @Test
    void leavesAPatchAsItWas() {
        ArrayNode operations = operations("[{'op':'add','path':'/b','value':{}},{'op':'add','path':'/b/c','value':1}]");
        ArrayNode before = operations.deepCopy();
        JsonPatches.apply(object("{}"), operations).orThrow();
        assertEquals(before, operations);
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) parse(json);
    }

    private static ArrayNode operations(String json) {
        return (ArrayNode) parse(json);
    }

    private static JsonNode parse(String json) {
        try {
            return Json.mapper().readTree(json.replace('\'', '"'));
        } catch (IOException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
