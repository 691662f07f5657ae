package io.registryrouter.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.registryrouter.config.ConfigProblem;
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

/**
 * Sources, and what stands before and behind the steps of all, whose mistakes show in a run only.
 */
class SourceRunTest {

  private static final String DOORS = "routes/11-intake-http.camel.yaml";
  private static final String PREPARE = "        - to: direct:prepare\n";
  private static final String DURABLE =
      "        - process: { ref: durable }      # 202 when everything of it is on disk\n";

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyWhatShips() throws IOException {
    home = TestHome.in(directory);
  }

  private List<String> problems() {
    return Check.run(directory, Map.of(), home.settings(), Clock.systemUTC()).problems().stream()
        .map(ConfigProblem::toString)
        .toList();
  }

  @Test
  void aBatchKeepsWhatItsSourceWaitsBy() throws IOException {
    home.edit(DOORS, DURABLE, "        - removeProperties: { pattern: \"*\" }\n" + DURABLE);

    assertThat(problems())
        .containsExactly(
            DOORS
                + ":10: intake-http-activity-tracker: no source waits for these events: `to:"
                + " spool:…`, `deadLetter` and the steps of routes/20-prepare.camel.yaml are for"
                + " routes behind a source");
  }

  @Test
  void aBatchGoesThroughTheStepsOnce() throws IOException {
    home.edit(
        DOORS,
        PREPARE + DURABLE,
        "        - loop: { constant: \"2\", copy: true, steps: [ { to: direct:prepare } ] }\n"
            + DURABLE);

    assertThat(problems())
        .containsExactly(
            "routes/20-prepare.camel.yaml:7: intake-http-activity-tracker: a route in routes/ sends a"
                + " batch through `decode`, `enrich` and `group` twice, which would deliver its events"
                + " twice");
  }

  @Test
  void whatADestinationRefusesIsADeadLetterWithoutHeaders() throws IOException {
    home.edit(
        "routes/90-dead-letter.camel.yaml",
        "- process: { ref: deadLetter }",
        "- filter: { simple: \"${header.deadLetters} == true || ${header.deadLetterReason} != null\","
            + " steps: [ { process: { ref: deadLetter } } ] }");

    assertThat(problems())
        .containsExactly(
            "routes/90-dead-letter.camel.yaml:7: what a destination refuses: is not taken by the route"
                + " from direct:dead-letter, which it comes to without the headers that other dead"
                + " letters have, so that its destination would deliver nothing more; every way"
                + " through that route comes to `process: { ref: deadLetter }`, once");
  }

  @Test
  void eventsComeFromSourcesThatWait() throws IOException {
    Files.writeString(
        directory.resolve("routes/99-own.camel.yaml"),
        """
        - route:
            id: each-minute
            from:
              uri: timer:each-minute
              steps:
                - to: direct:dead-letter
        - route:
            id: heartbeat
            from:
              uri: timer:heartbeat
              steps:
                - to: log:heartbeat
        """);

    assertThat(problems())
        .containsExactly(
            "routes/99-own.camel.yaml:1: route each-minute: takes events from timer:each-minute, which"
                + " waits for nothing to be on disk; events come from `event-door:/…`, `tail:<path>`"
                + " and the inboxes, into which another program can put files");
  }

  /** A route that is left out sends nothing either. */
  @Test
  void aFeatureThatIsSwitchedOffWholeIsNoMistake() throws IOException {
    Files.writeString(
        directory.resolve("routes/99-own.camel.yaml"),
        """
        - route:
            id: heartbeat
            precondition: "{{router.reload.enabled}} == false"
            from:
              uri: timer:heartbeat
              steps:
                - to: direct:beat
        - route:
            id: beat
            precondition: "{{router.reload.enabled}} == false"
            from:
              uri: direct:beat
              steps:
                - to: log:beat
        """);

    assertThat(problems()).isEmpty();
  }

  /** What is thrown for a line that is no event says nothing of the others. */
  @Test
  void whatARouteThrowsOfItsOwnAccordIsNoMistake() throws IOException {
    home.edit(
        DOORS,
        PREPARE + DURABLE,
        "        - filter: { simple: \"${body} != null\", steps: [ { throwException: { exceptionType:"
            + " java.lang.IllegalStateException, message: closed } } ] }\n"
            + PREPARE
            + DURABLE);

    assertThat(problems()).isEmpty();
  }

  @Test
  void whatIsSentToIsThere() throws IOException {
    home.edit(
        "routes/90-dead-letter.camel.yaml",
        "    id: dead-letter\n",
        "    id: dead-letter\n    precondition: \"{{router.reload.enabled}} == false\"\n");

    assertThat(problems())
        .containsExactly(
            "routes/90-dead-letter.camel.yaml:2: route dead-letter: is left out by its precondition,"
                + " and whatever sends to direct:dead-letter would wait for it; mend the precondition,"
                + " or remove what sends to it");
  }
}
