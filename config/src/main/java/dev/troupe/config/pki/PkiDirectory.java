package dev.troupe.config.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The folder that keeps the cluster's keys and certificates as PEM files, readable by the owner alone: {@code ca.crt},
 * {@code ca.key} and a pair for each name.
 */
public final class PkiDirectory {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";

    /** A SHA-1 of the key, as RFC 5280 (4.2.1.2) has it. */
    private static final int KEY_IDENTIFIER_BYTES = 20;

    private final Path folder;

    /** @throws IOException if the folder cannot be made */
    public PkiDirectory(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** The authority of this folder, made on first use. */
    public CertificateAuthority authority(Instant now) throws IOException {
        Optional<CertificateAuthority> kept =
                read("ca").map(pair -> new CertificateAuthority(pair.key, pair.certificate));
        if (kept.isPresent()) {
            return kept.get();
        }
        CertificateAuthority made = CertificateAuthority.create("troupe-ca", now);
        write("ca", made.key(), made.certificate());
        return made;
    }

    /** The pair kept under a name, if it was signed by this authority and is valid for some time yet. */
    public Optional<Credentials> find(String name, CertificateAuthority authority, Instant validAt) throws IOException {
        return read(name)
                .filter(pair -> isUsable(pair.certificate, authority, validAt))
                .map(pair -> new Credentials(pair.key, pair.certificate, authority.certificate()));
    }

    public void save(String name, Credentials credentials) throws IOException {
        write(name, credentials.key(), credentials.certificate());
    }

    /**
     * By the identifiers of the keys, not by the signature: the folder is its owner's alone, so the question is only
     * whether the authority was made anew since, and a signature takes a good part of a start to check.
     */
    private static boolean isUsable(X509Certificate certificate, CertificateAuthority authority, Instant at) {
        byte[] signer = certificate.getExtensionValue(AUTHORITY_KEY_IDENTIFIER);
        byte[] own = authority.certificate().getExtensionValue(SUBJECT_KEY_IDENTIFIER);
        return signer != null
                && own != null
                && contains(signer, Arrays.copyOfRange(own, own.length - KEY_IDENTIFIER_BYTES, own.length))
                && certificate.getNotAfter().toInstant().isAfter(at);
    }

    private static boolean contains(byte[] all, byte[] part) {
        for (int from = 0; from + part.length <= all.length; from++) {
            if (Arrays.equals(all, from, from + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    private record Pair(PrivateKey key, X509Certificate certificate) {}

    private Optional<Pair> read(String name) throws IOException {
        Path certificate = folder.resolve(name + ".crt");
        Path key = folder.resolve(name + ".key");
        if (!Files.exists(certificate) || !Files.exists(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Pair(Pem.privateKey(Files.readString(key)), Pem.certificate(Files.readString(certificate))));
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "cannot read " + certificate + " or " + key + ": " + e.getMessage()
                            + "; restore them from a backup, or remove both to have them made anew",
                    e);
        }
    }

    private void write(String name, PrivateKey key, X509Certificate certificate) throws IOException {
        replace(name + ".key", Pem.encode(key));
        replace(name + ".crt", Pem.encode(certificate));
    }

    private void replace(String name, String content) throws IOException {
        Path written = Files.createTempFile(folder, name, ".new", OWNER_ONLY);
        Files.writeString(written, content);
        Files.move(written, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
