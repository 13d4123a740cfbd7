package dev.troupe.persistence.embedded;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import scala.jdk.javaapi.FutureConverters;

/** An actor system on a journal folder, for tests of the store itself. */
public final class JournalTestSystem implements AutoCloseable {
    private final ActorSystem system;

    public JournalTestSystem(Path folder) {
        system = ActorSystem.create(
                "journal-test",
                ConfigFactory.parseString("troupe.persistence.directory = \"" + folder + "\"\npekko.loglevel = WARNING")
                        .withFallback(ConfigFactory.load()));
    }

    public ActorSystem system() {
        return system;
    }

    public EmbeddedStore store() {
        return EmbeddedStore.get(system);
    }

    @Override
    public void close() throws Exception {
        FutureConverters.asJava(system.terminate()).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
