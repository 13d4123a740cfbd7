package dev.troupe.http.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.troupe.model.api.UserInfo;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StaticTokensTest {
    private static Optional<UserInfo> user(StaticTokens tokens, String token) {
        return tokens.authenticate(token).toCompletableFuture().join();
    }

    @Test
    void readsTheFileOfKubeApiserver() throws IOException {
        StaticTokens tokens = StaticTokens.parse("""
                # comment
                t1,alice,1
                t2,bob,2,"dev,ops"
                "t,3","car""ol",3,"one"

                """);
        assertEquals(
                new UserInfo("alice", "1", List.of(), java.util.Map.of()),
                user(tokens, "t1").orElseThrow());
        assertEquals(List.of("dev", "ops"), user(tokens, "t2").orElseThrow().groups());
        assertEquals("car\"ol", user(tokens, "t,3").orElseThrow().name());
        assertTrue(user(tokens, "t4").isEmpty());
        assertTrue(user(tokens, "").isEmpty());
    }

    @Test
    void saysWhichLineIsWrongWithoutShowingIt() {
        IOException failure = assertThrows(IOException.class, () -> StaticTokens.parse("a,b,c\nsecret,x\n"));
        assertTrue(failure.getMessage().contains("line 2"));
        assertFalse(failure.getMessage().contains("secret"));
    }
}
