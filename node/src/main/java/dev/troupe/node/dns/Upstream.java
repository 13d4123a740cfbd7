package dev.troupe.node.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

/** Asks other DNS servers, one after the other. Blocks; fit for virtual threads, whose number the caller bounds. */
final class Upstream {
    private static final int MAX_MESSAGE_BYTES = 65_535;

    /** Resolvers of clients give up after 5 s: all tries together stay below. */
    private static final int MOST_TRIES = 3;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Supplier<List<InetSocketAddress>> servers;
    private final Duration timeout;

    /** @param timeout of one try with one server */
    Upstream(Supplier<List<InetSocketAddress>> servers, Duration timeout) {
        this.servers = servers;
        this.timeout = timeout;
    }

    /**
     * Asks, by TCP if that is how the client asked.
     *
     * @param query is sent with another id; the answer bears the query's own
     * @return empty if no server has answered; else what one said, which may be a failure
     */
    Optional<Message> ask(Message query, boolean tcp) {
        List<InetSocketAddress> known = servers.get();
        Optional<Message> failure = Optional.empty();
        for (int tried = 0; tried < MOST_TRIES && !known.isEmpty(); tried++) {
            InetSocketAddress server = known.get(tried % known.size());
            Optional<Message> answer = tryServer(server, query, tcp);
            answer.ifPresent(
                    message -> message.getHeader().setID(query.getHeader().getID()));
            if (answer.isPresent() && isFinal(answer.get())) {
                return answer;
            }
            failure = answer.isPresent() ? answer : failure;
        }
        return failure;
    }

    /** A server that refuses or fails has not said anything about the name. */
    private static boolean isFinal(Message answer) {
        int rcode = answer.getRcode();
        return rcode != Rcode.SERVFAIL && rcode != Rcode.REFUSED && rcode != Rcode.NOTIMP;
    }

    private Optional<Message> tryServer(InetSocketAddress server, Message query, boolean tcp) {
        Message sent = query.clone();
        sent.getHeader().setID(RANDOM.nextInt(0x10000));
        try {
            byte[] wire = sent.toWire(MAX_MESSAGE_BYTES);
            return tcp ? askByTcp(server, sent, wire) : askByUdp(server, sent, wire);
        } catch (IOException e) {
            // Unreachable, refused, late or garbled: the next try is the answer to all of them.
            return Optional.empty();
        }
    }

    private Optional<Message> askByUdp(InetSocketAddress server, Message sent, byte[] wire) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        try (DatagramSocket socket = new DatagramSocket()) {
            // Connected: answers of others never get here.
            socket.connect(server);
            socket.send(new DatagramPacket(wire, wire.length));
            byte[] buffer = new byte[MAX_MESSAGE_BYTES];
            while (true) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new SocketTimeoutException();
                }
                socket.setSoTimeout((int) left);
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                Message answer = new Message(java.util.Arrays.copyOf(buffer, packet.getLength()));
                if (belongs(answer, sent)) {
                    return Optional.of(answer);
                }
            }
        }
    }

    private Optional<Message> askByTcp(InetSocketAddress server, Message sent, byte[] wire) throws IOException {
        int millis = (int) timeout.toMillis();
        try (Socket socket = new Socket()) {
            socket.connect(server, millis);
            socket.setSoTimeout(millis);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] framed = new byte[wire.length + 2];
            framed[0] = (byte) (wire.length >> 8);
            framed[1] = (byte) wire.length;
            System.arraycopy(wire, 0, framed, 2, wire.length);
            out.write(framed);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            Message message = new Message(answer);
            return belongs(message, sent) ? Optional.of(message) : Optional.empty();
        }
    }

    private static boolean belongs(Message answer, Message sent) {
        Record asked = sent.getQuestion();
        Record answered = answer.getQuestion();
        return answer.getHeader().getID() == sent.getHeader().getID()
                && asked != null
                && (answered == null ? answer.getRcode() != Rcode.NOERROR : asked.equals(answered));
    }
}
