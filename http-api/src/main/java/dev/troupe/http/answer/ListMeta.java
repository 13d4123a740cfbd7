package dev.troupe.http.answer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.json.Json;
import java.util.OptionalLong;

/** The metadata of a list. */
record ListMeta(String resourceVersion, String continueToken, OptionalLong remainingItemCount) {

    static ListMeta of(ObjectList list) {
        return new ListMeta(Long.toString(list.resourceVersion()), list.continueToken(), list.remainingItemCount());
    }

    static ListMeta of(long resourceVersion) {
        return new ListMeta(Long.toString(resourceVersion), "", OptionalLong.empty());
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("resourceVersion", resourceVersion);
        if (!continueToken.isEmpty()) {
            json.put("continue", continueToken);
            remainingItemCount.ifPresent(count -> json.put("remainingItemCount", count));
        }
        return json;
    }
}
