package io.registryrouter.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.RouterProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM in the middle of everything. */
class GracefulStopTest {

  private static final long SEED = Long.getLong("faults.seed", 5);
  private static final int STOPS = Integer.getInteger("faults.stops", 5);

  @TempDir private Path directory;

  @Test
  void stoppingUnderLoadEndsInTimeAndTheNextStartGoesOnWithoutLossOrRepetition() throws Exception {
    Random random = new Random(SEED);
    try (Scene scene = new Scene(directory, SEED)) {
      scene
          .home()
          .set("router.drain-timeout", "5s")
          .set("router.delivery.timeout", "5s")
          .set("router.delivery.batch-events", "100")
          .set("router.spool.segment-size", "256KiB");
      scene.receiver("us-south", Wire.LINES, FaultPlan.always(Fault.SLOW_READ));
      scene.receiver("eu-de", Wire.GZIP_LINES, FaultPlan.healthy());
      scene.receiver("jp-tok", Wire.ARRAY, FaultPlan.healthy());
      HttpFeeder one = scene.client("one", Lane.ACTIVITY_TRACKER, 20, 0);
      scene.feed(
          one,
          scene.client("two", Lane.ACTIVITY_TRACKER, 5, 0),
          scene.client("three", Lane.ACCESS_TRAIL, 5, 0),
          scene.files(Lane.ACTIVITY_TRACKER, 0),
          scene.files(Lane.ACCESS_TRAIL, 0));

      for (int stop = 0; stop < STOPS; stop++) {
        try (RouterProcess process = scene.startAndAwaitReady()) {
          int before = one.accepted();
          await().atMost(Duration.ofSeconds(20)).until(() -> one.accepted() > before);
          assertThat(process.endsWithin(Duration.ofMillis(random.nextInt(1000)))).isFalse();

          process.terminate();

          assertThat(process.endsWithin(Duration.ofSeconds(8))).as("stop %d", stop).isTrue();
          assertThat(process.waitForEnd().code()).as("stop %d", stop).isZero();
        }
      }
      try (RouterProcess last = scene.startAndAwaitReady()) {
        scene.stopFeeding();
        scene.awaitNothingLeft();
        last.terminate();
        assertThat(last.waitForEnd().code()).isZero();
      }

      Verdict verdict = scene.verdict();
      System.out.println(verdict + " " + scene.receivers());
      assertThat(verdict.problems())
          .as("seed %d: %s %s", SEED, verdict, scene.receivers())
          .isEmpty();
      assertThat(verdict.clientEventsAgain()).as("seed %d: %s", SEED, verdict).isZero();
      assertThat(verdict.fileEventsAgain()).as("seed %d: %s", SEED, verdict).isZero();
      assertThat(verdict.requestsRepeated()).as("seed %d: %s", SEED, verdict).isZero();
    }
  }
}
