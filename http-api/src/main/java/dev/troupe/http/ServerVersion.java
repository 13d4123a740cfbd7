package dev.troupe.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.json.Json;
import java.util.Locale;

/**
 * What {@code /version} says. The Kubernetes version is the one whose behaviour Troupe follows: clients choose their
 * features, and some installations even their kubectl, by it.
 */
final class ServerVersion {
    static final String MAJOR = "1";
    static final String MINOR = "32";
    static final String GIT_VERSION = "v1.32.4+troupe";

    private ServerVersion() {}

    static ObjectNode toJson() {
        return Json.object()
                .put("major", MAJOR)
                .put("minor", MINOR)
                .put("gitVersion", GIT_VERSION)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "java" + Runtime.version().feature())
                .put("compiler", "javac")
                .put("platform", platform());
    }

    static String platform() {
        String architecture = System.getProperty("os.arch", "");
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT) + "/"
                + (architecture.equals("x86_64") ? "amd64" : architecture.equals("aarch64") ? "arm64" : architecture);
    }
}
