package dev.troupe.actors.serialization;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.Cause;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.entity.Write;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The binary form of a write on its way to its entity. */
final class WriteCodec {
    private static final int CREATE = 1;
    private static final int UPDATE = 2;
    private static final int PATCH = 3;
    private static final int BIND = 4;
    private static final int DELETE = 5;

    private static final int JSON_PATCH = 1;
    private static final int MERGE_PATCH = 2;
    private static final int STRATEGIC_MERGE_PATCH = 3;

    private WriteCodec() {}

    static void write(DataOutputStream out, Write.Request request) throws IOException {
        Fields.text(out, request.key().persistenceId());
        caller(out, request.caller());
        instant(out, request.now());
        Fields.text(out, request.freshUid());
        switch (request.write()) {
            case Write.Create create -> {
                out.writeByte(CREATE);
                Fields.bytes(out, Json.bytes(create.object()));
                options(out, create.options());
            }
            case Write.Update update -> {
                out.writeByte(UPDATE);
                Fields.text(out, update.subresource());
                Fields.bytes(out, Json.bytes(update.object()));
                options(out, update.options());
            }
            case Write.ApplyPatch patch -> {
                out.writeByte(PATCH);
                Fields.text(out, patch.subresource());
                patch(out, patch.patch());
                options(out, patch.options());
            }
            case Write.BindPod bind -> {
                out.writeByte(BIND);
                Fields.bytes(out, Json.bytes(bind.binding()));
                options(out, bind.options());
            }
            case Write.Delete delete -> {
                out.writeByte(DELETE);
                delete(out, delete.options());
            }
        }
    }

    static Write.Request read(DataInputStream in) throws IOException {
        ObjectKey key = ObjectKey.parse(Fields.text(in));
        Caller caller = caller(in);
        Instant now = instant(in);
        String uid = Fields.text(in);
        int tag = in.readUnsignedByte();
        Write write = switch (tag) {
            case CREATE -> new Write.Create(object(in), options(in));
            case UPDATE -> new Write.Update(Fields.text(in), object(in), options(in));
            case PATCH -> new Write.ApplyPatch(Fields.text(in), patch(in), options(in));
            case BIND -> new Write.BindPod(object(in), options(in));
            case DELETE -> new Write.Delete(delete(in));
            default -> throw new IOException("unknown kind of write: " + tag);
        };
        return new Write.Request(key, write, caller, now, uid);
    }

    private static ObjectNode object(DataInputStream in) throws IOException {
        return Json.parseObject(Fields.bytes(in));
    }

    static void instant(DataOutputStream out, Instant time) throws IOException {
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
    }

    static Instant instant(DataInputStream in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }

    private static void caller(DataOutputStream out, Caller caller) throws IOException {
        Fields.text(out, caller.user().name());
        Fields.text(out, caller.user().uid());
        Fields.list(out, caller.user().groups(), Fields::text);
        Fields.list(out, List.copyOf(caller.user().extra().entrySet()), (to, extra) -> {
            Fields.text(to, extra.getKey());
            Fields.list(to, extra.getValue(), Fields::text);
        });
        Fields.text(out, caller.auditId());
        out.writeBoolean(caller.cause().isPresent());
        if (caller.cause().isPresent()) {
            Fields.text(out, caller.cause().get().object().persistenceId());
            out.writeLong(caller.cause().get().resourceVersion());
        }
    }

    private static Caller caller(DataInputStream in) throws IOException {
        String name = Fields.text(in);
        String uid = Fields.text(in);
        List<String> groups = Fields.list(in, Fields::text);
        Map<String, List<String>> extra = new HashMap<>();
        Fields.list(in, from -> extra.put(Fields.text(from), Fields.list(from, Fields::text)) == null);
        String auditId = Fields.text(in);
        Optional<Cause> cause = in.readBoolean()
                ? Optional.of(new Cause(ObjectKey.parse(Fields.text(in)), in.readLong()))
                : Optional.empty();
        return new Caller(new UserInfo(name, uid, groups, extra), auditId, cause);
    }

    private static void options(DataOutputStream out, WriteOptions options) throws IOException {
        out.writeBoolean(options.dryRun());
        Fields.text(out, options.fieldValidation().name());
        Fields.text(out, options.fieldManager());
        Fields.list(out, options.decodingWarnings(), Fields::text);
    }

    private static WriteOptions options(DataInputStream in) throws IOException {
        return new WriteOptions(
                in.readBoolean(),
                WriteOptions.FieldValidation.valueOf(Fields.text(in)),
                Fields.text(in),
                Fields.list(in, Fields::text));
    }

    private static void patch(DataOutputStream out, Patch patch) throws IOException {
        out.writeByte(
                switch (patch) {
                    case Patch.JsonPatch json -> JSON_PATCH;
                    case Patch.MergePatch merge -> MERGE_PATCH;
                    case Patch.StrategicMergePatch strategic -> STRATEGIC_MERGE_PATCH;
                });
        Fields.bytes(out, Json.bytes(patch.document()));
    }

    private static Patch patch(DataInputStream in) throws IOException {
        int tag = in.readUnsignedByte();
        byte[] document = Fields.bytes(in);
        return switch (tag) {
            case JSON_PATCH -> new Patch.JsonPatch((ArrayNode) Json.mapper().readTree(document));
            case MERGE_PATCH -> new Patch.MergePatch(Json.parseObject(document));
            case STRATEGIC_MERGE_PATCH -> new Patch.StrategicMergePatch(Json.parseObject(document));
            default -> throw new IOException("unknown kind of patch: " + tag);
        };
    }

    private static void delete(DataOutputStream out, DeleteOptions options) throws IOException {
        out.writeBoolean(options.dryRun());
        out.writeLong(options.gracePeriodSeconds().orElse(-1));
        Fields.text(
                out, options.propagation().map(DeleteOptions.Propagation::name).orElse(""));
        Fields.text(out, options.uidPrecondition().orElse(""));
        Fields.text(out, options.resourceVersionPrecondition().orElse(""));
    }

    private static DeleteOptions delete(DataInputStream in) throws IOException {
        boolean dryRun = in.readBoolean();
        long grace = in.readLong();
        return new DeleteOptions(
                dryRun,
                grace < 0 ? OptionalLong.empty() : OptionalLong.of(grace),
                optional(in).map(DeleteOptions.Propagation::valueOf),
                optional(in),
                optional(in));
    }

    private static Optional<String> optional(DataInputStream in) throws IOException {
        String text = Fields.text(in);
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
