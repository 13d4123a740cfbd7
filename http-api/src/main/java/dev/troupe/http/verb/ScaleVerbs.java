package dev.troupe.http.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.http.Exchange;
import dev.troupe.http.Replies;
import dev.troupe.http.answer.Answers;
import dev.troupe.http.answer.ObjectText;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.WriteResult;
import dev.troupe.model.entity.Scales;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The scale subresource: workloads seen and changed as autoscaling/v1 Scale. */
final class ScaleVerbs {
    private static final ResourceType SCALE =
            new ResourceType("autoscaling", "v1", "scales", "scale", "Scale", true, List.of(), List.of(), List.of());

    private final ResourceApi api;
    private final WriteVerbs writes;
    private final InstantSource clock;

    ScaleVerbs(ServingParts parts, WriteVerbs writes) {
        this.api = parts.api();
        this.writes = writes;
        this.clock = parts.clock();
    }

    CompletionStage<HttpResponse> get(Exchange exchange, Target target) {
        return Replies.then(
                exchange,
                Replies.negotiated(exchange, target.strategy(), false, clock),
                text -> Replies.then(
                        exchange,
                        ReadVerbs.version(exchange),
                        version -> Replies.answer(
                                exchange,
                                api.get(exchange.caller(), target.key(), version),
                                object -> Answers.body(200, text.format(), scale(text, object), List.of()))));
    }

    CompletionStage<HttpResponse> update(Exchange exchange, Target target) {
        return writes.update(exchange, target, SCALE, ScaleVerbs::answer);
    }

    CompletionStage<HttpResponse> patch(Exchange exchange, Target target) {
        return writes.patch(exchange, target, ScaleVerbs::answer);
    }

    private static HttpResponse answer(ObjectText text, WriteResult result) {
        return Answers.body(200, text.format(), scale(text, result.object()), result.warnings());
    }

    private static org.apache.pekko.util.ByteString scale(ObjectText text, StoredObject object) {
        JsonNode scale = Scales.of(object.type(), object.tree());
        return text.tree(scale, ScaleTable.DEFINITION);
    }
}
