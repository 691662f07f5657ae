package io.registryrouter.check;

import static org.assertj.core.api.Assertions.assertThat;

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

/** What is said of steps that fail in the rehearsal: once, where they stand. */
class FailedStepsTest {

  private static final String FOR_UK = "                  - to: spool:eu-gb\n";

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyWhatShipsWithoutRoutingTests() throws IOException {
    home = TestHome.in(directory);
    Files.writeString(directory.resolve("config/routing-tests.yaml"), "[]\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sort: { simple: '${body}' }",
        "sort:~    simple: '${body}'",
        "marshal: { json: {} }",
        "split:~    simple: '${body.events}'~    steps: [{ log: x }]",
        "setHeader: { name: x, xpath: '/a' }",
        "to: http://127.0.0.1:1/hook"
      })
  void aStepThatCannotReadAGroupIsSaidOnceAtItsLine(String step) throws IOException {
    home.edit("routes/40-route.camel.yaml", FOR_UK, indented(step) + FOR_UK);

    assertThat(problems())
        .filteredOn(problem -> !problem.contains("is waited for before anything is acknowledged"))
        .containsExactly(
            "routes/40-route.camel.yaml:18: uk.icr.io on path activity-tracker: `"
                + step.replaceFirst(":.*", "")
                + "` can do nothing with the body: it is a group of events of one domain, which goes"
                + " to `to: spool:…`, as it is; remove the step, and give what is to go elsewhere a"
                + " destination of its own");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "setBody: { constant: x }           | 19 | finds a body of type String",
        "convertBodyTo: { type: String }    | 19 | finds a body of type String",
        "setBody: { simple: '${null}' }     | 19 | finds no body"
      })
  void aStepThatFindsAnotherBodyIsSaidAtItsLine(String step, int line, String found)
      throws IOException {
    home.edit("routes/40-route.camel.yaml", FOR_UK, indented(step) + FOR_UK);

    assertThat(problems())
        .containsExactly(
            "routes/40-route.camel.yaml:"
                + line
                + ": uk.icr.io on path activity-tracker: `to` "
                + found
                + ": a step before it changed what goes from `direct:prepare` to `to: spool:…` as it"
                + " is; remove that step");
  }

  @Test
  void aStepOfPrepareThatIsGoneIsSaidAtTheOneBehindIt() throws IOException {
    home.edit("routes/20-prepare.camel.yaml", "        - process: { ref: decode }", "        #");

    assertThat(problems())
        .containsExactly(
            "routes/20-prepare.camel.yaml:8: icr.io on path activity-tracker and 39 more: `enrich`"
                + " does not find what it takes; `decode`, `enrich` and `group` come one after the"
                + " other, each once, and nothing before them changes the body");
  }

  @Test
  void aStepThatReadsABatchIsSaid() throws IOException {
    home.edit(
        "routes/20-prepare.camel.yaml",
        "        - process: { ref: enrich }",
        "        - sort: { simple: '${body}' }\n        - process: { ref: enrich }");

    assertThat(problems())
        .singleElement()
        .asString()
        .contains(
            "routes/20-prepare.camel.yaml:8: icr.io on path activity-tracker and 39 more:"
                + " `sort` can do nothing with the body: it is a batch of events, which goes"
                + " through `decode`, `enrich` and `group`, as it is; remove the step");
  }

  @Test
  void deadLettersThatGoToASpoolAreSaid() throws IOException {
    home.edit("routes/20-prepare.camel.yaml", "- to: direct:dead-letter", "- to: spool:us-south");
    Files.writeString(
        directory.resolve("config/routing-tests.yaml"),
        "- { name: bad, event: { action: x }, dead-letter: not-a-registry-event }\n");

    assertThat(problems())
        .contains(
            "config/routing-tests.yaml:1: bad: expected dead letter not-a-registry-event, but it would"
                + " be given back to its source (`to` can do nothing with the body: it is a list of"
                + " groups for the `split` behind `group`, or of dead letters, as it is; remove the"
                + " step, and give what is to go elsewhere a destination of its own):"
                + " {\"action\":\"x\"}");
  }

  @Test
  void anyOtherFailureIsSaidAtItsLineInItsWords() throws IOException {
    home.edit(
        "routes/40-route.camel.yaml",
        FOR_UK,
        indented("throwException: { exceptionType: java.io.IOException, message: no way }")
            + FOR_UK);

    assertThat(problems())
        .containsExactly(
            "routes/40-route.camel.yaml:18: uk.icr.io on path activity-tracker: no way");
  }

  /** A step of the branch; {@code ~} begins a line. */
  private static String indented(String step) {
    return "                  - " + step.replace("~", "\n                  ") + "\n";
  }

  private List<String> problems() {
    return Check.run(directory, Map.of(), home.settings(), Clock.systemUTC()).problems().stream()
        .map(Object::toString)
        .toList();
  }
}
