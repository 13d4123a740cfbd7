package dev.troupe.node.volume;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** File modes and groups as numbers. */
final class Modes {
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ
    };

    private static final int SET_GROUP_ID = 02000;

    private Modes() {}

    /** Sets the nine permission bits, whatever the process's mask is. */
    static void set(Path path, int mode) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < BITS.length; bit++) {
            if ((mode >> bit & 1) == 1) {
                permissions.add(BITS[bit]);
            }
        }
        Files.setPosixFilePermissions(path, permissions);
    }

    /** Gives a volume's file to the pod's group; new files in a folder inherit it. Only root may. */
    static void giveToGroup(Path path, long group) throws IOException {
        Files.setAttribute(path, "unix:gid", Math.toIntExact(group), LinkOption.NOFOLLOW_LINKS);
        if (Files.isSymbolicLink(path)) {
            return;
        }
        int mode = (int) Files.getAttribute(path, "unix:mode") & 07777;
        if (Files.isDirectory(path)) {
            Files.setAttribute(path, "unix:mode", mode | SET_GROUP_ID | 0070);
        } else {
            Files.setAttribute(path, "unix:mode", mode | mode >> 3 & 0060);
        }
    }
}
