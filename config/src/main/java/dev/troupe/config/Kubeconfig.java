package dev.troupe.config;

import dev.troupe.config.pki.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** The file that tells kubectl where the cluster is and who asks. */
public final class Kubeconfig {
    private Kubeconfig() {}

    /** The YAML text of a kubeconfig with one cluster, one user and one context, all named {@code troupe}. */
    public static String text(String server, Credentials user) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: troupe
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                contexts:
                - name: troupe
                  context:
                    cluster: troupe
                    user: admin
                current-context: troupe
                users:
                - name: admin
                  user:
                    client-certificate-data: %s
                    client-key-data: %s
                """.formatted(server, base64(user.authorityPem()), base64(user.certificatePem()), base64(user.keyPem()));
    }

    /** Writes the file for its owner alone, replacing it in one step. */
    public static void write(Path file, String server, Credentials user) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path written = Files.createTempFile(
                folder,
                "kubeconfig",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(written, text(server, user));
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
