package dev.troupe.node.dns;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Turns a query into what is to be done about it. Knows nothing of sockets. */
final class Responder {
    /** What fits into one packet on every link without fragments (the DNS flag day of 2020). */
    static final int MAX_UDP_BYTES = 1232;

    /** RFC 1035: the least, and what a client without EDNS can take. */
    static final int MIN_UDP_BYTES = 512;

    /** Aliases of aliases; more is a loop. */
    private static final int MOST_ALIASES = 8;

    /** What is to be done. */
    sealed interface Action {
        /** Send this. */
        record Reply(Message message) implements Action {}

        /** Ask elsewhere, and send on what comes back. */
        record Forward() implements Action {}

        /** Ask elsewhere for the end of an alias, and send this with what comes back. */
        record Complete(Message message, Name target) implements Action {}

        /** Send nothing: it was no query. */
        record Ignore() implements Action {}
    }

    private final ClusterZone zone;

    Responder(ClusterZone zone) {
        this.zone = zone;
    }

    Action respond(Message query) {
        Header header = query.getHeader();
        if (header.getFlag(Flags.QR)) {
            return new Action.Ignore();
        }
        if (header.getOpcode() != Opcode.QUERY) {
            return new Action.Reply(refusal(query, Rcode.NOTIMP));
        }
        Record question = query.getQuestion();
        if (header.getCount(Section.QUESTION) != 1 || question == null) {
            return new Action.Reply(refusal(query, Rcode.FORMERR));
        }
        if (query.getOPT() != null && query.getOPT().getVersion() > 0) {
            return new Action.Reply(badVersion(query));
        }
        return switch (zone.find(question.getName())) {
            case ClusterZone.Found.Elsewhere elsewhere -> new Action.Forward();
            case ClusterZone.Found.Unknown unknown -> new Action.Reply(refusal(query, Rcode.SERVFAIL));
            case ClusterZone.Found.Nothing nothing -> new Action.Reply(negative(query, Rcode.NXDOMAIN));
            case ClusterZone.Found.Records records -> answer(query, question, records);
        };
    }

    private Action answer(Message query, Record question, ClusterZone.Found.Records found) {
        if (question.getDClass() != DClass.IN && question.getDClass() != DClass.ANY) {
            return new Action.Reply(refusal(query, Rcode.REFUSED));
        }
        Message reply = reply(query, Rcode.NOERROR);
        reply.getHeader().setFlag(Flags.AA);
        ClusterZone.Found.Records current = found;
        for (int aliases = 0; aliases <= MOST_ALIASES; aliases++) {
            List<Record> wanted = new ArrayList<>(ofType(current.records(), question.getType()));
            if (!wanted.isEmpty()) {
                // Clients take the first: chance spreads them.
                Collections.shuffle(wanted);
                wanted.forEach(record -> reply.addRecord(record, Section.ANSWER));
                current.additional().forEach(record -> reply.addRecord(record, Section.ADDITIONAL));
                return new Action.Reply(reply);
            }
            List<Record> alias = ofType(current.records(), Type.CNAME);
            if (alias.isEmpty()) {
                reply.addRecord(zone.startOfAuthority(), Section.AUTHORITY);
                return new Action.Reply(reply);
            }
            reply.addRecord(alias.get(0), Section.ANSWER);
            Name target = ((CNAMERecord) alias.get(0)).getTarget();
            switch (zone.find(target)) {
                case ClusterZone.Found.Records more -> current = more;
                case ClusterZone.Found.Elsewhere elsewhere -> {
                    return new Action.Complete(reply, target);
                }
                case ClusterZone.Found.Unknown unknown -> {
                    return new Action.Reply(refusal(query, Rcode.SERVFAIL));
                }
                case ClusterZone.Found.Nothing nothing -> {
                    // RFC 6604: the code is that of the last name in the chain.
                    reply.getHeader().setRcode(Rcode.NXDOMAIN);
                    reply.addRecord(zone.startOfAuthority(), Section.AUTHORITY);
                    return new Action.Reply(reply);
                }
            }
        }
        return new Action.Reply(refusal(query, Rcode.SERVFAIL));
    }

    private static List<Record> ofType(List<Record> records, int type) {
        return type == Type.ANY
                ? records
                : records.stream().filter(record -> record.getType() == type).toList();
    }

    private Message negative(Message query, int rcode) {
        Message reply = reply(query, rcode);
        reply.getHeader().setFlag(Flags.AA);
        reply.addRecord(zone.startOfAuthority(), Section.AUTHORITY);
        return reply;
    }

    static Message refusal(Message query, int rcode) {
        return reply(query, rcode);
    }

    private static Message badVersion(Message query) {
        Message reply = reply(query, Rcode.NOERROR);
        reply.removeAllRecords(Section.ADDITIONAL);
        // The upper bits of the code stand in the OPT record.
        reply.addRecord(new OPTRecord(MAX_UDP_BYTES, Rcode.BADVERS >> 4, 0), Section.ADDITIONAL);
        return reply;
    }

    private static Message reply(Message query, int rcode) {
        Message reply = new Message(query.getHeader().getID());
        Header header = reply.getHeader();
        header.setFlag(Flags.QR);
        header.setFlag(Flags.RA);
        header.setOpcode(query.getHeader().getOpcode());
        if (query.getHeader().getFlag(Flags.RD)) {
            header.setFlag(Flags.RD);
        }
        header.setRcode(rcode);
        query.getSection(Section.QUESTION).stream()
                .limit(1)
                .forEach(question -> reply.addRecord(question, Section.QUESTION));
        if (query.getOPT() != null) {
            reply.addRecord(new OPTRecord(MAX_UDP_BYTES, 0, 0), Section.ADDITIONAL);
        }
        return reply;
    }

    /** How many bytes a client can take by UDP. */
    static int udpLimit(Message query) {
        OPTRecord opt = query.getOPT();
        return opt == null ? MIN_UDP_BYTES : Math.clamp(opt.getPayloadSize(), MIN_UDP_BYTES, MAX_UDP_BYTES);
    }
}
