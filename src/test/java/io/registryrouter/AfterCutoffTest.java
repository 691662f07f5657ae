package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.config.EventPath;
import io.registryrouter.support.Events;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/access-trail.md} says to do about the retired path, with a running router. */
@Timeout(300)
class AfterCutoffTest {

  private static final Path PAGE = TestHome.CHECKOUT.resolve("docs/access-trail.md");
  private static final String LATE = Events.at("2019-10-01T00:00:00Z", "us.icr.io", 1);
  private static final String ROWS = "config/routing-tests.yaml";

  @TempDir private Path directory;

  @Test
  void whatIsLateIsSentToActivityTrackerByTheEditsShown() throws Exception {
    TestHome home = TestHome.in(directory);
    try (Router router = Router.daemon(home.config(), Clock.systemUTC())) {
      home.drop(EventPath.ACCESS_TRAIL, "late.ndjson", LATE);
      await().until(() -> home.deadLetters().size() == 1);

      String setting = block("properties").strip();
      home.edit(
          "config/application.properties", "router.access-trail.after-cutoff=dead-letter", setting);
      await().until(() -> router.status().reload().refused() > 0);
      assertThat(router.status().reload().problems())
          .isNotEmpty()
          .allMatch(problem -> problem.contains(ROWS));
      String rows = Files.readString(home.directory().resolve(ROWS));
      Files.writeString(
          home.directory().resolve(ROWS),
          rows.replace("dead-letter: access-trail-retired", "expect: us-south")
              .replace("never: [access-trail-us-south, us-south]", "never: access-trail-us-south"));
      await().until(() -> router.status().reload().applied() > 0);

      Ended replay = RouterProcess.run(home, block("bash").strip().split(" "));

      assertThat(replay.code()).as(replay.err()).isZero();
      await().until(() -> home.archived("us-south").size() == 1);
      assertThat(home.archived("us-south").get(0)).contains("\"path\":\"activity-tracker\"");
    }
  }

  @Test
  void thePathIsEndedByRemovingItsRoute() throws Exception {
    TestHome home = TestHome.in(directory);
    Path routes = home.directory().resolve("routes/11-intake-http.camel.yaml");
    String all = Files.readString(routes);
    int begin = all.indexOf("- route:\n    id: intake-http-access-trail");
    int end = all.indexOf("# What a CNCF", begin);

    Files.writeString(routes, all.substring(0, begin) + all.substring(end));

    Ended check = RouterProcess.run(home, "check", "--strict");
    assertThat(check.code()).as(check.err()).isZero();
  }

  /** The only one of a language, without the program's name in front of a command. */
  private static String block(String language) throws Exception {
    Matcher block =
        Pattern.compile("```" + language + "\n(?:bin/router )?(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    assertThat(block.find()).isTrue();
    return block.group(1);
  }
}
