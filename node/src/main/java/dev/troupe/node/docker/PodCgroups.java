package dev.troupe.node.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The cgroup folders that the engine makes for a pod and never removes. Version 1 has one a controller. */
final class PodCgroups {
    private static final int ATTEMPTS = 10;

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Path root;

    PodCgroups(Path root) {
        this.root = root;
    }

    /** Removes a pod's cgroup where it is empty. */
    void remove(String cgroupParent) {
        List<Path> left = folders(cgroupParent);
        for (int attempt = 1; attempt <= ATTEMPTS && !left.isEmpty(); attempt++) {
            left = left.stream().filter(folder -> !isRemoved(folder)).toList();
            if (!left.isEmpty()) {
                // The kernel lets go of a container's last process a moment after the engine has.
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Removes what is empty of the cgroups that hold those of pods. Only when no pod is being made. */
    void removeAncestors(String cgroupParent) {
        int depth = hierarchies().contains(root) ? 1 : 2;
        for (Path folder : folders(cgroupParent)) {
            // Of /sys/fs/cgroup/memory/kubepods/burstable/podX (version 1) the cgroup of all pods.
            Path top = root.resolve(root.relativize(folder)
                    .subpath(0, Math.min(depth, root.relativize(folder).getNameCount())));
            if (top.equals(folder) || !Files.isDirectory(top)) {
                continue;
            }
            try (Stream<Path> children = Files.list(top)) {
                children.filter(Files::isDirectory).forEach(PodCgroups::isRemoved);
            } catch (IOException e) {
                EngineErrors.LOG.debug("cgroup {} stays: {}", top, e.toString());
            }
            isRemoved(top);
        }
    }

    private List<Path> folders(String cgroupParent) {
        if (cgroupParent.isEmpty() || cgroupParent.endsWith(".slice")) {
            return List.of();
        }
        String relative = cgroupParent.startsWith("/") ? cgroupParent.substring(1) : cgroupParent;
        return hierarchies().stream()
                .map(hierarchy -> hierarchy.resolve(relative).normalize())
                .filter(folder -> folder.startsWith(root) && folder.getNameCount() > root.getNameCount() + 1)
                .toList();
    }

    private static boolean isRemoved(Path folder) {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (IOException e) {
            EngineErrors.LOG.debug("cgroup {} stays for now: {}", folder, e.toString());
            return false;
        }
    }

    private List<Path> hierarchies() {
        if (Files.exists(root.resolve("cgroup.controllers"))) {
            return List.of(root);
        }
        List<Path> found = new ArrayList<>();
        try (Stream<Path> children = Files.list(root)) {
            children.filter(Files::isDirectory).forEach(found::add);
        } catch (IOException e) {
            EngineErrors.LOG.debug("no cgroups at {}", root, e);
        }
        return found;
    }
}
