package dev.troupe.node.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.node.volume.ObjectSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** ConfigMaps and Secrets fresh from the API, for threads that may wait. */
public final class ApiObjects implements ObjectSource {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ApiAccess access;

    public ApiObjects(ApiAccess access) {
        this.access = access;
    }

    @Override
    public Optional<JsonNode> find(ObjectKey key) throws IOException {
        Outcome<StoredObject> outcome;
        try {
            outcome = access.api()
                    .get(access.caller(), key, new ReadVersion.Latest())
                    .toCompletableFuture()
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("the API does not answer for " + key, e);
        }
        return switch (outcome) {
            case Outcome.Success<StoredObject> success ->
                Optional.of(success.value().tree());
            case Outcome.Failure<StoredObject> failure -> {
                if (failure.status().code() == 404) {
                    yield Optional.empty();
                }
                throw new IOException(failure.status().message());
            }
        };
    }
}
