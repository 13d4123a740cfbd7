package dev.troupe.node.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The images that Troupe needs or shows and no registry serves: the pause image that holds a pod's network, and a small
 * web server for the demo. Both consist of the machine's static busybox and a script.
 */
public final class LocalImages {
    /** Holds a pod's network and IPC; reaps orphans of containers that share its process namespace. */
    public static final String PAUSE = "troupe/pause:1";

    /** Answers HTTP on 8080 with its pod's name; also has a shell. */
    public static final String WEB = "troupe/web:1";

    private static final List<String> APPLETS = List.of(
            "cat",
            "date",
            "echo",
            "env",
            "false",
            "grep",
            "head",
            "hostname",
            "httpd",
            "id",
            "ip",
            "kill",
            "ls",
            "mkdir",
            "mount",
            "nc",
            "nslookup",
            "ping",
            "printf",
            "ps",
            "rm",
            "sed",
            "seq",
            "sh",
            "sleep",
            "stty",
            "tail",
            "tar",
            "test",
            "timeout",
            "top",
            "touch",
            "tr",
            "true",
            "vi",
            "wc",
            "wget",
            "xargs",
            "yes");

    private static final String PAUSE_SCRIPT = """
            #!/bin/busybox sh
            trap 'exit 0' TERM INT
            while :; do /bin/busybox sleep 2147483647 & wait $!; done
            """;

    private static final String WEB_SCRIPT = """
            #!/bin/sh
            trap 'kill $!; exit 0' TERM INT
            httpd -f -p "${PORT:-8080}" -h /www & wait $!
            """;

    private static final String PAGE_SCRIPT = """
            #!/bin/sh
            printf 'Content-Type: text/plain\\r\\n\\r\\n'
            printf '%s\\n' "${POD_NAME:-$(hostname)}"
            """;

    private LocalImages() {}

    /**
     * Loads the images that the engine lacks.
     *
     * @param busybox a static busybox binary
     * @throws IOException if busybox cannot be read
     */
    public static void load(DockerClient docker, Path busybox) throws IOException {
        if (!isPresent(docker, PAUSE)) {
            load(docker, pause(Files.readAllBytes(busybox)));
        }
        if (!isPresent(docker, WEB)) {
            load(docker, web(Files.readAllBytes(busybox)));
        }
    }

    private static ImageArchive pause(byte[] busybox) {
        return new ImageArchive(PAUSE, architecture())
                .file("bin/busybox", busybox)
                .file("pause", ImageArchive.utf8(PAUSE_SCRIPT))
                .command("/pause");
    }

    private static ImageArchive web(byte[] busybox) {
        ImageArchive image = new ImageArchive(WEB, architecture())
                .file("bin/busybox", busybox)
                .file("bin/web", ImageArchive.utf8(WEB_SCRIPT))
                .file("www/cgi-bin/index.cgi", ImageArchive.utf8(PAGE_SCRIPT))
                .environment("PATH=/bin")
                .command("/bin/web");
        APPLETS.forEach(applet -> image.link("bin/" + applet, "busybox"));
        return image;
    }

    private static void load(DockerClient docker, ImageArchive image) throws IOException {
        docker.loadImageCmd(new ByteArrayInputStream(image.build())).exec();
    }

    private static boolean isPresent(DockerClient docker, String tag) {
        try {
            docker.inspectImageCmd(tag).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "aarch64" -> "arm64";
            case "amd64", "x86_64" -> "amd64";
            default -> System.getProperty("os.arch");
        };
    }
}
