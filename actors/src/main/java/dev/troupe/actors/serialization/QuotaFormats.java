package dev.troupe.actors.serialization;

import dev.troupe.actors.quota.QuotaGate;
import dev.troupe.model.resource.ObjectKey;
import java.util.List;

/** The messages of quota gates. */
final class QuotaFormats {
    private QuotaFormats() {}

    static List<MessageFormat<?>> all(References references) {
        return List.of(
                new MessageFormat<>(
                        QuotaGate.Charge.class,
                        "charge1",
                        (out, charge) -> {
                            Fields.text(out, charge.key().persistenceId());
                            Fields.bytes(out, charge.object());
                            Fields.bytes(out, charge.old());
                            references.write(out, charge.replyTo());
                        },
                        in -> new QuotaGate.Charge(
                                ObjectKey.parse(Fields.text(in)),
                                Fields.bytes(in),
                                Fields.bytes(in),
                                references.read(in))),
                new MessageFormat<>(
                        QuotaGate.Settle.class,
                        "settle1",
                        (out, settle) -> {
                            Fields.text(out, settle.ticket());
                            Fields.text(out, settle.result().name());
                            out.writeLong(settle.resourceVersion());
                        },
                        in -> new QuotaGate.Settle(
                                Fields.text(in), QuotaGate.Result.valueOf(Fields.text(in)), in.readLong())),
                new MessageFormat<>(
                        QuotaGate.Allowed.class,
                        "allowed1",
                        (out, allowed) -> Fields.text(out, allowed.ticket()),
                        in -> new QuotaGate.Allowed(Fields.text(in))),
                new MessageFormat<>(
                        QuotaGate.Denied.class,
                        "denied1",
                        (out, denied) -> StatusCodec.write(out, denied.status()),
                        in -> new QuotaGate.Denied(StatusCodec.read(in))));
    }
}
