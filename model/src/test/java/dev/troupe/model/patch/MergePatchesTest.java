package dev.troupe.model.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                // The cases of RFC 7386's appendix that have objects for roots.
                "{'a':'b'}|{'a':'c'}|{'a':'c'}",
                "{'a':'b'}|{'b':'c'}|{'a':'b','b':'c'}",
                "{'a':'b'}|{'a':null}|{}",
                "{'a':'b','b':'c'}|{'a':null}|{'b':'c'}",
                "{'a':['b']}|{'a':'c'}|{'a':'c'}",
                "{'a':'c'}|{'a':['b']}|{'a':['b']}",
                "{'a':{'b':'c'}}|{'a':{'b':'d','c':null}}|{'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]}|{'a':[1]}|{'a':[1]}",
                "{'e':null}|{'a':1}|{'e':null,'a':1}",
                "{}|{'a':{'bb':{'ccc':null}}}|{'a':{'bb':{}}}",
                // Nulls of what is new are dropped at every depth, those of lists stay.
                "{}|{'a':[{'b':null,'c':1},null]}|{'a':[{'c':1},null]}",
                "{'a':5}|{'a':{'b':{'c':null,'d':1}}}|{'a':{'b':{'d':1}}}",
                "{'a':{'b':1}}|{'a':{}}|{'a':{'b':1}}",
                "{'a':null}|{'a':{'b':1}}|{'a':{'b':1}}",
            })
    void merges(String object, String patch, String result) {
        ObjectNode target = object(object);
        MergePatches.apply(target, object(patch));
        assertEquals(object(result), target);
    }

    @Test
    void sharesNothingWithThePatch() {
        ObjectNode patch = object("{'a':{'b':[1]}}");
        ObjectNode target = Json.object();
        MergePatches.apply(target, patch);
        target.withArray("/a/b").add(2);
        assertEquals(object("{'a':{'b':[1]}}"), patch);
    }

    private static ObjectNode object(String json) {
        return Json.parseObject(json.replace('\'', '"'));
    }
}
