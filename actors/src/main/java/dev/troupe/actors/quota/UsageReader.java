package dev.troupe.actors.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.quota.QuotaState;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads what counts to a namespace's quotas, at least as new as every write acknowledged before. */
final class UsageReader {
    private static final Caller CALLER =
            Caller.of(UserInfo.of("system:apiserver", UserInfo.SYSTEM_MASTERS), "quota-gate");

    private final ResourceApi api;

    UsageReader(ResourceApi api) {
        this.api = api;
    }

    CompletionStage<Outcome<Usage>> read(String namespace) {
        return list(BuiltInTypes.RESOURCE_QUOTAS.groupResource(), namespace).thenCompose(listed -> switch (listed) {
            case Outcome.Failure<ObjectList> failure -> CompletableFuture.completedFuture(failure.as());
            case Outcome.Success<ObjectList> success -> {
                List<JsonNode> quotas =
                        success.value().items().stream().map(StoredObject::tree).toList();
                Set<GroupResource> resources = new TreeSet<>();
                quotas.forEach(quota -> resources.addAll(QuotaState.resources(quota)));
                yield objects(namespace, quotas, List.copyOf(resources));
            }
        });
    }

    private CompletionStage<Outcome<Usage>> objects(
            String namespace, List<JsonNode> quotas, List<GroupResource> resources) {
        CompletionStage<Outcome<Usage>> all =
                CompletableFuture.completedFuture(Outcome.success(new Usage(quotas, new HashMap<>(), new HashMap<>())));
        for (GroupResource resource : resources) {
            all = all.thenCombine(list(resource, namespace), (sum, listed) -> add(resource, sum, listed));
        }
        return all;
    }

    private static Outcome<Usage> add(GroupResource resource, Outcome<Usage> sum, Outcome<ObjectList> listed) {
        if (listed instanceof Outcome.Failure<ObjectList> failure) {
            // A quota may speak of a resource that is not served.
            return failure.status().code() == 404 ? sum : failure.as();
        }
        return sum.flatMap(usage -> listed.map(list -> {
            Map<ObjectKey, JsonNode> objects = usage.objects();
            list.items().forEach(object -> objects.put(object.key(), object.tree()));
            usage.versions().put(resource, list.resourceVersion());
            return usage;
        }));
    }

    private CompletionStage<Outcome<ObjectList>> list(GroupResource resource, String namespace) {
        // Reading needs no more of the type than its name.
        ResourceType type = new ResourceType(
                resource.group(), "v1", resource.resource(), "", "", true, List.of(), List.of(), List.of());
        return api.list(
                CALLER,
                new ListRequest(
                        type,
                        namespace,
                        LabelSelector.everything(),
                        FieldSelector.everything(),
                        new ReadVersion.Latest(),
                        0,
                        ""));
    }
}
