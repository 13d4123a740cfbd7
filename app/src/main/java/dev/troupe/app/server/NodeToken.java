package dev.troupe.app.server;

import dev.troupe.app.CommandFailure;
import dev.troupe.http.auth.TokenAuthenticator;
import dev.troupe.model.api.UserInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The token with which nodes join: a bootstrap token as Kubernetes writes them ({@code id.secret}) and the hash of the
 * cluster's authority, so that a joining node knows whom it talks to before it shows the secret.
 *
 * @param id public part, six characters
 * @param secret sixteen characters
 * @param authorityHash SHA-256 of the authority's certificate, in hex
 */
public record NodeToken(String id, String secret, String authorityHash) {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final Pattern FORM = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})\\.([0-9a-f]{64})");
    private static final String BOOTSTRAPPERS = "system:bootstrappers";

    /** @throws CommandFailure if the text is no token */
    public static NodeToken parse(String text) {
        Matcher parts = FORM.matcher(text.strip());
        if (!parts.matches()) {
            throw new CommandFailure("this is no node token; the server keeps the right one in the file node-token of"
                    + " its data folder");
        }
        return new NodeToken(parts.group(1), parts.group(2), parts.group(3));
    }

    /** The token of a data folder, made on first use; readable by its owner alone. */
    static NodeToken kept(Path file, X509Certificate authority) {
        try {
            if (Files.exists(file)) {
                NodeToken found = parse(Files.readString(file));
                if (found.authorityHash.equals(hash(authority))) {
                    return found;
                }
            }
            NodeToken made = new NodeToken(random(6), random(16), hash(authority));
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, made.text() + "\n");
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException("the node token " + file + " cannot be kept: " + e.getMessage(), e);
        }
    }

    /** The whole token, as {@code --token} takes it. */
    public String text() {
        return id + "." + secret + "." + authorityHash;
    }

    /** What is shown to the server as a bearer token. */
    public String bearer() {
        return id + "." + secret;
    }

    public boolean isOf(X509Certificate authority) {
        return hash(authority).equals(authorityHash);
    }

    /** Knows this token alone, as the user {@code system:bootstrap:ID}. */
    TokenAuthenticator authenticator() {
        byte[] expected = bearer().getBytes(StandardCharsets.US_ASCII);
        UserInfo user = new UserInfo("system:bootstrap:" + id, "", List.of(BOOTSTRAPPERS), Map.of());
        return new TokenAuthenticator() {
            @Override
            public CompletionStage<Optional<UserInfo>> authenticate(String token) {
                boolean equal = MessageDigest.isEqual(expected, token.getBytes(StandardCharsets.UTF_8));
                return CompletableFuture.completedFuture(equal ? Optional.of(user) : Optional.empty());
            }
        };
    }

    private static String random(int length) {
        SecureRandom random = new SecureRandom();
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    private static String hash(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "NodeToken[" + id + "]";
    }
}
