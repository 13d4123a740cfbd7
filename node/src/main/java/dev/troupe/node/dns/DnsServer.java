package dev.troupe.node.dns;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Listens for DNS queries by UDP and TCP. Names of the cluster are answered at once on the thread that reads; others
 * wait for the host's resolvers on virtual threads, so many at most as the settings allow.
 */
public final class DnsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int MAX_TCP_BYTES = 65_535;

    /** Queries are a name and some options; RFC 1035 allows 512 bytes, EDNS options a little more. */
    private static final int MAX_QUERY_BYTES = 4_096;

    private static final int HEADER_BYTES = 12;

    /** Both sockets must get the same port: with a chosen one, one try; with a free one, TCP's may be taken for UDP. */
    private static final int PORT_TRIES = 20;

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Responder responder;
    private final Upstream upstream;
    private final Semaphore forwards;
    private final Semaphore connections;
    private final int idleMillis;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private DnsServer(DatagramSocket udp, ServerSocket tcp, DnsServerSettings settings, ClusterZone zone) {
        this.udp = udp;
        this.tcp = tcp;
        this.responder = new Responder(zone);
        this.upstream = new Upstream(settings.upstreams(), settings.upstreamTimeout());
        this.forwards = new Semaphore(settings.limits().forwards());
        this.connections = new Semaphore(settings.limits().connections());
        this.idleMillis = (int) settings.limits().idle().toMillis();
    }

    /** @throws IOException if the address or the port cannot be had */
    public static DnsServer start(DnsServerSettings settings, ClusterZone zone) throws IOException {
        for (int tried = 1; ; tried++) {
            DatagramSocket udp = null;
            try {
                udp = new DatagramSocket(new InetSocketAddress(settings.address(), settings.port()));
                ServerSocket tcp = new ServerSocket(udp.getLocalPort(), 0, settings.address());
                DnsServer server = new DnsServer(udp, tcp, settings, zone);
                Thread.ofPlatform().daemon().name("dns-udp").start(server::readPackets);
                Thread.ofPlatform().daemon().name("dns-tcp").start(server::acceptConnections);
                return server;
            } catch (IOException e) {
                if (udp != null) {
                    udp.close();
                }
                if (settings.port() != 0 || tried == PORT_TRIES) {
                    throw new IOException(
                            "cannot listen for DNS at " + settings.address().getHostAddress() + " port "
                                    + settings.port() + ": " + e.getMessage()
                                    + "; stop what listens there, or set another DNS port for this node",
                            e);
                }
            }
        }
    }

    /** Where it listens, by UDP and TCP. */
    public InetSocketAddress address() {
        return (InetSocketAddress) udp.getLocalSocketAddress();
    }

    private void readPackets() {
        byte[] buffer = new byte[MAX_QUERY_BYTES];
        while (!closed) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                byte[] wire = Arrays.copyOf(buffer, packet.getLength());
                SocketAddress client = packet.getSocketAddress();
                handle(wire, false, reply -> udp.send(new DatagramPacket(reply, reply.length, client)));
            } catch (IOException e) {
                // A client that is gone is told here too; the socket itself only fails when it is closed.
                if (!closed) {
                    LOG.debug("A DNS answer was lost: {}", e.toString());
                }
            } catch (RuntimeException e) {
                // One query that hits a bug must not take the DNS of all pods along.
                LOG.error("A DNS query could not be answered", e);
            }
        }
    }

    private void acceptConnections() {
        while (!closed) {
            try {
                Socket socket = tcp.accept();
                if (connections.tryAcquire()) {
                    Thread.ofVirtual().name("dns-connection").start(() -> serve(socket));
                } else {
                    socket.close();
                }
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("Cannot accept a DNS connection: {}", e.toString());
                }
            }
        }
    }

    private void serve(Socket socket) {
        open.add(socket);
        try (socket) {
            socket.setSoTimeout(idleMillis);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            boolean usable = !closed;
            while (usable) {
                int length = in.readUnsignedShort();
                usable = length >= HEADER_BYTES && length <= MAX_QUERY_BYTES;
                if (usable) {
                    byte[] wire = new byte[length];
                    in.readFully(wire);
                    answerInOrder(wire, socket);
                }
            }
        } catch (EOFException | SocketTimeoutException e) {
            LOG.trace("A DNS connection ended");
        } catch (IOException e) {
            LOG.debug("A DNS connection broke: {}", e.toString());
        } finally {
            open.remove(socket);
            connections.release();
        }
    }

    /** One query after the other: a connection has its own thread, which may wait. */
    private void answerInOrder(byte[] wire, Socket socket) throws IOException {
        Optional<byte[]> reply = answer(wire, true);
        if (reply.isPresent()) {
            byte[] framed = new byte[reply.get().length + 2];
            framed[0] = (byte) (reply.get().length >> 8);
            framed[1] = (byte) reply.get().length;
            System.arraycopy(reply.get(), 0, framed, 2, reply.get().length);
            socket.getOutputStream().write(framed);
        }
    }

    private interface Sender {
        void send(byte[] reply) throws IOException;
    }

    /** Answers here what needs no waiting, and elsewhere what does. */
    private void handle(byte[] wire, boolean byTcp, Sender sender) throws IOException {
        Optional<Message> query = parse(wire);
        if (query.isEmpty()) {
            Optional<byte[]> malformed = malformed(wire);
            if (malformed.isPresent()) {
                sender.send(malformed.get());
            }
            return;
        }
        Responder.Action action = responder.respond(query.get());
        if (action instanceof Responder.Action.Reply || action instanceof Responder.Action.Ignore) {
            Optional<byte[]> reply = finish(query.get(), action, byTcp);
            if (reply.isPresent()) {
                sender.send(reply.get());
            }
            return;
        }
        if (!forwards.tryAcquire()) {
            sender.send(wire(query.get(), Responder.refusal(query.get(), Rcode.SERVFAIL), byTcp));
            return;
        }
        Thread.ofVirtual().name("dns-forward").start(() -> {
            try {
                Optional<byte[]> reply = finish(query.get(), action, byTcp);
                if (reply.isPresent()) {
                    sender.send(reply.get());
                }
            } catch (IOException e) {
                LOG.debug("A DNS answer was lost: {}", e.toString());
            } finally {
                forwards.release();
            }
        });
    }

    private Optional<byte[]> answer(byte[] wire, boolean byTcp) {
        Optional<Message> query = parse(wire);
        if (query.isEmpty()) {
            return malformed(wire);
        }
        return finish(query.get(), responder.respond(query.get()), byTcp);
    }

    private Optional<byte[]> finish(Message query, Responder.Action action, boolean byTcp) {
        return switch (action) {
            case Responder.Action.Ignore ignore -> Optional.empty();
            case Responder.Action.Reply reply -> Optional.of(wire(query, reply.message(), byTcp));
            case Responder.Action.Forward forward -> {
                Message reply = upstream.ask(query, byTcp).orElseGet(() -> Responder.refusal(query, Rcode.SERVFAIL));
                yield Optional.of(wire(query, reply, byTcp));
            }
            case Responder.Action.Complete complete ->
                Optional.of(wire(query, completed(query, complete, byTcp), byTcp));
        };
    }

    /** Follows an alias that leads out of the cluster: not every client does so itself. */
    private Message completed(Message query, Responder.Action.Complete complete, boolean byTcp) {
        Record question = query.getQuestion();
        Message asked = Message.newQuery(Record.newRecord(complete.target(), question.getType(), question.getDClass()));
        Optional<Message> found = upstream.ask(asked, byTcp);
        if (found.isEmpty()) {
            return Responder.refusal(query, Rcode.SERVFAIL);
        }
        Message reply = complete.message();
        reply.getHeader().setRcode(found.get().getRcode());
        found.get().getSection(Section.ANSWER).forEach(record -> reply.addRecord(record, Section.ANSWER));
        found.get().getSection(Section.AUTHORITY).forEach(record -> reply.addRecord(record, Section.AUTHORITY));
        return reply;
    }

    private static byte[] wire(Message query, Message reply, boolean byTcp) {
        return reply.toWire(byTcp ? MAX_TCP_BYTES : Responder.udpLimit(query));
    }

    private static Optional<Message> parse(byte[] wire) {
        try {
            return Optional.of(new Message(wire));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What had a header at least is told that the rest is not understood, unless it claims to be an answer. */
    private static Optional<byte[]> malformed(byte[] wire) {
        if (wire.length < HEADER_BYTES || (wire[2] & 0x80) != 0) {
            return Optional.empty();
        }
        Header header = new Header((wire[0] & 0xff) << 8 | wire[1] & 0xff);
        header.setFlag(org.xbill.DNS.Flags.QR);
        header.setRcode(Rcode.FORMERR);
        return Optional.of(header.toWire());
    }

    /** Stops listening and closes all connections. Answers under way are lost. */
    @Override
    public void close() {
        closed = true;
        udp.close();
        try {
            tcp.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            LOG.warn("Cannot close the DNS server: {}", e.toString());
        }
    }
}
