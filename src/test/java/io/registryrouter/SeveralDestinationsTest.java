package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.check.Rehearsal;
import io.registryrouter.config.DedupeSettings;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.deadletter.DeadLetterSink;
import io.registryrouter.deliver.SpoolComponent;
import io.registryrouter.event.Source;
import io.registryrouter.flow.Edition;
import io.registryrouter.flow.RouterContext;
import io.registryrouter.flow.Steps;
import io.registryrouter.intake.Duplicates;
import io.registryrouter.intake.Gate;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.Framing;
import io.registryrouter.intake.file.FileIntake;
import io.registryrouter.intake.file.FileReading;
import io.registryrouter.intake.http.DoorComponent;
import io.registryrouter.intake.http.EventDoor;
import io.registryrouter.intake.tail.TailComponent;
import io.registryrouter.intake.tail.TailIntake;
import io.registryrouter.observe.Balance;
import io.registryrouter.observe.Oddities;
import io.registryrouter.observe.Status;
import io.registryrouter.spool.GroupSink;
import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A route that sends the events of one domain to two destinations, by edit alone. */
class SeveralDestinationsTest {

  /** An aggregation strategy that Camel ships and that forgets exceptions. */
  private static final String SWALLOWS =
      "#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy";

  private static final String ONE = "                  - to: spool:eu-gb\n";
  private static final String TWO =
      """
                        - multicast:
                            OPTION
                            steps:
                              - to: spool:eu-gb
                              - to: spool:audit-archive
      """;

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
  }

  private void multicast(String option) throws IOException {
    home.edit(
        "routes/40-route.camel.yaml",
        ONE,
        TWO.indent(12).replace("OPTION", option).replaceAll("(?m)^ +\n", ""));
    Path deliver = directory.resolve("routes/50-deliver.camel.yaml");
    Files.writeString(
        deliver,
        Files.readString(deliver)
            + """
            - templatedRoute:
                routeTemplateRef: destination
                routeId: deliver-audit-archive
                parameters: [{ name: destination, value: audit-archive }]
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "parallelProcessing: true"})
  void theRehearsalKnowsBothAndTheBranchTheyHaveInCommon(String option) throws IOException {
    multicast(option);
    byte[] event = Events.pull("uk.icr.io", 1).getBytes(StandardCharsets.UTF_8);
    Source source = new Source(Source.Kind.FILE, "test");

    Rehearsal.Result result;
    try (Rehearsal rehearsal = Rehearsal.load(home.config(), Clock.systemUTC())) {
      result =
          rehearsal.send(
              new EventCutter(
                      EventPath.ACTIVITY_TRACKER, source, Framing.LINES, event, event.length)
                  .next());
    }

    assertThat(result.failure()).isEmpty();
    assertThat(result.deadLetters()).isEmpty();
    assertThat(result.destinations()).containsExactlyInAnyOrder("eu-gb", "audit-archive");
    assertThat(result.arrivals())
        .extracting(arrival -> arrival.when().orElseThrow().place())
        .containsOnly("routes/40-route.camel.yaml:16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "parallelProcessing: true"})
  void bothGetEveryEventAndTheBalanceCountsTheCopies(String option) throws Exception {
    multicast(option);
    try (Router router = Router.daemon(home.config(), Clock.systemUTC())) {
      HttpResponse<String> answer = post(Events.pull("uk.icr.io", 1), Events.pull("us.icr.io", 2));

      assertThat(answer.body()).isEqualTo("{\"accepted\":2,\"deadLettered\":0}");
      await().until(() -> router.spools().backlog() == 0);
      assertThat(home.archived("eu-gb").stream().map(Events::id)).containsExactly("1");
      assertThat(home.archived("audit-archive")).isEqualTo(home.archived("eu-gb"));
      assertThat(home.archived("us-south").stream().map(Events::id)).containsExactly("2");
      assertThat(home.observe("metrics")).contains("router_events_copied_total 1.0");
      assertThat(router.status().balance()).isEqualTo(new Status.Totals(0, 2, 1, 3, 0, 0, 0));
    }
  }

  @Test
  void oneThatIsDownDoesNotHoldUpTheOther() throws Exception {
    multicast("");
    try (HttpStub down =
        HttpStub.start().answer(IntStream.generate(() -> 503).limit(9999).toArray())) {
      home.post("eu-gb", down);
      try (Router router = Router.daemon(home.config(), Clock.systemUTC())) {
        post(Events.pull("uk.icr.io", 1));
        post(Events.pull("uk.icr.io", 2));

        Status.Totals all = new Status.Totals(0, 2, 2, 2, 0, 0, 2);
        await().untilAsserted(() -> assertThat(router.status().balance()).isEqualTo(all));
        assertThat(home.archived("audit-archive").stream().map(Events::id))
            .containsExactly("1", "2");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', eu-gb",
    "'', audit-archive",
    "'parallelProcessing: true', eu-gb",
    "'parallelProcessing: true', audit-archive",
    "'stopOnException: true', eu-gb",
    "'stopOnException: true', audit-archive",
    "'aggregationStrategy: \"" + SWALLOWS + "\"', eu-gb",
    "'aggregationStrategy: \"" + SWALLOWS + "\"', audit-archive",
  })
  void whatOneOfThemCannotTakeIsGivenBack(String option, String full) throws Exception {
    multicast(option);

    Exchange sent =
        route(
            (destination, group, handover) -> {
              if (destination.equals(full)) {
                throw new IOException("no space left for " + destination);
              }
              handover.accepted(group.size(), CompletableFuture.completedFuture(null));
            },
            (dead, handover) -> {});

    assertThat(causes(sent.getException()))
        .containsAnyOf("no space left for " + full, "a batch was not handed over");
  }

  @Test
  void aFailureThatARouteCatchesGivesTheEventsBackAllTheSame() throws Exception {
    home.edit(
        "routes/40-route.camel.yaml",
        ONE,
        """
        - doTry:
            steps:
              - to: spool:eu-gb
            doCatch:
              - exception: [java.io.IOException]
                steps:
                  - setHeader: { name: deadLetterReason, constant: no-route }
                  - to: direct:dead-letter
        """
            .indent(18));

    Exchange sent =
        route(
            (destination, group, handover) -> {
              throw new IOException("no space left");
            },
            (dead, handover) ->
                handover.deadLettered(dead.size(), CompletableFuture.completedFuture(null)));

    assertThat(causes(sent.getException())).contains("a batch was not handed over");
  }

  @Test
  void aDeadLetterThatCannotBeWrittenBesideASpoolIsGivenBack() throws Exception {
    home.edit(
        "routes/40-route.camel.yaml",
        ONE,
        """
        - setHeader: { name: deadLetterReason, constant: no-route }
        - multicast:
            steps:
              - to: direct:dead-letter
              - to: spool:eu-gb
        """
            .indent(18));

    Exchange sent =
        route(
            (destination, group, handover) ->
                handover.accepted(group.size(), CompletableFuture.completedFuture(null)),
            (dead, handover) -> {
              throw new IOException("no space left for dead letters");
            });

    assertThat(causes(sent.getException())).contains("no space left for dead letters");
  }

  private static String causes(Throwable failure) {
    StringBuilder messages = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.append(cause.getMessage()).append('\n');
    }
    return messages.toString();
  }

  /** Sends a file with one event through the real routes to doors that may refuse it. */
  private Exchange route(GroupSink spools, DeadLetterSink deadLetters) throws Exception {
    Path file = directory.resolve("events.ndjson");
    Files.writeString(file, Events.pull("uk.icr.io", 1));
    RouterConfig config = home.config();
    Clock clock = Clock.systemUTC();
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Balance balance = new Balance(meters);
    Edition edition = Edition.of(config, clock, new Oddities(meters));
    Gate gate = new Gate();
    Steps steps =
        new Steps(
            () -> edition,
            new FileIntake(
                config.data().root(), () -> FileIntake.Limits.of(config), gate, () -> false),
            new Duplicates(() -> new DedupeSettings(Duration.ZERO, 1), clock),
            balance,
            bytes -> {},
            deadLetters,
            null);
    try (RouterContext context =
        new RouterContext(
            () -> config,
            clock,
            steps,
            Map.of(
                "spool", new SpoolComponent(spools, null, () -> config, gate, balance, clock),
                "event-door",
                    new DoorComponent(
                        new EventDoor(() -> config, null, gate, new SimpleMeterRegistry())),
                "tail", new TailComponent(new TailIntake(() -> config, gate, clock))),
            "file:*,event-door:*,tail:*,spool:*")) {
      context.start();
      return context
          .camel()
          .createProducerTemplate()
          .send(
              "direct:intake-file",
              exchange -> {
                exchange.setProperty(FileReading.GIVEN_NAME, "events.ndjson");
                exchange.getMessage().setHeader("eventPath", "activity-tracker");
                exchange.getMessage().setBody(file.toFile());
              });
    }
  }

  private HttpResponse<String> post(String... events) throws Exception {
    return home.send(
        "/v1/activity-tracker/events",
        String.join("\n", events),
        "Content-Type",
        "application/x-ndjson");
  }
}
