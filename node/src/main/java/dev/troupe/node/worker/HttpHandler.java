package dev.troupe.node.worker;

import dev.troupe.node.pod.Handler;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * HTTP probes: one request a connection, of whose answer only the head counts. Certificates are not checked, as
 * Kubernetes has it: the pod's address is the identity that is probed.
 */
final class HttpHandler {
    private static final int MAX_REDIRECTS = 10;
    private static final int MAX_LINE = 64 * 1024;
    private static final int MAX_HEADERS = 200;

    private record Answer(int status, Optional<String> location) {}

    private final SSLContext trusting = trusting();

    HandlerResult get(String host, int port, Handler.HttpGet probe, Duration timeout) {
        boolean secure = probe.scheme().equalsIgnoreCase("HTTPS");
        String authority = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        String path = probe.path();
        String url = (secure ? "https://" : "http://") + authority + path;
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
                Answer answer =
                        ask(new InetSocketAddress(host, port), secure, request(probe, authority, path), deadline);
                Optional<String> next = sameHost(answer, authority, url);
                if (answer.status() / 100 != 3 || next.isEmpty()) {
                    return answer.status() >= 200 && answer.status() < 400
                            ? HandlerResult.success("")
                            : HandlerResult.failure("HTTP probe failed with statuscode: " + answer.status());
                }
                path = next.get();
            }
            return HandlerResult.failure("Get \"" + url + "\": stopped after 10 redirects");
        } catch (SocketTimeoutException e) {
            return HandlerResult.failure(
                    "Get \"" + url + "\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        } catch (IOException e) {
            return HandlerResult.failure("Get \"" + url + "\": " + NodeHandlerRunner.dialFailure(authority, e));
        }
    }

    /** The path that a redirect within the same host leads to. */
    private static Optional<String> sameHost(Answer answer, String authority, String url) throws IOException {
        if (answer.location().isEmpty()) {
            return Optional.empty();
        }
        try {
            URI target = URI.create(url).resolve(answer.location().get());
            String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
            return authority.equals(target.getRawAuthority())
                    ? Optional.of(target.getRawPath() + query)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IOException("failed to parse Location header", e);
        }
    }

    private static String request(Handler.HttpGet probe, String authority, String path) {
        StringBuilder text = new StringBuilder("GET ").append(path).append(" HTTP/1.1\r\n");
        String host = authority;
        boolean agent = false;
        boolean accept = false;
        StringBuilder own = new StringBuilder();
        for (Handler.Header header : probe.headers()) {
            switch (header.name().toLowerCase(Locale.ROOT)) {
                case "host" -> host = header.value();
                case "user-agent" -> agent = true;
                case "accept" -> accept = true;
                default -> {}
            }
            if (!header.name().equalsIgnoreCase("host")) {
                own.append(header.name()).append(": ").append(header.value()).append("\r\n");
            }
        }
        text.append("Host: ").append(host).append("\r\n");
        text.append(agent ? "" : "User-Agent: kube-probe/1.32\r\n");
        text.append(accept ? "" : "Accept: */*\r\n");
        return text.append(own).append("Connection: close\r\n\r\n").toString();
    }

    private Answer ask(InetSocketAddress address, boolean secure, String request, long deadline) throws IOException {
        try (Socket plain = new Socket()) {
            plain.connect(address, left(deadline));
            plain.setSoTimeout(left(deadline));
            if (!secure) {
                return exchange(plain, request, deadline);
            }
            try (SSLSocket socket = (SSLSocket)
                    trusting.getSocketFactory().createSocket(plain, address.getHostString(), address.getPort(), true)) {
                return exchange(socket, request, deadline);
            }
        }
    }

    private static Answer exchange(Socket socket, String request, long deadline) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        InputStream input = new BufferedInputStream(socket.getInputStream());
        String[] status = line(input, socket, deadline).split(" ", 3);
        if (status.length < 2
                || !status[0].startsWith("HTTP/")
                || !status[1].chars().allMatch(Character::isDigit)) {
            throw new IOException("malformed HTTP response");
        }
        Optional<String> location = Optional.empty();
        for (int headers = 0; headers < MAX_HEADERS; headers++) {
            String header = line(input, socket, deadline);
            if (header.isEmpty()) {
                break;
            }
            if (header.toLowerCase(Locale.ROOT).startsWith("location:")) {
                location = Optional.of(header.substring("location:".length()).strip());
            }
        }
        return new Answer(Integer.parseInt(status[1]), location);
    }

    private static String line(InputStream input, Socket socket, long deadline) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            socket.setSoTimeout(left(deadline));
            int c = input.read();
            if (c < 0) {
                throw new IOException("EOF");
            }
            if (c == '\n') {
                return line.toString();
            }
            if (c != '\r') {
                line.append((char) c);
            }
            if (line.length() > MAX_LINE) {
                throw new IOException("malformed HTTP response");
            }
        }
    }

    private static int left(long deadline) throws SocketTimeoutException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException();
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    private static SSLContext trusting() {
        X509TrustManager everybody = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {everybody}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }
}
