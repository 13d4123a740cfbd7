package dev.troupe.node.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressFilesTest {
    @TempDir
    Path folder;

    private AddressFiles files(String range) throws IOException {
        return new AddressFiles(folder.resolve("addresses"), Ipv4Range.parse(range));
    }

    @Test
    void givesEveryUsableAddressOnceAndThenSaysSo() throws IOException {
        AddressFiles files = files("10.244.1.0/28");
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 13; i++) {
            given.add(files.take("pod" + i));
        }
        assertEquals(13, given.size());
        assertTrue(!given.contains("10.244.1.0") && !given.contains("10.244.1.1") && !given.contains("10.244.1.15"));
        IOException full = assertThrows(IOException.class, () -> files.take("one more"));
        assertTrue(full.getMessage().contains("10.244.1.0/28"), full.getMessage());
        files.release("pod5");
        assertTrue(given.contains(files.take("one more")));
    }

    @Test
    void neverGivesAnAddressTwiceWhateverHappens() throws IOException {
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        AddressFiles files = files("10.244.1.0/27");
        Map<String, String> owners = new HashMap<>();
        for (int step = 0; step < 2_000; step++) {
            String key = "pod" + random.nextInt(25);
            switch (random.nextInt(4)) {
                case 0 -> {
                    files.release(key);
                    owners.remove(key);
                }
                case 1 -> files = files("10.244.1.0/27");
                default -> {
                    String address = files.take(key);
                    assertEquals(owners.getOrDefault(key, address), address, "seed " + seed + ", step " + step);
                    owners.put(key, address);
                    assertEquals(owners.size(), Set.copyOf(owners.values()).size(), "seed " + seed + ", step " + step);
                }
            }
        }
    }

    @Test
    void keepsNothingOfAnotherRangeNorOfAnUnfinishedWrite() throws IOException {
        files("10.244.7.0/24").take("old");
        Files.writeString(folder.resolve("addresses").resolve("new123"), "half");
        AddressFiles files = files("10.244.1.0/24");
        assertEquals(Set.of(), files.keys());
        assertEquals("10.244.1.2", files.take("a"));
        try (var left = Files.list(folder.resolve("addresses"))) {
            assertEquals(1, left.count());
        }
    }

    @Test
    void believesWhatIsSeenRunningOverWhatWasNoted() throws IOException {
        AddressFiles files = files("10.244.1.0/24");
        assertEquals("10.244.1.2", files.take("a"));
        files.keep("b", "10.244.1.2");
        assertEquals("10.244.1.2", files("10.244.1.0/24").take("b"));
        assertEquals("10.244.1.3", files.take("a"));
        files.keep("outside", "192.0.2.1");
        assertTrue(files.find("outside").isEmpty());
    }
}
