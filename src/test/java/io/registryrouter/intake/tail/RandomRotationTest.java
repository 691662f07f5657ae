package io.registryrouter.intake.tail;

import io.registryrouter.support.Arrived;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Appends, torn writes, rotations, looks, outages and crashes in any order. */
class RandomRotationTest {

  @TempDir private Path directory;

  /** The numbers of the files that a rotation has still to rename, the highest first. */
  private final Deque<Integer> toRename = new ArrayDeque<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everythingArrivesOnceAndInOrder(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> arrived = new ArrayList<>();
    int written = 0;
    String torn = "";
    try (Scene scene = new Scene(directory, "app.log")) {
      scene.append("app.log", "");
      scene.look(); // from here on nothing may be missed
      Followed.Opener opener = scene.opener;
      scene.opener =
          file -> {
            rename(scene, toRename.size() - random.nextInt(4)); // in the middle of a look
            return opener.open(file);
          };
      for (int step = 0; step < 300; step++) {
        scene.pass(Duration.ofMillis(random.nextInt(700)));
        switch (random.nextInt(12)) {
          case 0, 1, 2, 3 -> {
            int more = random.nextInt(random.nextInt(10) == 0 ? 20_000 : 40);
            StringBuilder text = new StringBuilder(torn);
            torn = "";
            for (int i = 0; i < more; i++) {
              text.append(Scene.line(written++)).append('\n');
            }
            scene.append("app.log", text.toString());
          }
          case 4 -> {
            if (torn.isEmpty() && toRename.isEmpty()) {
              String line = Scene.line(written++) + "\n";
              int cut = 1 + random.nextInt(line.length() - 1);
              scene.append("app.log", line.substring(0, cut));
              torn = line.substring(cut);
            }
          }
          case 5 -> {
            scene.append("app.log", torn); // a writer ends its line before it lets go
            torn = "";
            for (int more = random.nextInt(3); more > 0; more--) {
              rotate(scene);
              scene.append("app.log", written, written += 2);
            }
            beginToRotate(scene);
            rename(scene, random.nextInt(toRename.size() + 1));
            if (random.nextBoolean()) {
              scene.append("app.log", written, written += random.nextInt(2));
            }
          }
          case 6 -> scene.refuses = scene.refuses == null ? "the disk is full" : null;
          case 7 -> scene.restart();
          case 8 -> {
            byte[] noted = Files.readAllBytes(scene.store);
            arrived.addAll(scene.lookOnce());
            if (Files.readString(scene.store).length() == noted.length) {
              // a crash after the hand-over and before the positions were noted
              Files.write(scene.store, noted);
            }
            scene.start();
          }
          default -> arrived.addAll(scene.lookOnce());
        }
      }
      scene.refuses = null;
      rename(scene, toRename.size());
      scene.append("app.log", torn);
      scene.pass(Duration.ofSeconds(2));
      arrived.addAll(scene.look());
    }

    Arrived.assertAll("seed " + seed, arrived, Scene.lines(0, written));
  }

  private void rotate(Scene scene) throws IOException {
    beginToRotate(scene);
    rename(scene, toRename.size());
  }

  private void beginToRotate(Scene scene) throws IOException {
    rename(scene, toRename.size());
    int last = 0;
    while (Files.exists(scene.file("app.log." + (last + 1)))) {
      last++;
    }
    for (int i = last; i >= 0; i--) {
      toRename.add(i);
    }
  }

  /** As logrotate does, but only so many of the renames. */
  private void rename(Scene scene, int steps) throws IOException {
    for (int i = 0; i < steps && !toRename.isEmpty(); i++) {
      int number = toRename.remove();
      String from = number == 0 ? "app.log" : "app.log." + number;
      if (number > 0 || Files.exists(scene.file(from))) {
        scene.rename(from, "app.log." + (number + 1));
      }
    }
  }
}
