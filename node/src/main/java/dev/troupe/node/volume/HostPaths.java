package dev.troupe.node.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Volumes that are the node's own files: what must be there, and what is made if it is not. */
final class HostPaths {
    private static final int TYPE_MASK = 0170000;
    private static final int SOCKET = 0140000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    private HostPaths() {}

    /** @throws VolumeException in the kubelet's words if something else is there */
    static void prepare(Path path, String type) throws IOException {
        switch (type) {
            case "" -> {}
            case "DirectoryOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createDirectories(path);
                    Modes.set(path, 0755);
                }
                require(Files.isDirectory(path), path, "is not a directory");
            }
            case "Directory" -> require(Files.isDirectory(path), path, "is not a directory");
            case "FileOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createFile(path);
                    Modes.set(path, 0644);
                }
                require(Files.isRegularFile(path), path, "is not a file");
            }
            case "File" -> require(Files.isRegularFile(path), path, "is not a file");
            case "Socket" -> require(fileType(path) == SOCKET, path, "is not a socket file");
            case "CharDevice" -> require(fileType(path) == CHARACTER_DEVICE, path, "is not a character device");
            case "BlockDevice" -> require(fileType(path) == BLOCK_DEVICE, path, "is not a block device");
            default -> throw new VolumeException(type + " is an invalid volume type");
        }
    }

    private static int fileType(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                ? (int) Files.getAttribute(path, "unix:mode") & TYPE_MASK
                : 0;
    }

    private static void require(boolean met, Path path, String otherwise) throws VolumeException {
        if (!met) {
            throw new VolumeException("hostPath type check failed: " + path + " " + otherwise);
        }
    }
}
