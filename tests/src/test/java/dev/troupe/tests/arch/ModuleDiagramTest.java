package dev.troupe.tests.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The module diagram of the architecture, as a test. */
class ModuleDiagramTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // The test kit reaches other modules as a jar, whose name alone tells it from the product.
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.troupe");

    /** Module's package to the packages that it may not see. */
    private static final Map<String, List<String>> FORBIDDEN = Map.of(
            "dev.troupe.model..",
                    List.of(
                            "org.apache.pekko..",
                            "dev.troupe.config..",
                            "dev.troupe.persistence..",
                            "dev.troupe.actors..",
                            "dev.troupe.http..",
                            "dev.troupe.node..",
                            "dev.troupe.app.."),
            "dev.troupe.config..",
                    List.of(
                            "org.apache.pekko..",
                            "dev.troupe.persistence..",
                            "dev.troupe.actors..",
                            "dev.troupe.http..",
                            "dev.troupe.node..",
                            "dev.troupe.app.."),
            "dev.troupe.persistence..",
                    List.of("dev.troupe.actors..", "dev.troupe.http..", "dev.troupe.node..", "dev.troupe.app.."),
            "dev.troupe.actors..", List.of("dev.troupe.http..", "dev.troupe.node..", "dev.troupe.app.."),
            "dev.troupe.http..",
                    List.of(
                            "dev.troupe.actors..",
                            "dev.troupe.persistence..",
                            "dev.troupe.node..",
                            "dev.troupe.app..",
                            "org.apache.pekko.persistence..",
                            "org.apache.pekko.cluster.."),
            "dev.troupe.node..",
                    List.of(
                            "dev.troupe.actors..",
                            "dev.troupe.persistence..",
                            "dev.troupe.http..",
                            "dev.troupe.app.."));

    @TestFactory
    List<DynamicTest> seesOnlyWhatTheDiagramAllows() {
        return FORBIDDEN.entrySet().stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.getKey(),
                        () -> noClasses()
                                .that()
                                .resideInAPackage(rule.getKey())
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(rule.getValue().toArray(String[]::new))
                                .check(CLASSES)))
                .toList();
    }

    @Test
    void keepsTheThinkingFreeOfClocksAndChance() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.troupe.model.entity..",
                        "dev.troupe.model.controller..",
                        "dev.troupe.model.scheduler..",
                        "dev.troupe.model.kind..",
                        "dev.troupe.model.patch..",
                        "dev.troupe.model.proxy..")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.Random.class)
                .check(CLASSES);
    }

    @Test
    void neverSleeps() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .check(CLASSES);
    }

    @Test
    void hasNoCyclesBetweenPackagesOfTheModel() {
        SlicesRuleDefinition.slices()
                .matching("dev.troupe.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
