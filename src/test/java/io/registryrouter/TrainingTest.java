package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.Events;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The router that a training run starts, in a home where somebody runs a router of their own. */
class TrainingTest {

  @TempDir private Path directory;

  @Test
  void itTakesNothingFromSourcesThatAreNotInItsDataDirectory() throws Exception {
    TestHome home = TestHome.in(directory);
    Path theirs = Files.createDirectory(directory.resolve("theirs"));
    Path event = Files.writeString(theirs.resolve("1.ndjson"), Events.pull("us.icr.io", "theirs"));
    addRoute(theirs);

    try (Router router = Router.apart(home.config(), Clock.systemUTC())) {
      home.drop("1.ndjson", Events.pull("us.icr.io", "its"));
      await().until(() -> router.balance().delivered() > 0);

      assertThat(home.archived("us-south")).singleElement().asString().contains("\"its\"");
      assertThat(event).exists();
    }
  }

  private void addRoute(Path theirs) throws IOException {
    Files.writeString(
        directory.resolve("routes/15-theirs.camel.yaml"),
        String.format(
            """
            - route:
                id: theirs
                from:
                  uri: file:%s
                  parameters: { initialDelay: 0, delay: 1 }
                  steps:
                    - setHeader: { name: eventPath, constant: activity-tracker }
                    - to: direct:intake-file
            """,
            theirs));
  }
}
