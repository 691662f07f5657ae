package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's walk-through, step by step, with a running router. */
class AddARegionTest {

  private static final String NEW_REGISTRIES =
      "samples/activity-tracker/12-new-registries-of-2026-no-route.ndjson";

  @TempDir private Path directory;

  @Test
  void madridIsRoutedByTheEditsShownWithoutARestart() throws Exception {
    String readme = Files.readString(TestHome.CHECKOUT.resolve("README.md"));
    List<String> commands = blocks(readme, "bash").stream().flatMap(String::lines).toList();
    String diff = blocks(readme, "diff").get(0);
    try (HttpStub madrid = HttpStub.start()) {
      TestHome home = TestHome.in(directory);
      home.set("router.destination.eu-es.url", madrid.url());
      Path event = directory.resolve("events.ndjson");
      Files.writeString(event, Events.pull("es.icr.io", 2));
      try (Router router = Router.daemon(home.config(), Clock.systemUTC())) {
        home.drop("1.ndjson", Events.pull("es.icr.io", 1) + "\n" + Events.pull("ca.icr.io", 3));
        await().until(() -> home.deadLetters().size() == 2);

        assertThat(commands)
            .containsExactly(
                "bin/router check --home /tmp/edit --diff samples --against .",
                "bin/router explain --home /tmp/edit " + NEW_REGISTRIES,
                "bin/router dead-letters replay --reason no-route --detail es.icr.io");
        TestHome copy = TestHome.in(Files.createDirectory(directory.resolve("edit")));
        apply(diff, copy);
        Ended check = RouterProcess.run(copy, "check", "--diff", "samples", "--against", ".");
        assertThat(check.code()).as(check.err()).isZero();
        assertThat(check.out()).contains("2 of 173 events would leave by another door");
        Ended explain = RouterProcess.run(copy, "explain", NEW_REGISTRIES);
        assertThat(explain.out()).contains("eu-es").contains("routes/40-route.camel.yaml:");

        apply(diff, home);
        await().until(() -> router.status().reload().applied() > 0);
        await().until(() -> router.status().reload().problems().isEmpty());
        home.drop("2.ndjson", Files.readString(event));
        await().until(() -> madrid.lines().size() == 1);
        assertThat(Events.id(madrid.lines().get(0))).isEqualTo("2");

        Ended replay =
            RouterProcess.run(
                home, "dead-letters", "replay", "--reason", "no-route", "--detail", "es.icr.io");
        assertThat(replay.code()).as(replay.err()).isZero();
        assertThat(replay.out()).startsWith("1 event put into ");
        await().until(() -> madrid.lines().size() == 2);
        assertThat(Events.id(madrid.lines().get(1))).isEqualTo("1");
        assertThat(home.deadLetters()).filteredOn(line -> line.contains("\"reason\"")).hasSize(2);
      }
    }
  }

  private static List<String> blocks(String readme, String language) {
    return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
        .matcher(readme)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  private void apply(String diff, TestHome home) throws Exception {
    Path patch = Files.writeString(directory.resolve("madrid.diff"), diff);
    Process git =
        new ProcessBuilder("git", "apply", "-v", "-p0", patch.toString())
            .directory(home.directory().toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(git.waitFor()).as(said).isZero();
    assertThat(said).as("the lines shown are those of the files").doesNotContain("offset");
  }
}
