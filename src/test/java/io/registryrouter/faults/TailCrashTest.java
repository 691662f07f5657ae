package io.registryrouter.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.Arrived;
import io.registryrouter.support.Events;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer appends to a log and rotates it, also while no router runs; the program is killed at
 * random moments and started again.
 */
class TailCrashTest {

  private static final int KILLS = Integer.getInteger("faults.tail.kills", 6);
  private static final int LINES = Integer.getInteger("faults.tail.lines", 30_000);
  private static final long SEED = Long.getLong("faults.seed", System.nanoTime() % 1_000_000);

  @TempDir private Path directory;
  private final Random random = new Random(SEED);
  private volatile boolean killing = true;

  @Test
  void everyLineArrivesOnceAndInOrder() throws Exception {
    Path log = Files.createDirectory(directory.resolve("logs")).resolve("audit.log");
    Files.createFile(log);
    TestHome home =
        TestHome.in(directory.resolve("home")).set("router.intake.tail", "activity-tracker:" + log);
    AtomicInteger rotations = new AtomicInteger();
    int written;
    try (RouterProcess first = start(home)) {
      Path positions = home.data().resolve("inbox/activity-tracker/.tails");
      await().until(() -> Files.exists(positions)); // from here on nothing may be missed
      CompletableFuture<Integer> writer =
          CompletableFuture.supplyAsync(() -> write(log, rotations));
      live(first);
      for (int kill = 1; kill < KILLS; kill++) {
        try (RouterProcess next = random.nextInt(4) == 0 ? begin(home) : start(home)) {
          live(next);
        }
      }
      killing = false;
      written = writer.join();
    }
    try (RouterProcess last = start(home)) {
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(
              () ->
                  assertThat(home.archived("us-south").size())
                      .as("of seed %d: %s", SEED, last.said())
                      .isGreaterThanOrEqualTo(written));
      last.terminate();
      assertThat(last.waitForEnd().code()).isZero();
    }

    String what =
        String.format(
            "seed %d, %d kills, %d lines, %d rotations", SEED, KILLS, written, rotations.get());
    System.out.println(what);
    assertThat(written).isGreaterThanOrEqualTo(LINES);
    List<String> expected = IntStream.range(0, written).mapToObj(String::valueOf).toList();
    List<String> arrived = home.archived("us-south").stream().map(Events::id).toList();
    Arrived.assertAll(what, arrived, expected);
    assertThat(home.deadLetters()).as(what).isEmpty();
  }

  private static RouterProcess begin(TestHome home) throws IOException {
    return RouterProcess.start(home, "run");
  }

  private static RouterProcess start(TestHome home) throws IOException {
    RouterProcess process = begin(home);
    await().until(process::isReady);
    return process;
  }

  /** Lets it run for a while and kills it. */
  private void live(RouterProcess process) throws InterruptedException {
    assertThat(process.endsWithin(Duration.ofMillis(random.nextInt(2000)))).isFalse();
    process.kill();
  }

  /** Appends until nothing is killed any more and it is enough; returns how many lines it wrote. */
  private int write(Path log, AtomicInteger rotations) {
    Random choice = new Random(SEED + 1);
    int next = 0;
    try {
      while (killing || next < LINES) {
        if (next > 0 && choice.nextInt(15) == 0) { // the last lines stand in a file of this name
          rotate(log);
          rotations.incrementAndGet();
        }
        int end = next + 1 + choice.nextInt(200);
        StringBuilder lines = new StringBuilder();
        for (; next < end; next++) {
          lines.append(Events.pull("us.icr.io", next)).append('\n');
        }
        int cut = choice.nextInt(lines.length());
        append(log, lines.substring(0, cut)); // a line that a look may see half written
        append(log, lines.substring(cut));
        LockSupport.parkNanos(killing ? 20_000_000 : 0); // paces the writer, waits for nothing
      }
      return next;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(Path log, String text) throws IOException {
    Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** As logrotate does; what comes next makes the file anew. */
  private static void rotate(Path log) throws IOException {
    int last = 1;
    while (Files.exists(log.resolveSibling("audit.log." + last))) {
      last++;
    }
    for (int i = last; i > 1; i--) {
      Files.move(log.resolveSibling("audit.log." + (i - 1)), log.resolveSibling("audit.log." + i));
    }
    Files.move(log, log.resolveSibling("audit.log.1"));
  }
}
