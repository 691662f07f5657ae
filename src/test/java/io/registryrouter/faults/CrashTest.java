package io.registryrouter.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.RouterProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program is killed at random moments, its start included, while clients and files feed it and
 * receivers fail by a plan. {@code -Dfaults.kills=5000} makes it hours, {@code -Dfaults.seed=…}
 * repeats a run as far as threads allow.
 */
class CrashTest {

  private static final int KILLS = Integer.getInteger("faults.kills", 25);

  /** How long receivers go on failing after the last kill. */
  private static final Duration LAST_TROUBLE = Duration.ofSeconds(5);

  private static final long SEED = Long.getLong("faults.seed", System.nanoTime() % 1_000_000);

  /** Of so many events one is refused for good. */
  private static final int POISON_EVERY = 1500;

  private final Random random = new Random(SEED);

  @TempDir private Path directory;

  @Test
  void whatWasAcknowledgedArrivesWholeInOrderAndOnceButForExplainedRepetitions() throws Exception {
    try (Scene scene = new Scene(directory, SEED)) {
      receiver(scene, "us-south", Wire.LINES, 100);
      receiver(scene, "eu-de", Wire.GZIP_LINES, 5000);
      receiver(scene, "eu-gb", Wire.ARRAY, 300);
      receiver(scene, "jp-tok", Wire.LINES, 1000);
      scene.home().set("router.spool.segment-size", "1MiB");
      scene.feed(
          scene.client("client-1", Lane.ACTIVITY_TRACKER, 8, POISON_EVERY),
          scene.client("client-2", Lane.ACTIVITY_TRACKER, 8, POISON_EVERY),
          scene.client("client-3", Lane.ACTIVITY_TRACKER, 60, 0),
          scene.client("client-4", Lane.ACCESS_TRAIL, 8, 0),
          scene.files(Lane.ACTIVITY_TRACKER, POISON_EVERY),
          scene.files(Lane.ACCESS_TRAIL, 0));

      for (int kill = 0; kill < KILLS; kill++) {
        runAndKill(scene);
      }
      finish(scene);

      Verdict verdict = scene.verdict();
      System.out.println(describe(scene, verdict));
      assertThat(verdict.problems()).as(describe(scene, verdict)).isEmpty();
      assertThat(verdict.fileEventsAgain()).as(describe(scene, verdict)).isZero();
    }
  }

  private static void receiver(Scene scene, String destination, Wire wire, int batchEvents)
      throws IOException {
    scene.receiver(destination, wire, FaultPlan.seeded(SEED, destination));
    scene
        .home()
        .set("router.destination." + destination + ".batch-events", String.valueOf(batchEvents));
  }

  /** One in five is killed before it says that it is ready. */
  private void runAndKill(Scene scene) throws Exception {
    boolean early = random.nextInt(5) == 0;
    try (RouterProcess process = scene.start()) {
      if (!early) {
        await().until(process::isReady);
      }
      Duration life = Duration.ofMillis(random.nextInt(1800));
      if (process.endsWithin(life)) {
        scene.problems().add("it ended by itself: %s", process.waitForEnd());
      }
      process.kill();
    }
  }

  private static void finish(Scene scene) throws Exception {
    try (RouterProcess last = scene.startAndAwaitReady()) {
      if (last.endsWithin(LAST_TROUBLE)) {
        scene.problems().add("the last one ended by itself: %s", last.waitForEnd());
      }
      scene.receivers().forEach(receiver -> receiver.follow(FaultPlan.healthy()));
      scene.stopFeeding();
      scene.awaitNothingLeft();
      last.terminate();
      int code = last.waitForEnd().code();
      if (code != 0) {
        scene.problems().add("the last one ended with %d", code);
      }
    }
  }

  private static String describe(Scene scene, Verdict verdict) {
    return String.format(
        "%d kills, plan of every receiver: %s%n%s%n%s",
        KILLS, FaultPlan.seeded(SEED, ""), verdict, scene.receivers());
  }
}
