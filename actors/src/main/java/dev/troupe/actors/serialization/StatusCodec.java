package dev.troupe.actors.serialization;

import dev.troupe.model.status.Status;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/** The binary form of a Status on its way back from an entity. */
final class StatusCodec {
    private StatusCodec() {}

    static void write(DataOutputStream out, Status status) throws IOException {
        out.writeInt(status.code());
        Fields.text(out, status.reason());
        Fields.text(out, status.message());
        out.writeBoolean(status.details().isPresent());
        if (status.details().isPresent()) {
            Status.Details details = status.details().get();
            Fields.text(out, details.name());
            Fields.text(out, details.group());
            Fields.text(out, details.kind());
            Fields.text(out, details.uid());
            Fields.list(out, details.causes(), (to, cause) -> {
                Fields.text(to, cause.reason());
                Fields.text(to, cause.message());
                Fields.text(to, cause.field());
            });
            out.writeInt(details.retryAfterSeconds());
        }
    }

    static Status read(DataInputStream in) throws IOException {
        int code = in.readInt();
        String reason = Fields.text(in);
        String message = Fields.text(in);
        if (!in.readBoolean()) {
            return new Status(code, reason, message, Optional.empty());
        }
        Status.Details details = new Status.Details(
                Fields.text(in),
                Fields.text(in),
                Fields.text(in),
                Fields.text(in),
                Fields.list(in, from -> new Status.Cause(Fields.text(from), Fields.text(from), Fields.text(from))),
                in.readInt());
        return new Status(code, reason, message, Optional.of(details));
    }
}
