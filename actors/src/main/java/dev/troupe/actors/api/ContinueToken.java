package dev.troupe.actors.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.status.Status;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where the next page of a list begins.
 *
 * @param resourceVersion of the whole list
 * @param next the name of the first item that was not sent
 */
record ContinueToken(long resourceVersion, NamespacedName next) {
    private static final String FORMAT = "meta.k8s.io/v1";

    String encode() {
        ObjectNode json = Json.object();
        json.put("v", FORMAT).put("rv", resourceVersion);
        json.put("start", next.namespace() + "/" + next.name());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json));
    }

    /** Decodes what {@link #encode} made; 400 for anything else. */
    static Outcome<ContinueToken> decode(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
            if (bytes.length == 0 || bytes[0] != '{') {
                return invalid("not a token");
            }
            ObjectNode json = Json.parseObject(bytes);
            String start = Json.text(json, "start");
            int slash = start.indexOf('/');
            if (!Json.text(json, "v").equals(FORMAT)) {
                return invalid("server does not recognize this encoded version \"" + Json.text(json, "v") + "\"");
            }
            long version = json.path("rv").asLong(0);
            if (version <= 0) {
                return invalid("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
            }
            if (slash < 0 || !isName(start.substring(0, slash)) || !isName(start.substring(slash + 1))) {
                return invalid("encoded start key");
            }
            return Outcome.success(new ContinueToken(
                    version, new NamespacedName(start.substring(0, slash), start.substring(slash + 1))));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            return invalid("not a token");
        }
    }

    /** Nothing that could lead elsewhere where names are taken for paths. */
    private static boolean isName(String text) {
        return text.indexOf('/') < 0 && !text.equals(".") && !text.equals("..");
    }

    private static Outcome<ContinueToken> invalid(String why) {
        return Outcome.failure(Status.badRequest("continue key is not valid: " + why));
    }
}
