package dev.troupe.model.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInKinds;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.status.Status;
import dev.troupe.model.testkit.InMemoryResourceApi;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a write may say of an object's identity. */
class MetadataWritesTest {
    private static final ObjectKey KEY = BuiltInTypes.CONFIG_MAPS.key("default", "cm");

    private final InMemoryResourceApi api =
            new InMemoryResourceApi(BuiltInKinds.registry(), InstantSource.fixed(Instant.EPOCH));
    private final StoredObject stored =
            api.given("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"cm\","
                    + "\"namespace\":\"default\"},\"data\":{\"a\":\"1\"}}");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name":"other"}        | 400 | the name of the object (other) does not match the name on the URL (cm)
            {"name":null}           | 400 | the name of the object (cm based on URL) was undeterminable: name must be provided
            {"namespace":"other"}   | 400 | the namespace of the object (other) does not match the namespace on the request (default)
            {"uid":"other"}         | 422 | ConfigMap "cm" is invalid: metadata.uid: Invalid value: "other": field is immutable
            """)
    void patchesCannotMoveAnObject(String metadata, int code, String message) {
        Status status = failure(patch(metadata));
        assertEquals(message, status.message());
        assertEquals(code, status.code());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"uid\":null}", "{\"uid\":\"\"}", "{\"namespace\":null}"})
    void patchesCannotTakeTheIdentityAway(String metadata) {
        StoredObject patched = patch(metadata).orThrow().object();
        assertEquals(stored.meta().uid(), patched.meta().uid());
        assertEquals("default", patched.meta().namespace());
    }

    @Test
    void namesTheKindWhoseDeletionWasRefused() {
        Status status = failure(delete(Optional.of("other"), Optional.empty()));
        assertEquals(
                "Operation cannot be fulfilled on ConfigMap \"cm\": the UID in the precondition (other) does not match"
                        + " the UID in record (" + stored.meta().uid()
                        + "). The object might have been deleted and then recreated",
                status.message());
        assertEquals(409, status.code());
        assertEquals(
                "Operation cannot be fulfilled on ConfigMap \"cm\": the ResourceVersion in the precondition (1) does"
                        + " not match the ResourceVersion in record (" + stored.resourceVersion()
                        + "). The object might have been modified",
                failure(delete(Optional.empty(), Optional.of("1"))).message());
    }

    @ParameterizedTest
    @CsvSource({"'',201", "0,201", "1,400", "abc,400"})
    void newObjectsHaveNoVersion(String version, int code) {
        Outcome<WriteResult> created = api.create(
                        InMemoryResourceApi.admin(),
                        BuiltInTypes.CONFIG_MAPS,
                        "default",
                        Json.parseObject("{\"metadata\":{\"name\":\"new\",\"namespace\":\"default\","
                                + "\"resourceVersion\":\"" + version + "\"}}"),
                        WriteOptions.internal())
                .toCompletableFuture()
                .join();
        assertEquals(
                code,
                created instanceof Outcome.Failure<WriteResult> refused
                        ? refused.status().code()
                        : 201);
    }

    private Outcome<WriteResult> patch(String metadata) {
        return api.patch(
                        InMemoryResourceApi.admin(),
                        KEY,
                        "",
                        new Patch.MergePatch(Json.parseObject("{\"metadata\":" + metadata + "}")),
                        WriteOptions.internal())
                .toCompletableFuture()
                .join();
    }

    private Outcome<WriteResult> delete(Optional<String> uid, Optional<String> version) {
        return api.delete(
                        InMemoryResourceApi.admin(),
                        KEY,
                        new DeleteOptions(false, OptionalLong.empty(), Optional.empty(), uid, version))
                .toCompletableFuture()
                .join();
    }

    private static Status failure(Outcome<WriteResult> outcome) {
        return switch (outcome) {
            case Outcome.Failure<WriteResult> failure -> failure.status();
            case Outcome.Success<WriteResult> success ->
                throw new AssertionError("answered " + success.value().object().tree());
        };
    }
}
