package dev.troupe.model.admission;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.status.Status;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A CertificateSigningRequest says who made it; what the client claims of that does not count. */
final class CertificateRequester implements AdmissionPlugin {
    @Override
    public String name() {
        return "CertificateRequester";
    }

    @Override
    public Optional<Status> admit(AdmissionRequest request, ObjectLookup view) {
        if (request.creates(BuiltInTypes.CERTIFICATE_SIGNING_REQUESTS)) {
            UserInfo user = request.caller().user();
            ObjectNode spec = Json.objectAt(request.object().orElseThrow(), "spec");
            spec.remove(List.of("username", "uid", "groups", "extra"));
            spec.put("username", user.name());
            if (!user.uid().isEmpty()) {
                spec.put("uid", user.uid());
            }
            if (!user.groups().isEmpty()) {
                ArrayNode groups = spec.putArray("groups");
                user.groups().forEach(groups::add);
            }
            if (!user.extra().isEmpty()) {
                ObjectNode extra = spec.putObject("extra");
                new TreeMap<>(user.extra()).forEach((key, values) -> {
                    ArrayNode list = extra.putArray(key);
                    values.forEach(list::add);
                });
            }
        }
        return Optional.empty();
    }
}
