package dev.troupe.model.scheduler;

import dev.troupe.model.resource.StoredObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the scheduler knows: nodes, and pods with a node, whether bound already or assumed to be. Belongs to one thread.
 */
public final class ClusterPicture {
    private final Map<String, NodePicture> nodes = new TreeMap<>();
    private final Map<String, Placed> placed = new HashMap<>();

    private record Placed(PendingPod pod, String node) {}

    /** A node came or changed. */
    public void putNode(StoredObject node) {
        String name = node.meta().name();
        NodePicture known = nodes.get(name);
        if (known != null) {
            known.update(node);
            return;
        }
        NodePicture fresh = new NodePicture(node);
        nodes.put(name, fresh);
        placed.values().stream().filter(pod -> pod.node().equals(name)).forEach(pod -> fresh.add(pod.pod()));
    }

    public void removeNode(String name) {
        nodes.remove(name);
    }

    public Optional<StoredObject> node(String name) {
        return Optional.ofNullable(nodes.get(name)).map(NodePicture::object);
    }

    /** A pod is on a node, or assumed to be. */
    public void place(PendingPod pod, String node) {
        unplace(pod.uid());
        placed.put(pod.uid(), new Placed(pod, node));
        NodePicture picture = nodes.get(node);
        if (picture != null) {
            picture.add(pod);
        }
    }

    /** A pod uses its node no longer. Says whether it did. */
    public boolean unplace(String uid) {
        Placed known = placed.remove(uid);
        if (known == null) {
            return false;
        }
        NodePicture picture = nodes.get(known.node());
        if (picture != null) {
            picture.remove(uid);
        }
        return true;
    }

    public boolean isPlaced(String uid) {
        return placed.containsKey(uid);
    }

    Collection<NodePicture> nodes() {
        return nodes.values();
    }
}
