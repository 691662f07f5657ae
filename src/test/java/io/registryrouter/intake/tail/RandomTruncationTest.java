package io.registryrouter.intake.tail;

import io.registryrouter.support.Arrived;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Appends, copying and truncating, looks, outages and crashes in any order. */
class RandomTruncationTest {

  @TempDir private Path directory;

  /** So that no two things are done to a file at the same moment. */
  private int seconds;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everythingArrivesOnceAndInOrder(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> arrived = new ArrayList<>();
    int written = 0;
    try (Scene scene = new Scene(directory, "app.log")) {
      scene.append("app.log", "");
      scene.look(); // from here on nothing may be missed
      for (int step = 0; step < 100; step++) {
        scene.pass(Duration.ofMillis(random.nextInt(700)));
        switch (random.nextInt(10)) {
          case 0, 1, 2, 3 -> {
            int more = random.nextInt(random.nextInt(10) == 0 ? 2_000 : 40);
            scene.append("app.log", written, written += more);
            scene.writtenIn("app.log", ++seconds);
            arrived.addAll(scene.lookOnce());
          }
          case 4, 5 -> {
            copyAndTruncate(scene);
            arrived.addAll(scene.lookOnce());
          }
          case 6 -> scene.refuses = scene.refuses == null ? "the spool is full" : null;
          case 7 -> scene.restart();
          case 8 -> scene.start();
          default -> arrived.addAll(scene.lookOnce());
        }
      }
      scene.refuses = null;
      scene.pass(Duration.ofSeconds(2));
      arrived.addAll(scene.look());
    }

    Arrived.assertAll("seed " + seed, arrived, Scene.lines(0, written));
  }

  private void copyAndTruncate(Scene scene) throws IOException {
    scene.makeRoom("app.log");
    scene.copyAndTruncate("app.log", "app.log.1", ++seconds);
    scene.writtenIn("app.log", ++seconds);
  }
}
