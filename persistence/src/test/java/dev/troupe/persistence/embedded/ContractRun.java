package dev.troupe.persistence.embedded;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.scalatest.Args;
import org.scalatest.Suite;
import org.scalatest.events.TestCanceled;
import org.scalatest.events.TestFailed;
import org.scalatest.events.TestSucceeded;
import scala.Option;

/** Runs Pekko's plugin contract, which comes as a ScalaTest suite, from a JUnit test. */
public final class ContractRun {
    private ContractRun() {}

    /** Fails with the name of each promise that is not kept. */
    public static void passes(Suite contract, int atLeast) {
        List<String> failures = new ArrayList<>();
        List<String> passed = new ArrayList<>();
        Args args = new Args(
                event -> {
                    switch (event) {
                        case TestFailed failed -> failures.add(failed.testName() + ": " + failed.message());
                        case TestCanceled canceled -> failures.add(canceled.testName() + ": canceled");
                        case TestSucceeded succeeded -> passed.add(succeeded.testName());
                        default -> {
                            // Progress of the run.
                        }
                    }
                },
                Args.$lessinit$greater$default$2(),
                Args.$lessinit$greater$default$3(),
                Args.$lessinit$greater$default$4(),
                Args.$lessinit$greater$default$5(),
                Args.$lessinit$greater$default$6(),
                Args.$lessinit$greater$default$7(),
                false,
                Args.$lessinit$greater$default$9(),
                Args.$lessinit$greater$default$10());
        contract.run(Option.empty(), args).waitUntilCompleted();
        Assertions.assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
        Assertions.assertTrue(passed.size() >= atLeast, () -> "only these promises were checked: " + passed);
    }
}
