package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.check.Check;
import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.observe.Status;
import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The running router with growing log files in front of it. */
class TailTest {

  private static final String KEY = "router.intake.tail";

  @TempDir private Path directory;
  private Path log;
  private TestHome home;
  private Router router;

  @BeforeEach
  void tailALog() throws IOException {
    home = TestHome.in(directory.resolve("home"));
    log = Files.createDirectory(directory.resolve("logs")).resolve("audit.log");
    home.set(KEY, "activity-tracker:" + log + ",access-trail:" + directory + "/logs/old-*.log");
  }

  @AfterEach
  void stop() {
    if (router != null) {
      router.close();
    }
  }

  private void start() throws IOException {
    router = Router.daemon(home.config(), Clock.systemUTC());
  }

  private static void append(Path file, String... lines) throws IOException {
    String text = String.join("\n", lines) + "\n";
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String[] pulls(String domain, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> Events.pull(domain, i)).toArray(String[]::new);
  }

  private static List<String> ids(List<String> events) {
    return events.stream().map(Events::id).toList();
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(String::valueOf).toList();
  }

  @Test
  void whatIsAppendedArrivesByThePathOfItsFileAndWhatIsNoEventIsADeadLetter() throws Exception {
    start();
    append(log, Events.pull("jp.icr.io", 1), "not an event");
    append(log.resolveSibling("old-1.log"), Events.pull("jp.icr.io", 2));

    await().until(() -> home.archived("jp-tok").size() == 1);
    await().until(() -> home.archived("access-trail-ap-south").size() == 1);
    await().until(() -> home.deadLetters().size() == 1);

    assertThat(ids(home.archived("jp-tok"))).containsExactly("1");
    assertThat(ids(home.archived("access-trail-ap-south"))).containsExactly("2");
    assertThat(home.deadLetters().get(0))
        .contains("\"reason\":\"malformed\"")
        .contains("\"source\":{\"kind\":\"file\",\"name\":\"" + log + "\",\"line\":2}")
        .contains("\"raw\":\"not an event\"");
    await()
        .untilAsserted(
            () ->
                assertThat(router.status().tails())
                    .containsExactly(
                        new Status.Tail("activity-tracker", 1, 0, ""),
                        new Status.Tail("access-trail", 1, 0, "")));
    assertThat(home.observe("metrics"))
        .contains("router_intake_tail_lag_bytes{path=\"activity-tracker\"} 0.0")
        .contains("router_intake_tail_files{path=\"access-trail\"} 1.0");
  }

  private void awaitTail(Status.Tail expected) {
    await().untilAsserted(() -> assertThat(router.status().tails()).contains(expected));
  }

  @Test
  void anAppendedLineIsTakenWithoutWaitingForMore() throws Exception {
    start();
    append(log, pulls("us.icr.io", 0, 20));
    await().until(() -> home.archived("us-south").size() == 20);

    for (int i = 20; i < 30; i++) {
      append(log, Events.pull("us.icr.io", i));
      int arrived = i + 1;
      await().until(() -> router.balance().received() == arrived);
    }
  }

  @Test
  void theNextStartGoesOnWhereTheLastOneStopped() throws Exception {
    append(log, pulls("us.icr.io", 0, 3000));
    start();
    await().until(() -> router.balance().received() > 0);
    router.stop();
    append(log, pulls("us.icr.io", 3000, 4000));
    Files.move(log, log.resolveSibling("audit.log.1"));
    append(log, pulls("us.icr.io", 4000, 5000));

    start();

    await().untilAsserted(() -> assertThat(home.archived("us-south")).hasSize(5000));
    assertThat(ids(home.archived("us-south"))).isEqualTo(ids(0, 5000));
  }

  @Test
  void aFullSpoolMakesTheTailWaitAndItGoesOnByItself() throws Exception {
    try (HttpStub stub = HttpStub.start()) {
      stub.refuse("action", 503);
      home.post("us-south", stub).set("router.spool.max-size", "2MiB");
      start();
      append(log, pulls("us.icr.io", 0, 20_000));
      await()
          .until(
              () ->
                  router.status().tails().stream()
                      .anyMatch(tail -> tail.trouble().contains("router.spool.max-size")));
      assertThat(router.status().tails().get(0).lagBytes()).isPositive();
      assertThat(router.balance().received()).isLessThan(20_000);

      stub.refuse(null, 0);

      await().untilAsserted(() -> assertThat(router.balance().delivered()).isEqualTo(20_000));
      awaitTail(new Status.Tail("activity-tracker", 1, 0, ""));
      assertThat(ids(stub.lines())).isEqualTo(ids(0, 20_000));
    }
  }

  @Test
  void positionsThatCannotBeNotedAreATroubleAndWhatIsWrittenMeanwhileIsBehind() throws Exception {
    Path temporary = home.directory().resolve("data/inbox/activity-tracker/.tails.tmp");
    start();
    append(log, pulls("us.icr.io", 0, 10));
    await().until(() -> home.archived("us-south").size() == 10);
    String noted = "\"position\":" + Files.size(log) + ",";
    await().until(() -> Files.readString(temporary.resolveSibling(".tails")).contains(noted));
    Files.createDirectory(temporary);
    append(log, pulls("us.icr.io", 10, 11));
    await().until(() -> home.archived("us-south").size() == 11);

    String more = String.join("\n", pulls("us.icr.io", 11, 100)) + "\n";
    Files.writeString(log, more, StandardOpenOption.APPEND);

    awaitTail(
        new Status.Tail(
            "activity-tracker",
            1,
            more.length(),
            "tailing waits: java.nio.file.FileSystemException: " + temporary + ": Is a directory"));
    assertThat(home.observe("metrics"))
        .contains("router_intake_tail_lag_bytes{path=\"activity-tracker\"} " + more.length());

    Files.delete(temporary);
    await().until(() -> home.archived("us-south").size() == 100);
    awaitTail(new Status.Tail("activity-tracker", 1, 0, ""));
    assertThat(ids(home.archived("us-south"))).isEqualTo(ids(0, 100));
  }

  @Test
  void whatTheRouterWritesItselfIsNotTakenThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(log.resolveSibling("link"), home.directory());
    Path data = home.directory().resolve("data");
    Files.createDirectories(data);
    append(data.resolve("own.log"), Events.pull("us.icr.io", 1));
    home.set(KEY, "activity-tracker:" + link + "/data/own.log,activity-tracker:" + log);
    append(log, Events.pull("us.icr.io", 2));
    start();

    awaitTail(
        new Status.Tail(
            "activity-tracker",
            2,
            Files.size(data.resolve("own.log")),
            data.toRealPath().resolve("own.log")
                + " cannot be read: java.io.IOException: it lies in"
                + " router.data-dir; what the router writes itself is no source"));

    await().untilAsserted(() -> assertThat(ids(home.archived("us-south"))).containsExactly("2"));
  }

  @Test
  void logsThatCannotBeFollowedShowInMetricsAndHealthAndDoNotTurnItDown() throws Exception {
    Path data = Files.createDirectories(home.directory().resolve("data"));
    append(data.resolve("own.log"), Events.pull("us.icr.io", 1));
    append(data.resolve("other.log"), Events.pull("us.icr.io", 2));
    Path link = Files.createSymbolicLink(log.resolveSibling("link"), home.directory());
    home.set(KEY, "activity-tracker:" + link + "/data/o*.log");
    start();

    await().until(() -> home.observe("metrics").contains(troubles(2)));
    assertThat(home.observe("health/ready")).contains("\"status\":\"UP\"");
    assertThat(tailCheck().path("status").asText()).isEqualTo("UP");
    assertThat(tailCheck().path("message").asText())
        .isEqualTo("degraded: 2 logs or directories are not followed; `router status` says why");
    assertThat(router.status().tails().get(0).trouble()).contains("own.log", "other.log");

    Files.delete(data.resolve("own.log"));
    Files.delete(data.resolve("other.log"));
    await().until(() -> home.observe("metrics").contains(troubles(0)));
    assertThat(tailCheck().path("message").asText()).isEmpty();
  }

  private static String troubles(int count) {
    return "router_intake_tail_troubles{path=\"activity-tracker\"} " + count + ".0";
  }

  private JsonNode tailCheck() throws Exception {
    for (JsonNode check : new ObjectMapper().readTree(home.observe("health")).path("checks")) {
      if (check.path("name").asText().equals("tail")) {
        return check;
      }
    }
    throw new AssertionError("no check of the tail");
  }

  @Test
  void theSettingTakesEffectWithoutARestart() throws Exception {
    Path other = log.resolveSibling("other.log");
    TestHome edited = TestHome.in(directory.resolve("edited"));
    Map<String, String> settings = home.settings();
    String file = "config/application.properties";
    String set =
        settings.entrySet().stream()
            .filter(setting -> !setting.getKey().equals(KEY))
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.joining("\n", "", "\n"));
    Path properties = edited.directory().resolve(file);
    Files.writeString(properties, set + KEY + "=activity-tracker:" + log + "\n");
    append(log, pulls("us.icr.io", 0, 3));
    append(other, pulls("us.icr.io", 3, 6));
    router =
        Router.daemon(RouterConfig.load(edited.directory(), Map.of(), Map.of()), Clock.systemUTC());
    await().until(() -> edited.archived("us-south").size() == 3);

    Files.writeString(
        properties, set + KEY + "=activity-tracker:" + log + ",activity-tracker:" + other + "\n");

    await().until(() -> edited.archived("us-south").size() == 6);
    assertThat(ids(edited.archived("us-south"))).isEqualTo(ids(0, 6));
    awaitTail(new Status.Tail("activity-tracker", 2, 0, ""));
  }

  @Test
  void aNameThatNothingHasYetIsShownAndOneThatIsTakenOutIsNot() throws Exception {
    TestHome edited = TestHome.in(directory.resolve("edited"));
    Path properties = edited.directory().resolve("config/application.properties");
    String others =
        home.settings().entrySet().stream()
            .filter(setting -> !setting.getKey().equals(KEY))
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.joining("\n", "", "\n"));
    append(log, pulls("us.icr.io", 0, 3));
    Files.writeString(properties, others + KEY + "=activity-tracker:" + log + "\n");
    router =
        Router.daemon(RouterConfig.load(edited.directory(), Map.of(), Map.of()), Clock.systemUTC());
    awaitTail(new Status.Tail("activity-tracker", 1, 0, ""));

    Files.writeString(properties, others + KEY + "=activity-tracker:" + log + "x\n");
    awaitTail(new Status.Tail("activity-tracker", 0, 0, ""));
    append(log, pulls("us.icr.io", 3, 6));
    Files.writeString(properties, others + KEY + "=\n");
    await().untilAsserted(() -> assertThat(router.status().tails()).isEmpty());

    Files.writeString(properties, others + KEY + "=activity-tracker:" + log + "\n");
    await().until(() -> edited.archived("us-south").size() == 6);
    assertThat(ids(edited.archived("us-south"))).isEqualTo(ids(0, 6));
  }

  @Test
  void aRouteThatIsExchangedGoesOnInItsFiles() throws Exception {
    start();
    append(log, pulls("us.icr.io", 0, 10));
    await().until(() -> home.archived("us-south").size() == 10);

    home.edit(
        "routes/12-intake-tail.camel.yaml",
        "uri: tail:activity-tracker\n      steps:\n",
        "uri: tail:activity-tracker\n      steps:\n        - log: \"${body.size}\"\n");
    await().until(() -> router.status().reload().applied() == 1);
    append(log, pulls("us.icr.io", 10, 20));

    await().until(() -> home.archived("us-south").size() == 20);
    assertThat(ids(home.archived("us-south"))).isEqualTo(ids(0, 20));
  }

  @Test
  void aTailWithoutARouteIsAnError() throws Exception {
    Files.delete(home.directory().resolve("routes/12-intake-tail.camel.yaml"));

    List<ConfigProblem> errors =
        Check.run(home.directory(), Map.of(), home.settings(), Clock.systemUTC()).errors();

    assertThat(errors)
        .extracting(ConfigProblem::toString)
        .containsExactly(
            "--set: router.intake.tail: no route reads from tail:activity-tracker; restore its"
                + " route in routes/12-intake-tail.camel.yaml",
            "--set: router.intake.tail: no route reads from tail:access-trail; restore its route in"
                + " routes/12-intake-tail.camel.yaml");
  }
}
