package io.registryrouter.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.RoutingTests;
import io.registryrouter.support.Events;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code config/routing-tests.yaml}: the rows that ship, and what is said of rows that fail. */
class RoutingTestRunTest {

  private static final String EVENT =
      "event: {action: container-registry.image.push, target: {name: \"%s/team/app:1\"}}";

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
  }

  @Test
  void theRowsThatShipPass() {
    RouterConfig config = RouterConfig.load(TestHome.CHECKOUT, Map.of(), Map.of());

    try (Rehearsal rehearsal = Rehearsal.load(config, Clock.systemUTC())) {
      assertThat(RoutingTestRun.problems(config, rehearsal)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    // the document's tables: domain, Activity Tracker, Access Trail
    "us.icr.io, us-south, access-trail-us-south",
    "de.icr.io, eu-de, access-trail-eu-central",
    "uk.icr.io, eu-gb, access-trail-uk-south",
    "au.icr.io, jp-tok, access-trail-ap-south",
    "jp.icr.io, jp-tok, access-trail-ap-south",
    "icr.io, us-south, access-trail-us-south",
  })
  void theRowsThatShipHoldBothTables(String domain, String activityTracker, String accessTrail)
      throws IOException {
    String rows = Files.readString(TestHome.CHECKOUT.resolve(RoutingTests.FILE));

    assertThat(rows)
        .containsPattern(event("", domain) + "\n  expect: " + activityTracker + "\n")
        .containsPattern(
            "path: access-trail\n"
                + event("eventTime: \"2019-08-15T12:00:00.00\\+0000\", ", domain)
                + "\n  expect: "
                + accessTrail
                + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca", "ca2", "br", "es", "in", "in2", "jp2"})
  void theRowsThatShipHoldTheRegistriesWithoutRoute(String name) throws IOException {
    String rows = Files.readString(TestHome.CHECKOUT.resolve(RoutingTests.FILE));

    assertThat(rows).containsPattern(event("", name + ".icr.io") + "\n  dead-letter: no-route\n");
  }

  private static String event(String time, String domain) {
    return "  event: \\{action: container-registry.image.push, "
        + time
        + "target: \\{name: \""
        + domain
        + "/team/app:1\"}}";
  }

  @Test
  void aRowThatFailsSaysWhatHappenedAndWhichBranchTookTheEvent() throws IOException {
    home.edit("routes/40-route.camel.yaml", "- to: spool:eu-gb\n", "- log: dropped\n");

    assertThat(
            problems(
                row("moved", "expect: us-south", "au.icr.io"),
                row("both", "expect: [us-south, eu-de]", "us.icr.io"),
                row("right", "expect: [us-south]", "us.icr.io"),
                row("not yet", "expect: jp-tok", "es.icr.io"),
                row("routed", "dead-letter: no-route", "jp.icr.io"),
                row("other reason", "dead-letter: malformed", "quay.io"),
                row("stays away", "never: [eu-de, us-south]", "de.icr.io"),
                row("dropped", "never: us-south", "uk.icr.io")))
        .containsExactly(
            "config/routing-tests.yaml:1: moved: expected us-south, but it goes to jp-tok"
                + " (routes/40-route.camel.yaml:19): "
                + json("au.icr.io"),
            "config/routing-tests.yaml:4: both: expected eu-de and us-south, but it goes to us-south"
                + " (routes/40-route.camel.yaml:10): "
                + json("us.icr.io"),
            "config/routing-tests.yaml:10: not yet: expected jp-tok, but it is a dead letter no-route"
                + " (routes/40-route.camel.yaml:28): "
                + json("es.icr.io"),
            "config/routing-tests.yaml:13: routed: expected dead letter no-route, but it goes to"
                + " jp-tok (routes/40-route.camel.yaml:22): "
                + json("jp.icr.io"),
            "config/routing-tests.yaml:16: other reason: expected dead letter malformed, but it is a"
                + " dead letter unknown-domain: "
                + json("quay.io"),
            "config/routing-tests.yaml:19: stays away: expected never eu-de or us-south, but it goes"
                + " to eu-de (routes/40-route.camel.yaml:13): "
                + json("de.icr.io"),
            "config/routing-tests.yaml:22: dropped: expected never us-south, but it would be given"
                + " back to its source (1 events left by no door: a route in routes/ ended without"
                + " `to: spool:…` or `to: direct:dead-letter`): "
                + json("uk.icr.io"));
  }

  @Test
  void mistakesInTheFileAreNamedWithWhatIsAccepted() throws IOException {
    Files.writeString(directory.resolve("none.ndjson"), "\n");
    Files.writeString(
        directory.resolve("two.ndjson"), Events.pull("us.icr.io", 1) + "\n" + "nonsense");

    assertThat(
            problems(
                "- {name: a, event: '{}', expect: us-sout, nevr: x}",
                "- {name: a, path: activity_tracker, event: '{}', file: none.ndjson, never: us-south}",
                "- {event: '{}', expect: us-south, dead-letter: rejected}",
                "- {name: b, event: '{}'}",
                "- {name: c, expect: []}",
                "- {name: d, file: missing.ndjson, expect: us-south}",
                "- {name: e, file: none.ndjson, expect: us-south}",
                "- {name: f, file: two.ndjson, expect: us-south}",
                "- {name: g, event: [1], expect: us-south}"))
        .containsExactly(
            "config/routing-tests.yaml:1: nevr: is not a key here; keys: name, path, event, file,"
                + " expect, dead-letter, never; did you mean never?",
            "config/routing-tests.yaml:1: expect: \"us-sout\" is no destination; destinations:"
                + " access-trail-ap-south, access-trail-eu-central, access-trail-uk-south,"
                + " access-trail-us-south, eu-de, eu-gb, jp-tok, us-south; did you mean us-south?",
            "config/routing-tests.yaml:2: path: \"activity_tracker\" is no path; paths:"
                + " activity-tracker, access-trail; did you mean activity-tracker?",
            "config/routing-tests.yaml:2: [1]: needs either an \"event\" or a \"file\" that holds one",
            "config/routing-tests.yaml:2: [1]: \"a\" is the name of two rows; rename one",
            "config/routing-tests.yaml:3: [2]: has no \"name\"; add it",
            "config/routing-tests.yaml:3: [2]: has both \"expect\" and \"dead-letter\"; keep one",
            "config/routing-tests.yaml:3: dead-letter: \"rejected\" is no reason that an event"
                + " dies of before it is sent; reasons: malformed, too-large, not-a-registry-event,"
                + " unknown-action, unknown-domain, invalid-event-time, access-trail-retired,"
                + " no-route",
            "config/routing-tests.yaml:4: [3]: expects nothing; add \"expect\", \"dead-letter\" or"
                + " \"never\"",
            "config/routing-tests.yaml:5: [4]: needs either an \"event\" or a \"file\" that holds one",
            "config/routing-tests.yaml:5: expect: is an empty list; name a destination",
            "config/routing-tests.yaml:6: file: \"missing.ndjson\" is no file; paths count from"
                + " the router's home",
            "config/routing-tests.yaml:9: event: is a list, not a text; write one behind the colon",
            "config/routing-tests.yaml:7: e: holds no event; a row tests one",
            "config/routing-tests.yaml:8: f: holds several events; a row tests one");
  }

  @Test
  void aDestinationThatStandsTwiceIsAWarningAndTheRowIsRun() throws IOException {
    Files.writeString(
        directory.resolve(RoutingTests.FILE),
        "- {name: a, " + EVENT.formatted("uk.icr.io") + ", expect: [us-south, us-south]}\n");

    assertThat(Check.run(directory, Map.of(), Map.of(), Clock.systemUTC()).problems())
        .extracting(ConfigProblem::severity, ConfigProblem::key)
        .containsExactly(
            tuple(ConfigProblem.Severity.WARNING, "expect[1]"),
            tuple(ConfigProblem.Severity.ERROR, "a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing yet\n", "[]\n"})
  void aFileWithoutRowsIsFine(String content) throws IOException {
    assertThat(problems(content)).isEmpty();
  }

  @Test
  void aMissingFileIsAWarning() throws IOException {
    Files.delete(directory.resolve(RoutingTests.FILE));

    List<ConfigProblem> problems =
        Check.run(directory, Map.of(), Map.of(), Clock.systemUTC()).problems();

    assertThat(problems)
        .containsExactly(
            ConfigProblem.warning(
                "config/routing-tests.yaml",
                "",
                "does not exist, so no routing test is run; restore it from the release, it may be"
                    + " empty"));
  }

  @Test
  void aFailingRowFailsTheCheck() throws IOException {
    home.edit("routes/40-route.camel.yaml", "- to: spool:eu-gb\n", "- to: spool:us-south\n");

    assertThat(Check.run(directory, Map.of(), Map.of(), Clock.systemUTC()).errors())
        .extracting(ConfigProblem::key)
        .containsExactly(
            "uk.icr.io on Activity Tracker",
            "private.uk.icr.io on Activity Tracker",
            "registry.eu-gb.bluemix.net on Activity Tracker");
  }

  private static String row(String name, String expected, String host) {
    return "- name: " + name + "\n  " + EVENT.formatted(host) + "\n  " + expected;
  }

  private static String json(String host) {
    return "{\"action\":\"container-registry.image.push\",\"target\":{\"name\":\""
        + host
        + "/team/app:1\"}}";
  }

  private List<String> problems(String... rows) throws IOException {
    Files.writeString(directory.resolve(RoutingTests.FILE), String.join("\n", rows));
    RouterConfig config = home.config();
    try (Rehearsal rehearsal = Rehearsal.load(config, Clock.systemUTC())) {
      return RoutingTestRun.problems(config, rehearsal).stream()
          .map(ConfigProblem::toString)
          .toList();
    }
  }
}
