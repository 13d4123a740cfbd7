package dev.troupe.http;

import dev.troupe.config.pki.TlsContexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;

/** HTTP/1.1 written by hand, for requests that no client library would send. */
final class RawHttp {
    private RawHttp() {}

    /** The body of the answer to a GET as admin. */
    static String get(RunningApiServer server, String target, String... headers) {
        try (SSLSocket socket = (SSLSocket) TlsContexts.of(server.issue("admin", "system:masters"))
                .getSocketFactory()
                .createSocket("127.0.0.1", server.server().address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers)
                                    + (headers.length == 0 ? "" : "\r\n") + "Connection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
