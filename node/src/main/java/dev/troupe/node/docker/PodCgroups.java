package dev.troupe.node.docker;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The cgroup folders that the engine makes for a pod and never removes. Version 1 has one a controller. */
final class PodCgroups {
    private final Path root;

    PodCgroups(Path root) {
        this.root = root;
    }

    /** Removes a pod's cgroup where it is empty. */
    void remove(String cgroupParent) {
        if (cgroupParent.isEmpty() || cgroupParent.endsWith(".slice")) {
            return;
        }
        String relative = cgroupParent.startsWith("/") ? cgroupParent.substring(1) : cgroupParent;
        for (Path hierarchy : hierarchies()) {
            Path folder = hierarchy.resolve(relative).normalize();
            if (!folder.startsWith(hierarchy) || folder.equals(hierarchy)) {
                continue;
            }
            try {
                Files.deleteIfExists(folder);
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                EngineErrors.LOG.debug("cgroup {} is not empty yet", folder);
            } catch (IOException e) {
                EngineErrors.LOG.debug("cgroup {} stays: {}", folder, e.toString());
            }
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
