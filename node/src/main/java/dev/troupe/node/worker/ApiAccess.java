package dev.troupe.node.worker;

import dev.troupe.model.api.Caller;
import dev.troupe.model.api.IdGenerator;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.UserInfo;

/** The API as a node uses it: as itself, each request with an id of its own. */
public record ApiAccess(ResourceApi api, UserInfo user, IdGenerator ids) {

    /** The identity of a node. */
    public static UserInfo nodeUser(String node) {
        return UserInfo.of("system:node:" + node, "system:nodes", UserInfo.SYSTEM_AUTHENTICATED);
    }

    public Caller caller() {
        return Caller.of(user, ids.uid());
    }
}
