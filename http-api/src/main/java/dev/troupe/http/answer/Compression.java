package dev.troupe.http.answer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/** Gzip for large answers, where the client accepts it. */
public final class Compression {
    private Compression() {}

    /**
     * The response, compressed if that is worth it.
     *
     * @param acceptEncoding the header's value; empty if there is none
     * @param threshold bytes from which compression is worth its time
     */
    public static HttpResponse apply(HttpResponse response, String acceptEncoding, int threshold) {
        boolean accepted = acceptEncoding.contains("gzip");
        if (!accepted
                || !(response.entity() instanceof HttpEntity.Strict strict)
                || strict.getData().length() < threshold
                || response.getHeader("Content-Encoding").isPresent()) {
            return response;
        }
        return response.withEntity(HttpEntities.create(strict.getContentType(), gzip(strict.getData())))
                .addHeader(RawHeader.create("Content-Encoding", "gzip"))
                .addHeader(RawHeader.create("Vary", "Accept-Encoding"));
    }

    private static ByteString gzip(ByteString data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length() / 4);
        try (GZIPOutputStream gzip = new FastGzip(out)) {
            for (java.nio.ByteBuffer buffer : data.getByteBuffers()) {
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                gzip.write(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteString.fromArrayUnsafe(out.toByteArray());
    }

    /** The fastest level: three quarters of the gain for a third of the time. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out, 16 * 1024);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
