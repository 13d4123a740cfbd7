package dev.troupe.actors.serialization;

import dev.troupe.actors.entity.ResourceEntity;
import dev.troupe.model.api.WriteResult;
import java.util.List;

/** The messages of objects' entities. */
final class EntityFormats {
    private EntityFormats() {}

    static List<MessageFormat<?>> all(References references) {
        return List.of(
                new MessageFormat<>(
                        ResourceEntity.Handle.class,
                        "handle1",
                        (out, handle) -> {
                            WriteCodec.write(out, handle.request());
                            WriteCodec.instant(out, handle.deadline());
                            references.write(out, handle.replyTo());
                        },
                        in -> new ResourceEntity.Handle(
                                WriteCodec.read(in), WriteCodec.instant(in), references.read(in))),
                new MessageFormat<>(
                        ResourceEntity.Wake.class, "wake1", (out, wake) -> {}, in -> new ResourceEntity.Wake()),
                new MessageFormat<>(
                        ResourceEntity.Written.class,
                        "written1",
                        (out, written) -> {
                            Fields.bytes(out, written.object());
                            out.writeLong(written.resourceVersion());
                            Fields.text(out, written.effect().name());
                            Fields.list(out, written.warnings(), Fields::text);
                        },
                        in -> new ResourceEntity.Written(
                                Fields.bytes(in),
                                in.readLong(),
                                WriteResult.Effect.valueOf(Fields.text(in)),
                                Fields.list(in, Fields::text))),
                new MessageFormat<>(
                        ResourceEntity.Refused.class,
                        "refused1",
                        (out, refused) -> StatusCodec.write(out, refused.status()),
                        in -> new ResourceEntity.Refused(StatusCodec.read(in))));
    }
}
