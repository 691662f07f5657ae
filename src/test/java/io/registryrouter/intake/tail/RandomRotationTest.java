package io.registryrouter.intake.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Appends, torn writes, rotations, looks, outages and crashes in any order. */
class RandomRotationTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everythingArrivesOnceAndInOrder(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> arrived = new ArrayList<>();
    int written = 0;
    String torn = "";
    try (Scene scene = new Scene(directory, "app.log")) {
      scene.append("app.log", "");
      scene.look(); // from here on nothing may be missed
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
            if (torn.isEmpty()) {
              String line = Scene.line(written++) + "\n";
              int cut = 1 + random.nextInt(line.length() - 1);
              scene.append("app.log", line.substring(0, cut));
              torn = line.substring(cut);
            }
          }
          case 5 -> {
            scene.append("app.log", torn); // a writer ends its line before it lets go
            torn = "";
            scene.rotate("app.log");
            if (random.nextBoolean()) {
              scene.append("app.log", "");
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
      scene.append("app.log", torn);
      scene.pass(Duration.ofSeconds(2));
      arrived.addAll(scene.look());
    }

    assertThat(arrived).isEqualTo(Scene.lines(0, written));
  }
}
