package io.registryrouter.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.file.FileIntake;
import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RehearsalTest {

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
  }

  /**
   * There is one for every edit, and for every look at one that was refused. Camel's own constants
   * know two of all contexts.
   */
  @Test
  void nothingOfThemIsLeftInMemory() {
    List<WeakReference<CamelContext>> contexts =
        IntStream.range(0, 5).mapToObj(i -> rehearsed()).toList();

    await()
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(contexts)
                  .filteredOn(context -> !context.refersTo(null))
                  .hasSizeLessThan(3);
            });
  }

  private WeakReference<CamelContext> rehearsed() {
    try (Rehearsal rehearsal = Rehearsal.load(home.config(), Clock.systemUTC())) {
      return new WeakReference<>(rehearsal.camel());
    }
  }

  @Test
  void theRoutesAreThoseThatWereReadWhateverTheFilesSayByNow() throws Exception {
    RouterConfig read = home.config();
    Files.delete(directory.resolve("routes/40-route.camel.yaml"));

    try (Rehearsal rehearsal = Rehearsal.load(read, Clock.systemUTC())) {
      Rehearsal.Result result = rehearsal.send(pull("uk.icr.io"));

      assertThat(result.destinations()).containsExactly("eu-gb");
      assertThat(result.arrivals().get(0).when().map(When::place))
          .hasValueSatisfying(
              place -> assertThat(place).matches("routes/40-route.camel.yaml:\\d+"));
    }
  }

  private static RawBatch pull(String domain) throws IOException {
    byte[] event = Events.pull(domain, 1).getBytes(UTF_8);
    return FileIntake.oneByOne(EventPath.ACTIVITY_TRACKER, new ByteArrayInputStream(event), 10_000)
        .next();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "- to: timer:own | Cannot produce to a TimerEndpoint",
        "- to: validator:file:/no/such.xsd | /no/such.xsd",
        "- to: { uri: seda, parameters: { name: later } } | seda:later goes on with events when",
        "- to: stub:later | stub:later goes on with events when",
        "- to: mock:kept | mock:kept keeps whatever it is sent, until memory is used up;"
            + " remove it",
        "- to: browse:kept | browse:kept keeps whatever it is sent, until memory is used up;"
            + " remove it",
        "- to: \"controlbus:route?routeId=prepare&action=stop\" | stops and starts routes of its own accord,"
      })
  void whatCannotRunIsFoundAllTheSame(String step, String why) throws Exception {
    Files.writeString(
        directory.resolve("routes/99-own.camel.yaml"),
        "- route:\n    id: own\n    from:\n      uri: timer:own\n      steps:\n        "
            + step
            + "\n");

    assertThat(Check.run(directory, Map.of(), Map.of(), Clock.systemUTC()).errors())
        .singleElement()
        .asString()
        .startsWith("routes/99-own.camel.yaml:")
        .contains(why);
  }

  /** Leads nowhere out, and changes what the next step gets. */
  @Test
  void aStepThatChangesTheExchangeDoesSo() throws Exception {
    home.edit(
        "routes/40-route.camel.yaml",
        "                  - to: spool:eu-gb\n",
        "                  - to: \"language:simple:${header.registryDomain}\"\n                  - to: spool:eu-gb\n");

    assertThat(Check.run(directory, Map.of(), Map.of(), Clock.systemUTC()).errors())
        .isNotEmpty()
        .allMatch(problem -> problem.message().contains("`to` finds a body of type String"));
  }

  @Test
  void aGroupIsNoFile() throws Exception {
    home.edit(
        "routes/40-route.camel.yaml",
        "                  - to: spool:eu-gb\n",
        "                  - to: file:"
            + directory
            + "/copies\n                  - to: spool:eu-gb\n");

    assertThat(Check.run(directory, Map.of(), Map.of(), Clock.systemUTC()).errors())
        .isNotEmpty()
        .allMatch(
            problem ->
                problem.message().contains("`to` can do nothing with the body: it is a group"));
    assertThat(directory.resolve("copies")).doesNotExist();
  }

  @Test
  void nothingIsSentWhateverTheRoutesSendTo() throws Exception {
    Path written = directory.resolve("written");
    try (HttpStub hook = HttpStub.start()) {
      home.edit(
          "routes/40-route.camel.yaml",
          "                  - to: spool:eu-gb\n",
          """
                            - multicast:
                                steps:
                                  - pipeline:
                                      steps:
                                        - setBody: { constant: text }
                                        - to: HOOK/to
                                        - toD: { uri: "HOOK/${header.registryDomain}" }
                                        - enrich: { constant: HOOK/enrich }
                                        - recipientList: { constant: "HOOK/list,file:WRITTEN" }
                                        - pollEnrich: { constant: "file:WRITTEN" }
                                  - to: spool:eu-gb
          """
              .indent(8)
              .replace("HOOK", hook.url().toString())
              .replace("WRITTEN", written.toString()));
      Files.writeString(
          directory.resolve("routes/99-own.camel.yaml"),
          """
          - route:
              id: own
              from:
                uri: timer:own
                parameters: { period: 1, delay: 0 }
                steps:
                  - to: HOOK/timer
          """
              .replace("HOOK", hook.url().toString()));

      try (Rehearsal rehearsal = Rehearsal.load(home.config(), Clock.systemUTC())) {
        Rehearsal.Result result = rehearsal.send(pull("uk.icr.io"));

        assertThat(result.failure()).isEmpty();
        assertThat(result.destinations()).containsExactly("eu-gb");
      }
      assertThat(hook.requests()).isEmpty();
      assertThat(written).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dynamicRouter: { simple: 'spool:eu-gb' }",
        "dynamicRouter: { constant: 'log:again' }",
        "loop: { doWhile: true, constant: true, steps: [{ setHeader: { name: a, constant: b } }] }",
        "delay: { constant: 3600000 }",
        "to: direct:route-activity-tracker"
      })
  void whatDoesNotComeToItsEndIsSaidWithItsPlace(String step) throws Exception {
    Path routes = directory.resolve("routes/40-route.camel.yaml");
    List<String> lines = new ArrayList<>(Files.readAllLines(routes));
    int line = lines.indexOf("                  - to: spool:eu-gb");
    lines.add(line, "                  - " + step);
    Files.write(routes, lines);

    assertThat(Check.run(directory, Map.of(), Map.of(), Clock.systemUTC()).errors())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.where()).isEqualTo("routes/40-route.camel.yaml:" + (line + 1));
              assertThat(error.message())
                  .isEqualTo(
                      "an event that was tried out did not come to the end of the routes: this step"
                          + " goes on without end, or for more than 10 s; mend it");
            });
  }

  /** A hundred events come in a row, which are not those of an hour. */
  @Test
  void aThrottleIsNotWaitedFor() throws Exception {
    home.edit(
        "routes/20-prepare.camel.yaml",
        "        - process: { ref: decode }",
        "        - throttle: { expression: { constant: \"1\" }, timePeriodMillis: \"3600000\" }\n"
            + "        - process: { ref: decode }");

    assertThat(Check.run(directory, Map.of(), Map.of(), Clock.systemUTC()).problems()).isEmpty();
  }

  @Test
  void stepsThatLogSayNothing() throws Exception {
    home.edit(
        "routes/40-route.camel.yaml",
        "- to: spool:eu-gb",
        """
        - log: 'event of ${header.registryDomain}'
                          - log: { message: again, logName: own, loggingLevel: ERROR }
                          - to: log:third
                          - to: spool:eu-gb\
        """);

    Ended check = RouterProcess.run(home, "check");

    assertThat(check.code()).isZero();
    assertThat(check.err()).isEmpty();
  }
}
