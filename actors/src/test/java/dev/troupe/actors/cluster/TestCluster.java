package dev.troupe.actors.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.troupe.actors.TestKinds;
import dev.troupe.actors.sequencer.Sequencers;
import dev.troupe.model.admission.Admission;
import dev.troupe.model.api.Caller;
import dev.troupe.model.api.DeleteOptions;
import dev.troupe.model.api.ListRequest;
import dev.troupe.model.api.ObjectList;
import dev.troupe.model.api.Outcome;
import dev.troupe.model.api.Patch;
import dev.troupe.model.api.ReadVersion;
import dev.troupe.model.api.ResourceApi;
import dev.troupe.model.api.UserInfo;
import dev.troupe.model.api.WatchRequest;
import dev.troupe.model.api.WriteOptions;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.model.selector.FieldSelector;
import dev.troupe.model.selector.LabelSelector;
import dev.troupe.model.status.Status;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A member on a journal in a test's folder, with the calls of a patient client. */
final class TestCluster implements AutoCloseable {
    static final Caller CALLER =
            Caller.of(UserInfo.of("tester", UserInfo.SYSTEM_MASTERS, UserInfo.SYSTEM_AUTHENTICATED), "audit");

    private static final long PATIENCE_SECONDS = 30;

    final TroupeCluster cluster;
    final ResourceApi api;

    private TestCluster(TroupeCluster cluster) {
        this.cluster = cluster;
        this.api = cluster.api();
    }

    static TestCluster start(Path journal) {
        return start(journal, "", sequencers -> sequencers);
    }

    static TestCluster start(Path journal, String settings, UnaryOperator<Sequencers> gate) {
        TestCluster cluster = launch(journal, settings, gate);
        await(cluster.cluster.ready());
        return cluster;
    }

    /** Does not wait until it is ready. */
    static TestCluster launch(Path journal, String settings, UnaryOperator<Sequencers> gate) {
        Config overrides = ConfigFactory.parseString(settings)
                .withFallback(
                        ConfigFactory.parseString("pekko.coordinated-shutdown.run-by-actor-system-terminate = off\n"
                                + "pekko.cluster.jmx.enabled = off"));
        return new TestCluster(TroupeCluster.start(
                MemberSettings.alone(journal).with(overrides),
                new TroupeCluster.Parts(
                        TestKinds.registry(),
                        new Admission(List.of()),
                        InstantSource.system(),
                        new RandomIdGenerator(),
                        gate)));
    }

    static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain: " + what);
            }
            Thread.onSpinWait();
        }
    }

    static ObjectKey key(String name) {
        return TestKinds.CONFIG_MAPS.key("default", name);
    }

    StoredObject create(String name, String color) {
        return await(api.create(
                        CALLER,
                        TestKinds.CONFIG_MAPS,
                        "default",
                        TestKinds.configMap(name, color),
                        WriteOptions.internal()))
                .orThrow()
                .object();
    }

    StoredObject recolor(String name, String color) {
        return await(recoloring(name, color)).orThrow().object();
    }

    CompletionStage<Outcome<dev.troupe.model.api.WriteResult>> recoloring(String name, String color) {
        ObjectNode patch = Json.object();
        patch.putObject("data").put("color", color);
        return api.patch(CALLER, key(name), "", new Patch.MergePatch(patch), WriteOptions.internal());
    }

    StoredObject delete(String name) {
        return await(api.delete(CALLER, key(name), DeleteOptions.defaults()))
                .orThrow()
                .object();
    }

    Outcome<StoredObject> get(String name) {
        return await(api.get(CALLER, key(name), new ReadVersion.Latest()));
    }

    ObjectList list() {
        return await(api.list(CALLER, ListRequest.in(TestKinds.CONFIG_MAPS, "default")))
                .orThrow();
    }

    Outcome<ObjectList> page(ReadVersion version, int limit, String token) {
        return await(api.list(
                CALLER,
                new ListRequest(
                        TestKinds.CONFIG_MAPS,
                        "default",
                        LabelSelector.everything(),
                        FieldSelector.everything(),
                        version,
                        limit,
                        token)));
    }

    RecordedWatch watch(WatchRequest.Start start, FieldSelector fields) {
        RecordedWatch watch = new RecordedWatch();
        watch.begun(await(api.watch(
                        CALLER,
                        new WatchRequest(
                                TestKinds.CONFIG_MAPS, "default", LabelSelector.everything(), fields, start, true),
                        watch))
                .orThrow());
        return watch;
    }

    RecordedWatch watchAfter(long version) {
        return watch(new WatchRequest.Start.After(version), FieldSelector.everything());
    }

    static Status failure(Outcome<?> outcome) {
        if (outcome instanceof Outcome.Failure<?> failure) {
            return failure.status();
        }
        throw new AssertionError("succeeded: " + outcome);
    }

    /** As near to a crash as one JVM can come. */
    void abort() {
        await(cluster.abort());
    }

    @Override
    public void close() {
        await(cluster.abort());
    }
}
