package dev.troupe.tests.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what was compared. */
final class Score {
    private static final Logger LOG = LoggerFactory.getLogger(Score.class);

    private int passed;
    private final List<String> listed = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final StringBuilder answers = new StringBuilder();
    private final StringBuilder recordings = new StringBuilder();

    /**
     * @param reason empty for a case that is not listed
     * @param expected whether the answer is the recorded one or, for a listed case, the one that goes with its reason
     */
    void add(Recording recording, String reason, String recorded, boolean expected, String answer) {
        boolean same = recorded.equals(answer);
        String head = recording.id() + " " + recording.name();
        if (!expected || (same && !reason.isEmpty())) {
            failed.add(head);
        } else if (same) {
            passed++;
        } else {
            listed.add(head + ": " + reason);
        }
        if (!same) {
            answers.append("# case ").append(head).append('\n').append(answer).append('\n');
            recordings
                    .append("# case ")
                    .append(head)
                    .append('\n')
                    .append(recorded)
                    .append('\n');
        }
    }

    /** Writes the table, and what was answered wherever Kubernetes answered otherwise. */
    void write(Path folder) throws IOException {
        int all = passed + listed.size() + failed.size();
        String table = """
                recorded answers of Kubernetes, replayed with kubectl

                cases    %4d
                same     %4d  %.1f %%
                listed   %4d  differ, each with its reason
                failed   %4d  differ

                failed:
                %s

                listed:
                %s
                """.formatted(
                        all,
                        passed,
                        all == 0 ? 0.0 : 100.0 * passed / all,
                        listed.size(),
                        failed.size(),
                        String.join("\n", failed),
                        String.join("\n", listed));
        LOG.warn("\n{}", table);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("recordings-score.txt"), table);
        Files.writeString(folder.resolve("recordings-answers.txt"), answers.toString());
        Files.writeString(folder.resolve("recordings-expected.txt"), recordings.toString());
    }
}
