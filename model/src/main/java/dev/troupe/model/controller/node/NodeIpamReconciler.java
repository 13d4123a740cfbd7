package dev.troupe.model.controller.node;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Patch;
import dev.troupe.model.controller.ClusterView;
import dev.troupe.model.controller.ObservedChange;
import dev.troupe.model.controller.Plan;
import dev.troupe.model.controller.PlanStep;
import dev.troupe.model.controller.Reconciler;
import dev.troupe.model.controller.object.Steps;
import dev.troupe.model.json.Json;
import dev.troupe.model.kind.BuiltInTypes;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Gives each node the lowest free range of the cluster's pod addresses. All nodes are one key: a shell works on a key
 * never twice at a time and sees its own writes before it does so again, so no range is given twice.
 */
public final class NodeIpamReconciler implements Reconciler {
    private static final GroupResource NODES = BuiltInTypes.NODES.groupResource();

    /** Stands for all nodes together. No node has an empty name. */
    private static final ObjectKey ALL = BuiltInTypes.NODES.key("", "");

    private static final int MOST_NODES = 100;

    private final Ipv4Ranges ranges;

    /**
     * @param clusterCidr for example {@code 10.244.0.0/16}
     * @param nodeMask bits of a node's prefix, for example 24
     * @throws IllegalArgumentException if the range is malformed or a node's does not fit
     */
    public NodeIpamReconciler(String clusterCidr, int nodeMask) {
        this.ranges = Ipv4Ranges.of(clusterCidr, nodeMask);
    }

    @Override
    public String name() {
        return "node-ipam-controller";
    }

    @Override
    public String component() {
        return "cidrAllocator";
    }

    @Override
    public Set<GroupResource> resources() {
        return Set.of(NODES);
    }

    @Override
    public Collection<ObjectKey> affectedBy(ObservedChange change, ClusterView view) {
        boolean lacks = change.after().filter(NodeIpamReconciler::lacksRange).isPresent();
        boolean freed = change.after().isEmpty();
        return lacks || freed ? List.of(ALL) : List.of();
    }

    private static boolean lacksRange(StoredObject node) {
        return Json.text(node.tree(), "spec", "podCIDR").isEmpty()
                && !node.meta().isDeleting();
    }

    @Override
    public Plan reconcile(ObjectKey key, ClusterView view, Instant now) {
        List<StoredObject> nodes = view.list(NODES, "");
        BitSet taken = new BitSet();
        for (StoredObject node : nodes) {
            node.tree().path("spec").path("podCIDRs").forEach(cidr -> ranges.mark(taken, cidr.asText()));
            String first = Json.text(node.tree(), "spec", "podCIDR");
            if (!first.isEmpty()) {
                ranges.mark(taken, first);
            }
        }
        List<PlanStep> steps = new ArrayList<>();
        nodes.stream().filter(NodeIpamReconciler::lacksRange).limit(MOST_NODES).forEach(node -> {
            OptionalInt free = ranges.firstFree(taken);
            if (free.isPresent()) {
                taken.set(free.getAsInt());
                steps.add(assignment(node, ranges.text(free.getAsInt())));
            } else {
                steps.add(Steps.normal(
                        node, "CIDRNotAvailable", "Node " + node.meta().name() + " status is now: CIDRNotAvailable"));
            }
        });
        return Plan.of(steps);
    }

    private static PlanStep assignment(StoredObject node, String cidr) {
        ObjectNode patch = Json.object();
        patch.putObject("metadata").put("uid", node.meta().uid());
        ObjectNode spec = patch.putObject("spec");
        spec.put("podCIDR", cidr);
        spec.putArray("podCIDRs").add(cidr);
        return new PlanStep.Change(node.key(), "", new Patch.MergePatch(patch));
    }
}
