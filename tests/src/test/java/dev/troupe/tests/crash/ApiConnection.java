package dev.troupe.tests.crash;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.config.pki.Credentials;
import dev.troupe.config.pki.Pem;
import dev.troupe.config.pki.TlsContexts;
import dev.troupe.model.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** An outsider's HTTPS client: what it knows is in the kubeconfig. */
public final class ApiConnection {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final URI server;
    private final HttpClient http1;
    private final HttpClient http2;

    /** An answer. */
    public record Reply(int status, ObjectNode body) {
        public String reason() {
            return Json.text(body, "reason");
        }
    }

    private ApiConnection(URI server, SSLContext tls) {
        this.server = server;
        this.http1 = client(tls, HttpClient.Version.HTTP_1_1);
        this.http2 = client(tls, HttpClient.Version.HTTP_2);
    }

    private static HttpClient client(SSLContext tls, HttpClient.Version version) {
        return HttpClient.newBuilder()
                .sslContext(tls)
                .version(version)
                .connectTimeout(TIMEOUT)
                .build();
    }

    static ApiConnection open(URI server, Path kubeconfig) {
        try {
            String text = Files.readString(kubeconfig);
            return new ApiConnection(
                    server,
                    TlsContexts.of(new Credentials(
                            Pem.privateKey(pem(text, "client-key-data")),
                            Pem.certificate(pem(text, "client-certificate-data")),
                            Pem.certificate(pem(text, "certificate-authority-data")))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("the kubeconfig holds no usable certificates", e);
        }
    }

    private static String pem(String kubeconfig, String field) {
        Matcher matcher = Pattern.compile(field + ": (\\S+)").matcher(kubeconfig);
        if (!matcher.find()) {
            throw new AssertionError("no " + field + " in the kubeconfig");
        }
        return new String(Base64.getDecoder().decode(matcher.group(1)), StandardCharsets.US_ASCII);
    }

    /**
     * Sends one request, over HTTP/2 or HTTP/1.1 by the client's number.
     *
     * @param body empty for none
     * @throws IOException if no answer comes: the outcome is unknown
     */
    public Reply send(int client, String method, String path, String contentType, byte[] body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", contentType)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<byte[]> response = exchange(client, request, HttpResponse.BodyHandlers.ofByteArray());
        return new Reply(response.statusCode(), Json.parseObject(response.body()));
    }

    public Reply get(int client, String path) throws IOException {
        return send(client, "GET", path, "application/json", new byte[0]);
    }

    /** Opens a stream, for a watch. */
    HttpResponse<InputStream> stream(int client, String path) throws IOException {
        return exchange(
                client,
                HttpRequest.newBuilder(server.resolve(path)).GET().build(),
                HttpResponse.BodyHandlers.ofInputStream());
    }

    private <T> HttpResponse<T> exchange(int client, HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException {
        try {
            return (client % 2 == 0 ? http1 : http2).send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
