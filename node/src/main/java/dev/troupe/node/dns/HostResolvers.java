package dev.troupe.node.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resolvers of a file like {@code /etc/resolv.conf}, read again when it is some seconds old: hosts move between
 * networks.
 */
public final class HostResolvers implements Supplier<List<InetSocketAddress>> {
    private static final Logger LOG = LoggerFactory.getLogger(HostResolvers.class);
    private static final long KEEP_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int PORT = 53;

    /** As many as the C library asks. */
    private static final int MOST = 3;

    private record Loaded(List<InetSocketAddress> resolvers, long at) {}

    private final Path file;
    private final Set<InetAddress> own;
    private volatile Optional<Loaded> loaded = Optional.empty();

    /** @param own addresses that lead back here, which would make a loop */
    public HostResolvers(Path file, Set<InetAddress> own) {
        this.file = file;
        this.own = Set.copyOf(own);
    }

    @Override
    public List<InetSocketAddress> get() {
        long now = System.nanoTime();
        Optional<Loaded> current = loaded;
        if (current.isPresent() && now - current.get().at() < KEEP_NANOS) {
            return current.get().resolvers();
        }
        List<InetSocketAddress> resolvers;
        try {
            resolvers = read();
        } catch (IOException e) {
            LOG.warn("Cannot read the host's resolvers: {}", e.toString());
            resolvers = current.map(Loaded::resolvers).orElse(List.of());
        }
        loaded = Optional.of(new Loaded(resolvers, now));
        return resolvers;
    }

    private List<InetSocketAddress> read() throws IOException {
        List<InetSocketAddress> resolvers = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.strip().split("\\s+");
            if (words.length >= 2 && words[0].equals("nameserver")) {
                ServiceNamesReader.address(words[1])
                        .filter(address -> !own.contains(address))
                        .ifPresent(address -> resolvers.add(new InetSocketAddress(address, PORT)));
            }
        }
        return resolvers.stream().limit(MOST).toList();
    }
}
