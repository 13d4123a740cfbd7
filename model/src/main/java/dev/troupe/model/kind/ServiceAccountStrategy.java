package dev.troupe.model.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Service accounts. */
final class ServiceAccountStrategy extends CoreStrategy {
    ServiceAccountStrategy() {
        super(
                BuiltInTypes.SERVICE_ACCOUNTS,
                new KindTable(
                        () -> List.of(
                                Columns.name(),
                                Columns.text(
                                        "Secrets", Columns.description("io.k8s.api.core.v1.ServiceAccount", "secrets")),
                                Columns.age()),
                        (object, now) ->
                                List.of(nameOf(object), object.path("secrets").size(), Ages.of(object, now))));
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        keepOnlyNames(object);
    }

    @Override
    public void prepareForUpdate(ObjectNode object, JsonNode old) {
        keepOnlyNames(object);
    }

    /** A reference to a secret of the same namespace has but a name. */
    private static void keepOnlyNames(ObjectNode object) {
        for (JsonNode secret : object.path("secrets")) {
            if (secret instanceof ObjectNode reference) {
                reference.retain("name");
            }
        }
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }
}
