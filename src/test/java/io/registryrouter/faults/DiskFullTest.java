package io.registryrouter.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A destination is down until there is no room left: sources wait, and go on by themselves. */
class DiskFullTest {

  private static final long SEED = 3;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"256KiB", "64MiB"})
  void aFullDiskMakesSourcesWaitAndLosesNothing(String segmentSize) throws Exception {
    Path data = Files.createDirectories(directory.resolve("data"));
    assumeThat(Tool.exitCode("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", data.toString()))
        .as("the right to mount a tmpfs of 8 MiB")
        .isZero();
    try (Scene scene = new Scene(directory, SEED)) {
      scene.home().set("router.spool.segment-size", segmentSize);

      fillAndRecover(scene);
    } finally {
      Tool.exitCode("umount", data.toString());
    }
  }

  @Test
  void aUsedUpQuotaMakesSourcesWaitAndLosesNothing() throws Exception {
    try (Scene scene = new Scene(directory, SEED)) {
      scene.home().set("router.spool.max-size", "4MiB").set("router.spool.segment-size", "1MiB");

      fillAndRecover(scene);
    }
  }

  private static void fillAndRecover(Scene scene) throws Exception {
    FaultyReceiver down = scene.receiver("us-south", Wire.LINES, FaultPlan.healthy());
    scene.receiver("eu-de", Wire.LINES, FaultPlan.healthy());
    scene.receiver("eu-gb", Wire.LINES, FaultPlan.healthy());
    scene.receiver("jp-tok", Wire.LINES, FaultPlan.healthy());
    down.refuse();
    HttpFeeder one = scene.client("one", Lane.ACTIVITY_TRACKER, 200, 0);
    HttpFeeder two = scene.client("two", Lane.ACTIVITY_TRACKER, 200, 0);
    FileFeeder files = scene.files(Lane.ACTIVITY_TRACKER, 0);
    FileFeeder.Move file = files.putBeside(0, 2000);

    try (RouterProcess process = scene.startAndAwaitReady()) {
      scene.feed(one, two);
      awaitRefusals(process, one, two, 3);
      file.run();
      awaitRefusals(process, one, two, 50);
      assertThat(files.waiting()).hasSize(1);
      assertThat(scene.spooled().get("us-south")).isPositive();

      down.listen();
      int before = one.accepted();
      await().until(() -> one.accepted() > before + 2000);
      await().until(() -> files.waiting().isEmpty());
      scene.stopFeeding();
      scene.awaitNothingLeft();
      process.terminate();
      assertThat(process.waitForEnd().code()).isZero();
    }

    Verdict verdict = scene.verdict();
    System.out.println(verdict + " " + scene.receivers());
    assertThat(verdict.problems()).as("%s %s", verdict, scene.receivers()).isEmpty();
    assertThat(verdict.fileEventsAgain()).as("%s", verdict).isZero();
  }

  /** Waits until each client was asked so many more times to come again. */
  private static void awaitRefusals(
      RouterProcess process, HttpFeeder one, HttpFeeder two, int more) {
    int ones = one.unavailable();
    int twos = two.unavailable();
    await()
        .until(
            () -> {
              assertThat(process.endsWithin(Duration.ZERO)).as("it ended by itself").isFalse();
              return one.unavailable() >= ones + more && two.unavailable() >= twos + more;
            });
  }
}
