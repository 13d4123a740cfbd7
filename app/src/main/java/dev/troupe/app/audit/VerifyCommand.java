package dev.troupe.app.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.app.ApiClient;
import dev.troupe.model.json.Json;
import dev.troupe.model.resource.GroupResource;
import dev.troupe.model.resource.NamespacedName;
import dev.troupe.model.resource.ObjectKey;
import dev.troupe.model.resource.ResourceStrategy;
import dev.troupe.model.resource.ResourceType;
import dev.troupe.model.resource.StoredObject;
import dev.troupe.persistence.JournalReader;
import dev.troupe.persistence.audit.AuditEntry;
import dev.troupe.persistence.audit.AuditTrail;
import dev.troupe.persistence.audit.JournalCheck;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code audit verify}: replays the journal, and compares the outcome with what a running server serves. */
@Command(
        name = "verify",
        description = "replay the journal, check that it is one consistent history, and compare with what is served",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    private static final int PAGE = 500;

    private final PrintStream out;

    @Mixin
    private JournalOptions journal = new JournalOptions();

    VerifyCommand(PrintStream out) {
        this.out = out;
    }

    /**
     * What the server answered.
     *
     * @param objects canonical bytes by key
     * @param versions of the lists, by resource
     */
    private record Served(Map<ObjectKey, JsonNode> objects, Map<GroupResource, Long> versions) {}

    @Override
    public Integer call() {
        // What is served is read first: the journal, read after it, then holds at least all of that.
        boolean running = journal.data().runningProcess().isPresent();
        Served served = running ? served() : new Served(Map.of(), Map.of());
        JournalCheck check;
        Map<ObjectKey, String> differences;
        try (JournalReader reader = journal.open()) {
            check = JournalCheck.of(reader);
            differences = running ? differences(new AuditTrail(reader), check, served) : Map.of();
        }
        out.printf("journal: %d events and %d commits replayed%n", check.events(), check.commits());
        check.faults().forEach(fault -> out.println("  fault: " + fault));
        out.printf(
                "journal: %d faults, %d live objects%n",
                check.faultCount(), check.objects().size());
        if (running) {
            differences.forEach((key, why) -> out.println("  differs: " + key + ": " + why));
            out.printf(
                    "served: %d objects compared, %d differ%n", served.objects().size(), differences.size());
        } else {
            out.println("served: no server runs on this data folder, so there was nothing to compare with");
        }
        out.flush();
        return check.faultCount() == 0 && differences.isEmpty() ? 0 : 1;
    }

    private Served served() {
        Served served = new Served(new HashMap<>(), new HashMap<>());
        try (ApiClient client = ApiClient.of(journal.data())) {
            for (ResourceStrategy strategy : journal.registry().all()) {
                addServed(client, strategy.type(), served);
            }
        }
        return served;
    }

    private static void addServed(ApiClient client, ResourceType type, Served served) {
        String path = (type.group().isEmpty() ? "/api/" : "/apis/") + type.apiVersion() + "/" + type.plural();
        String token = "";
        do {
            JsonNode page = client.get(path + "?limit=" + PAGE + (token.isEmpty() ? "" : "&continue=" + token));
            for (JsonNode item : page.path("items")) {
                ObjectNode object = item.deepCopy();
                object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
                JsonNode metadata = object.path("metadata");
                served.objects()
                        .put(
                                new ObjectKey(
                                        type.groupResource(),
                                        new NamespacedName(
                                                Json.text(metadata, "namespace"), Json.text(metadata, "name"))),
                                object);
            }
            served.versions().put(type.groupResource(), Long.parseLong(Json.text(page, "metadata", "resourceVersion")));
            token = Json.text(page, "metadata", "continue");
        } while (!token.isEmpty());
    }

    private static Map<ObjectKey, String> differences(AuditTrail trail, JournalCheck check, Served served) {
        Map<ObjectKey, String> differences = new TreeMap<>();
        served.objects().forEach((key, object) -> {
            long version = Long.parseLong(Json.text(object, "metadata", "resourceVersion"));
            Optional<AuditEntry> entry = trail.history(key).stream()
                    .filter(candidate -> candidate.resourceVersion().orElse(0) == version)
                    .findFirst();
            if (entry.isEmpty()) {
                // Retention shortens the streams of Leases and Events, so theirs may be told from no beginning.
                if (check.objects().containsKey(key)) {
                    differences.put(key, "version " + version + " is served but not in the journal");
                }
            } else if (!sameBytes(object, entry.get().after(), version)) {
                differences.put(key, "version " + version + " is served otherwise than the journal tells it");
            }
        });
        check.objects().forEach((key, committed) -> {
            boolean listed = committed.resourceVersion() <= served.versions().getOrDefault(key.resource(), 0L);
            if (listed && !served.objects().containsKey(key)) {
                differences.put(key, "version " + committed.resourceVersion() + " is in the journal but not served");
            }
        });
        return differences;
    }

    private static boolean sameBytes(JsonNode served, byte[] recorded, long version) {
        ObjectNode replayed = Json.parseObject(recorded);
        replayed.withObject("metadata").put("resourceVersion", Long.toString(version));
        return Arrays.equals(StoredObject.encodeUnversioned((ObjectNode) served), recorded) && replayed.equals(served);
    }
}
