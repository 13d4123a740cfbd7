package dev.troupe.config.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void namesUserAndGroupsInClientCertificates() {
        CertificateAuthority authority = CertificateAuthority.create("test-ca", NOW);
        Credentials admin =
                authority.issueClient("kubernetes-admin", List.of("system:masters", "ops"), NOW, Duration.ofDays(1));
        CertificateAuthority.Subject subject =
                CertificateAuthority.subjectOf(admin.certificate().getSubjectX500Principal());
        assertEquals("kubernetes-admin", subject.user());
        assertEquals(List.of("system:masters", "ops"), subject.groups());
    }

    @Test
    void readsAwkwardNames() {
        CertificateAuthority authority = CertificateAuthority.create("test-ca", NOW);
        List<String> groups = List.of("a,b", "c+d=e", " g ", "h\\i\"j", "grüße");
        Credentials client = authority.issueClient("system:node:x, O=system:masters", groups, NOW, Duration.ofDays(1));
        CertificateAuthority.Subject subject =
                CertificateAuthority.subjectOf(client.certificate().getSubjectX500Principal());
        assertEquals("system:node:x, O=system:masters", subject.user());
        assertEquals(groups, subject.groups());
        assertEquals(
                "", CertificateAuthority.subjectOf(new X500Principal("O=ops")).user());
    }

    @Test
    void knowsForWhichNamesAndAddressesACertificateIs() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create("test-ca", NOW);
        List<InetAddress> addresses = List.of(InetAddress.getByName("127.0.0.1"));
        Credentials server = authority.issueServer("s", List.of("localhost"), addresses, NOW, Duration.ofDays(1));
        assertTrue(server.servesAll(List.of("localhost"), addresses));
        assertFalse(server.servesAll(List.of("localhost", "other"), addresses));
        assertTrue(server.servesAll(List.of("localhost"), List.of()));
        assertFalse(
                authority.issueClient("c", List.of(), NOW, Duration.ofDays(1)).servesAll(List.of("x"), List.of()));
    }

    @Test
    void signsServerCertificatesForNamesAndAddresses() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create("test-ca", NOW);
        Credentials server = authority.issueServer(
                "kube-apiserver",
                List.of("kubernetes", "localhost"),
                List.of(InetAddress.getByName("127.0.0.1")),
                NOW,
                Duration.ofDays(1));
        server.certificate().verify(authority.certificate().getPublicKey());
        String names = server.certificate().getSubjectAlternativeNames().toString();
        assertTrue(names.contains("localhost") && names.contains("127.0.0.1"), names);
    }

    @Test
    void refusesCertificatesOfAnotherAuthority(@TempDir Path folder) throws Exception {
        PkiDirectory directory = new PkiDirectory(folder);
        CertificateAuthority own = directory.authority(NOW);
        Credentials foreign =
                CertificateAuthority.create("other", NOW).issueClient("a", List.of(), NOW, Duration.ofDays(1));
        directory.save("admin", foreign);
        assertTrue(directory.find("admin", own, NOW).isEmpty());
        assertThrows(
                GeneralSecurityException.class,
                () -> foreign.certificate().verify(own.certificate().getPublicKey()));
    }

    @Test
    void keepsKeysForTheirOwnerAlone(@TempDir Path folder) throws Exception {
        PkiDirectory directory = new PkiDirectory(folder);
        CertificateAuthority first = directory.authority(NOW);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("ca.key"))));
        assertEquals(first.certificate(), directory.authority(NOW).certificate());
    }

    @Test
    void doesNotOfferExpiredCertificates(@TempDir Path folder) throws Exception {
        PkiDirectory directory = new PkiDirectory(folder);
        CertificateAuthority authority = directory.authority(NOW);
        directory.save("admin", authority.issueClient("a", List.of(), NOW, Duration.ofDays(1)));
        assertTrue(directory.find("admin", authority, NOW).isPresent());
        assertTrue(
                directory.find("admin", authority, NOW.plus(Duration.ofDays(2))).isEmpty());
    }
}
