package io.registryrouter.intake.tail;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of followed files begin with: one log, {@code app.log}, that is not there yet. */
abstract class FollowedFiles {

  @TempDir Path directory;
  Scene scene;

  @BeforeEach
  void tailOneFile() throws IOException {
    scene = new Scene(directory, "app.log");
  }

  @AfterEach
  void close() throws IOException {
    scene.close();
  }
}
