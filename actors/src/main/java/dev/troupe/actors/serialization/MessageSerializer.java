package dev.troupe.actors.serialization;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Messages between members. The manifest names the message and its format's version; a reader skips what a newer writer
 * appended, and a change that is more than an appendix is a new manifest beside the old one.
 */
public final class MessageSerializer extends SerializerWithStringManifest {
    private static final int IDENTIFIER = 740_202;

    private final Map<Class<?>, MessageFormat<?>> byType = new HashMap<>();
    private final Map<String, MessageFormat<?>> byManifest = new HashMap<>();

    public MessageSerializer(ExtendedActorSystem system) {
        References references = new References(system);
        Stream.of(EntityFormats.all(references), SequencerFormats.all(references), QuotaFormats.all(references))
                .flatMap(List::stream)
                .forEach(format -> {
                    byType.put(format.type(), format);
                    byManifest.put(format.manifest(), format);
                });
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return format(message).manifest();
    }

    private MessageFormat<?> format(Object message) {
        return Optional.<MessageFormat<?>>ofNullable(byType.get(message.getClass()))
                .orElseThrow(
                        () -> new IllegalArgumentException("not a message between members: " + message.getClass()));
    }

    @Override
    public byte[] toBinary(Object message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try {
            format(message).write(new DataOutputStream(bytes), message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        MessageFormat<?> format = Optional.<MessageFormat<?>>ofNullable(byManifest.get(manifest))
                .orElseThrow(
                        () -> new IllegalArgumentException("unknown message " + manifest + ": from a newer Troupe?"));
        try {
            return format.reader().read(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
