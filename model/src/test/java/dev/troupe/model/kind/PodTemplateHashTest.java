package dev.troupe.model.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodTemplateHashTest {
    private static JsonNode template(String text) {
        return Manifests.yaml(text);
    }

    @Test
    void isTheSameWhateverTheOrderOfFields() {
        assertEquals(
                PodTemplateHash.of(
                        template("{metadata: {labels: {a: b}, creationTimestamp: null}, spec: {x: 1, y: 2}}")),
                PodTemplateHash.of(template("{spec: {y: 2, x: 1}, metadata: {labels: {a: b}}}")));
    }

    @Test
    void differsWithWhatTheTemplateSays() {
        Set<String> hashes = new HashSet<>();
        for (String text : new String[] {
            "{a: '1'}", "{a: 1}", "{a: [1]}", "{a: [1, 1]}", "{a: {b: '1'}}", "{a: ['1', '']}", "{'a1': ''}", "{}"
        }) {
            assertTrue(hashes.add(PodTemplateHash.of(template(text))), text);
        }
    }

    @Test
    void givesAnotherHashForACollision() {
        JsonNode template = template("{a: 1}");

        assertNotEquals(PodTemplateHash.of(template), PodTemplateHash.of(template, 1));
        assertNotEquals(PodTemplateHash.of(template, 2), PodTemplateHash.of(template, 1));
        assertEquals(PodTemplateHash.of(template), PodTemplateHash.of(template, 0));
    }

    /** ReplicaSets keep their names only while this stays as it is. */
    @Test
    void neverChanges() {
        String hash = PodTemplateHash.of(template("{metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}"));

        assertTrue(hash.matches("[bcdfghjklmnpqrstvwxz2456789]{1,10}"), hash);
        assertEquals("8499f754bf", hash);
    }
}
