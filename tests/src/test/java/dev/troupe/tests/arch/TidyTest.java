package dev.troupe.tests.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lengths and words that the style rules out. */
class TidyTest {
    private static final int MAX_LINES = 400;

    private static final Pattern BANNED_CLASS_NAME = Pattern.compile(".*(Manager|Helper|Util|Utils|Impl|Data)\\.java");
    /** In comments: a word in a string may be somebody else's text that is looked for. */
    private static final Pattern UNFINISHED = Pattern.compile("(//|\\*).*\\b(TODO|FIXME|XXX|HACK)\\b");

    private static final Pattern CATCHES_ALL = Pattern.compile("catch \\((final )?Throwable ");

    private static final Path HOME = home();
    private static final List<Path> SOURCES = sources();

    @Test
    void keepsFilesShort() {
        assertNone(
                SOURCES.stream()
                        .filter(TidyTest::isMain)
                        .filter(file -> lines(file).size() > MAX_LINES)
                        .toList(),
                "over 400 lines");
    }

    @Test
    void namesClassesByWhatTheyAre() {
        assertNone(
                SOURCES.stream()
                        .filter(file ->
                                BANNED_CLASS_NAME.matcher(file.toString()).matches())
                        .toList(),
                "banned class names");
    }

    @Test
    void leavesNothingUnfinished() {
        assertNone(containing(UNFINISHED), "unfinished");
    }

    @Test
    void catchesNoThrowable() {
        assertNone(containing(CATCHES_ALL), "catch Throwable");
    }

    @Test
    void describesEveryPackage() {
        List<Path> undescribed = SOURCES.stream()
                .filter(TidyTest::isMain)
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                .toList();
        assertNone(undescribed, "without package-info.java");
    }

    @Test
    void looksAtAllModules() {
        assertTrue(SOURCES.size() > 200, () -> "only " + SOURCES.size() + " source files were found in " + HOME);
    }

    private static boolean isMain(Path file) {
        return file.toString().contains("/src/main/");
    }

    private static List<Path> containing(Pattern pattern) {
        return SOURCES.stream()
                .filter(file -> !file.endsWith("TidyTest.java"))
                .filter(file -> lines(file).stream()
                        .anyMatch(line -> pattern.matcher(line).find()))
                .toList();
    }

    private static void assertNone(List<Path> offenders, String what) {
        List<String> names =
                offenders.stream().map(file -> HOME.relativize(file).toString()).toList();
        assertEquals(List.of(), names, what);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path home() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("troupe"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    private static List<Path> sources() {
        List<Path> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(HOME)) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .forEach(sources::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }
}
