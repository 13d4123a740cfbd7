package dev.troupe.http.auth;

import dev.troupe.model.api.UserInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tokens of a kube-apiserver token file: lines {@code token,user,uid,"group1,group2"}, the groups optional. Only
 * keyed hashes of the tokens are kept, and looked up by hash, so neither memory dumps nor timing give a token away.
 */
public final class StaticTokens implements TokenAuthenticator {
    private final Mac mac = freshMac();
    private final Map<String, UserInfo> usersByHash = new HashMap<>();

    private StaticTokens(Map<String, UserInfo> users) {
        users.forEach((token, user) -> usersByHash.put(hash(token), user));
    }

    /** @throws IOException if the file cannot be read or a line is malformed; the message names the line, not its text */
    public static StaticTokens load(Path file) throws IOException {
        return parse(Files.readString(file, StandardCharsets.UTF_8));
    }

    /** From the text of a token file. */
    public static StaticTokens parse(String text) throws IOException {
        Map<String, UserInfo> users = new HashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> fields = fields(line);
            if (fields.size() < 3 || fields.get(0).isEmpty() || fields.get(1).isEmpty()) {
                throw new IOException("token file, line " + number
                        + ": expected token,user,uid and optionally \"group1,group2\"; found " + fields.size()
                        + " fields");
            }
            List<String> groups = fields.size() > 3 && !fields.get(3).isBlank()
                    ? List.of(fields.get(3).split(",")).stream()
                            .map(String::strip)
                            .toList()
                    : List.of();
            users.putIfAbsent(fields.get(0), new UserInfo(fields.get(1), fields.get(2), groups, Map.of()));
        }
        return new StaticTokens(users);
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == '"') {
                boolean doubled = quoted && at + 1 < line.length() && line.charAt(at + 1) == '"';
                if (doubled) {
                    field.append(c);
                    at++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == ',' && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }

    @Override
    public CompletionStage<Optional<UserInfo>> authenticate(String token) {
        return CompletableFuture.completedFuture(Optional.ofNullable(usersByHash.get(hash(token))));
    }

    private String hash(String token) {
        try {
            // A copy of one that is ready costs a tenth of a new one.
            Mac copy = (Mac) mac.clone();
            return HexFormat.of().formatHex(copy.doFinal(token.getBytes(StandardCharsets.UTF_8)));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this JDK's HmacSHA256 cannot be copied", e);
        }
    }

    private static Mac freshMac() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }
}
