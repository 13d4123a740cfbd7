package dev.troupe.http.verb;

import dev.troupe.http.ApiServerSettings;
import dev.troupe.http.RequestBodies;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.codec.BodyDecoder;
import dev.troupe.model.resource.ResourceRegistry;
import java.time.InstantSource;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SharedKillSwitch;

/**
 * What the verbs stand on.
 *
 * @param reader takes request bodies from the wire, {@code decoder} makes objects of them
 * @param shutdown ends all streams when the server stops
 */
public record ServingParts(
        ResourceApi api,
        ResourceRegistry registry,
        RequestBodies reader,
        BodyDecoder decoder,
        ApiServerSettings settings,
        InstantSource clock,
        Materializer materializer,
        SharedKillSwitch shutdown) {}
