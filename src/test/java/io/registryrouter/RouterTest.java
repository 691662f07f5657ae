package io.registryrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.registryrouter.config.EventPath;
import io.registryrouter.observe.Status;
import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The running router with the real routes, files and HTTP in, archives and HTTP stubs out. */
class RouterTest {

  private static final String NDJSON = "application/x-ndjson";
  private static final String JSON = "application/json";
  private static final String ENRICHMENT =
      ",\"enrichment\":{\"actionDescription\":\"Pull an image from IBM Cloud Container Registry.\","
          + "\"registryDomain\":\"%s\",\"registryRegion\":\"%s\",\"eventsLocation\":\"%s\","
          + "\"path\":\"%s\"}}";

  @TempDir private Path directory;
  private TestHome home;
  private static final String FULL =
      "the spool: \\d+ of 1 bytes \\(router.spool.max-size\\); intake waits until some of it is"
          + " delivered";

  private Router router;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
  }

  @AfterEach
  void stop() {
    if (router != null) {
      router.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop: {}", "rollback: { markRollbackOnly: true }"})
  void whatEndsABatchInItsMiddleLosesNothingOfIt(String step) throws Exception {
    home.set("router.intake.tail", "activity-tracker:" + directory.resolve("logs/*.log"));
    home.edit(
        "routes/40-route.camel.yaml",
        "                  - to: spool:us-south\n",
        "                  - to: spool:us-south\n                  - " + step + "\n");
    String events = Events.pull("us.icr.io", 1) + "\n" + Events.pull("de.icr.io", 2) + "\n";
    Path file =
        Files.createDirectories(home.data().resolve("inbox/activity-tracker")).resolve("a.ndjson");
    Files.writeString(file, events);
    Path log = Files.createDirectories(directory.resolve("logs")).resolve("a.log");
    Files.writeString(log, events);
    start();

    HttpResponse<String> answer = post("activity-tracker", NDJSON, events);
    await()
        .until(() -> router.status().tails().stream().anyMatch(tail -> !tail.trouble().isEmpty()));
    router.stop();

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(home.archived("eu-de")).isEmpty();
    assertThat(file).exists();
    try (Router oneShot = Router.oneShot(home.config(), Clock.systemUTC())) {
      assertThatThrownBy(() -> oneShot.route(EventPath.ACTIVITY_TRACKER, file, "a.ndjson"))
          .hasMessageStartingWith("a.ndjson: ");
    }
  }

  @Test
  void aFailureThatARouteHandlesIsWhatItsClientIsTold() throws Exception {
    home.edit(
            "routes/11-intake-http.camel.yaml",
            "      parameters: { eventPath: activity-tracker }\n      steps:\n        - to: direct:prepare\n",
            """
                  parameters: { eventPath: activity-tracker }
                  steps:
                    - doTry:
                        steps:
                          - to: direct:prepare
                        doCatch:
                          - exception: [java.lang.Exception]
                            steps:
                              - log: failed
            """)
        .set("router.spool.max-size", "1");
    try (HttpStub down = HttpStub.start().answer(repeat(503, 10_000))) {
      home.post("us-south", down);
      start();
      post("activity-tracker", NDJSON, Events.pull("us.icr.io", 1));

      HttpResponse<String> answer = post("activity-tracker", NDJSON, Events.pull("us.icr.io", 2));

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  void aBatchThatIsLeftOutBeforeItIsPreparedIsNotAcknowledged() throws Exception {
    home.edit("routes/11-intake-http.camel.yaml", "to: direct:prepare", "log: left out");
    start();

    HttpResponse<String> answer = post("activity-tracker", NDJSON, Events.pull("us.icr.io", 1));

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(router.balance().received()).isZero();
  }

  @Test
  void anEventArrivesWithItsBytesUnchangedButForTheEnrichment() throws Exception {
    String event =
        "{ \"n\" : 1.50, \"big\":123456789012345678901234567890 ,\"e\\u0041\":\"\\ud83d\\ude80 🚀\","
            + Events.pull("AU.icr.io:443", 1).substring(1);
    start();

    HttpResponse<String> answer = post("activity-tracker", NDJSON, event);

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.body()).isEqualTo("{\"accepted\":1,\"deadLettered\":0}");
    await().until(() -> home.archived("jp-tok").size() == 1);
    assertThat(home.archived("jp-tok"))
        .containsExactly(
            event.substring(0, event.length() - 1)
                + String.format(
                    ENRICHMENT, "au.icr.io", "ap-south", "Tokyo (jp-tok)", "activity-tracker"));
  }

  @Test
  void theExceptionOfTheAccessTrailTableShowsInItsEnrichment() throws Exception {
    String event = Events.pull("jp.icr.io", 1);
    start();

    post("access-trail", JSON, event);

    await().until(() -> home.archived("access-trail-ap-south").size() == 1);
    assertThat(home.archived("access-trail-ap-south"))
        .containsExactly(
            event.substring(0, event.length() - 1)
                + String.format(ENRICHMENT, "jp.icr.io", "ap-north", "ap-south", "access-trail"));
    assertThat(home.archived("jp-tok")).isEmpty();
  }

  @Test
  void thousandsOfEventsOfOneRequestArriveInOrder() throws Exception {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 9000; i++) {
      events.add(Events.pull(i % 3 == 0 ? "us.icr.io" : "de.icr.io", i));
    }
    try (HttpStub us = HttpStub.start();
        HttpStub de = HttpStub.start()) {
      home.post("us-south", us).post("eu-de", de);
      home.set("router.destination.eu-de.batch-events", "500");
      start();

      HttpResponse<String> answer =
          post("activity-tracker", JSON, "[" + String.join(",\r\n", events) + "]");

      assertThat(answer.body()).isEqualTo("{\"accepted\":9000,\"deadLettered\":0}");
      await().until(() -> us.lines().size() == 3000 && de.lines().size() == 6000);
      assertThat(us.lines().stream().map(Events::id))
          .containsExactlyElementsOf(ids(0, 9000, i -> i % 3 == 0));
      assertThat(de.lines().stream().map(Events::id))
          .containsExactlyElementsOf(ids(0, 9000, i -> i % 3 != 0));
      assertThat(de.requests().stream().map(request -> request.text().lines().count()))
          .allMatch(lines -> lines <= 500);
      assertThat(de.requests().get(0).uri()).isEqualTo("/events?tenant=7");
      assertThat(de.requests().get(0).headers().get("content-type")).isEqualTo(NDJSON);
    }
  }

  private static List<String> ids(int from, int to, IntPredicate wanted) {
    return IntStream.range(from, to).filter(wanted).mapToObj(String::valueOf).toList();
  }

  @Test
  void aBatchThatIsNotTakenIsSentAgainAsItWas() throws Exception {
    try (HttpStub stub = HttpStub.start().answer(503, 404, 302, 429)) {
      home.post("us-south", stub)
          .set("router.destination.us-south.format", "json")
          .set("router.destination.us-south.token", "s3cret");
      start();

      post("activity-tracker", JSON, Events.pull("icr.io", 1));

      await().until(() -> stub.requests().size() == 5);
      assertThat(stub.requests().stream().map(HttpStub.Request::text).distinct()).hasSize(1);
      assertThat(stub.requests().stream().map(r -> r.headers().get("idempotency-key")).distinct())
          .hasSize(1);
      assertThat(stub.requests().get(4).text()).startsWith("[{\"id\":\"1\"").endsWith("}}]");
      assertThat(stub.requests().get(4).headers())
          .containsEntry("authorization", "Bearer s3cret")
          .containsEntry("content-type", "application/json");
      await().until(() -> router.spools().backlog() == 0);
      assertThat(router.balance().delivered("us-south")).isEqualTo(1);
    }
  }

  @Test
  void onlyTheEventThatIsRefusedIsDeadLettered() throws Exception {
    try (HttpStub stub = HttpStub.start().refuse("\"id\":\"77\"", 422)) {
      home.post("us-south", stub);
      start();
      List<String> events = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        events.add(Events.pull("us.icr.io", i));
      }

      post("activity-tracker", NDJSON, String.join("\n", events));

      await().until(() -> router.spools().backlog() == 0);
      assertThat(stub.lines().stream().map(Events::id))
          .containsExactlyElementsOf(ids(0, 200, i -> i != 77));
      assertThat(stub.requests()).hasSizeLessThanOrEqualTo(1 + 2 * 8);
      assertThat(stub.requests().stream().map(r -> r.headers().get("idempotency-key")))
          .doesNotHaveDuplicates();
      assertThat(home.deadLetters()).hasSize(1);
      assertThat(home.deadLetters().get(0))
          .contains(
              "\"reason\":\"rejected\",\"detail\":\"us-south refused it with HTTP status 422\"",
              "\"path\":\"activity-tracker\",\"source\":{\"kind\":\"http\",\"name\":\"127.0.0.1\"}",
              "\"destination\":\"us-south\",\"status\":422,\"response\":\"refused\"")
          .endsWith("\"event\":" + events.get(77) + "}");
      assertThat(router.balance().delivered("us-south")).isEqualTo(199);
      assertThat(router.balance().received()).isEqualTo(200);
    }
  }

  @Test
  void aDestinationThatRefusesEverythingIsNotBelieved() throws Exception {
    try (HttpStub stub = HttpStub.start().answer(repeat(400, 60))) {
      postFifteenOneByOne(stub);

      assertAttempts("rejected");
      assertThat(stub.lines().stream().map(Events::id))
          .containsExactlyElementsOf(ids(10, 15, i -> true));
    }
  }

  @Test
  void whatASuspectDestinationStoresNothingOfCountsAsTriedAgain() throws Exception {
    try (HttpStub stub = HttpStub.start()) {
      for (int i = 0; i < 60; i++) {
        stub.answer(207, "{\"status\":[400]}");
      }
      home.set("router.destination.us-south.format", "logdna");
      postFifteenOneByOne(stub);

      assertAttempts("partly");
    }
  }

  private void postFifteenOneByOne(HttpStub stub) throws Exception {
    home.post("us-south", stub).set("router.delivery.backoff", "1ms to 5ms");
    home.set("router.destination.us-south.batch-events", "1");
    start();
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      events.add(Events.pull("us.icr.io", i));
    }

    post("activity-tracker", NDJSON, String.join("\n", events));
    await().until(() -> router.spools().backlog() == 0);
  }

  /** Ten events died, and from then on the destination was not believed. */
  private void assertAttempts(String resultOfTheFirst) throws Exception {
    String attempts = "router_delivery_attempts_total{destination=\"us-south\",result=\"%s\"} %s";
    assertThat(home.deadLetters()).hasSize(10);
    assertThat(home.observe("metrics"))
        .contains(
            String.format(attempts, resultOfTheFirst, "10.0"),
            String.format(attempts, "retry", "50.0"));
  }

  @Test
  void whatNoAttemptDeliversForTooLongExpires() throws Exception {
    try (HttpStub stub = HttpStub.start().answer(repeat(503, 10_000))) {
      home.post("us-south", stub).set("router.destination.us-south.expire-after", "200ms");
      start();

      post("activity-tracker", NDJSON, Events.pull("us.icr.io", 1));
      post("activity-tracker", NDJSON, Events.pull("us.icr.io", 2));

      await().until(() -> router.spools().backlog() == 0);
      assertThat(home.deadLetters()).hasSize(2);
      assertThat(home.deadLetters().get(0))
          .contains(
              "\"reason\":\"expired\",\"detail\":\"not delivered to us-south within 200ms"
                  + " (expire-after); last: HTTP status 503\"",
              "\"destination\":\"us-south\"")
          .endsWith("\"event\":" + Events.pull("us.icr.io", 1) + "}");
      assertThat(stub.lines()).isEmpty();
    }
  }

  /** Nothing, compressed, is not even a gzip header. */
  @Test
  void anEmptyReplyThatSaysItIsCompressedCountsByItsStatus() throws Exception {
    try (HttpStub stub = HttpStub.start().header("Content-Encoding", "gzip").answer(200, 400)) {
      home.post("us-south", stub);
      start();

      post("activity-tracker", JSON, Events.pull("us.icr.io", 1));
      await().until(() -> router.spools().backlog() == 0);
      post("activity-tracker", JSON, Events.pull("us.icr.io", 2));
      await().until(() -> home.deadLetters().size() == 1);

      assertThat(stub.requests()).extracting(HttpStub.Request::answered).containsExactly(200, 400);
      assertThat(stub.lines().stream().map(Events::id)).containsExactly("1");
      assertThat(home.deadLetters().get(0)).contains("\"reason\":\"rejected\"");
    }
  }

  @Test
  void aWrongKeyIsAnOperatorsProblemThatHealthShows() throws Exception {
    try (HttpStub stub = HttpStub.start().answer(repeat(401, 10_000))) {
      home.post("us-south", stub);
      start();

      post("activity-tracker", NDJSON, Events.pull("us.icr.io", 1));

      await().until(() -> stub.requests().size() > 2);
      assertThat(home.observe("health"))
          .containsPattern(
              "1 events wait; not delivered since .*, \\d+ attempts: HTTP status 401"
                  + " \\(an operator has to act\\)");
      assertThat(home.observe("health/ready")).startsWith("{\"status\":\"UP\"");
      assertThat(home.deadLetters()).isEmpty();
    }
  }

  @Test
  void whatCameAShortWhileAgoIsLeftOutWhenAskedFor() throws Exception {
    home.set("router.dedupe.window", "1h");
    start();
    String noId = Events.pull("us.icr.io", 0).replace("\"id\":\"0\",", "");
    String batch =
        String.join("\n", Events.pull("us.icr.io", 1), noId, Events.pull("us.icr.io", 1));

    HttpResponse<String> first = post("activity-tracker", NDJSON, batch);
    HttpResponse<String> again =
        post("activity-tracker", NDJSON, batch + "\n" + Events.pull("us.icr.io", 2));
    post("access-trail", NDJSON, Events.pull("us.icr.io", 1));

    assertThat(first.body()).isEqualTo("{\"accepted\":3,\"deadLettered\":0}");
    assertThat(again.body()).isEqualTo("{\"accepted\":4,\"deadLettered\":0}");
    await().until(() -> home.archived("us-south").size() == 3);
    assertThat(home.archived("us-south").get(0)).contains("\"id\":\"1\"");
    assertThat(home.archived("us-south").get(1)).doesNotContain("\"id\"");
    assertThat(home.archived("us-south").get(2)).contains("\"id\":\"2\"");
    await().until(() -> home.archived("access-trail-us-south").size() == 1);
    assertThat(router.status().balance().suppressed()).isEqualTo(4);
    assertThat(router.status().balance().received()).isEqualTo(8);
  }

  @Test
  void whatHadNoRouteIsTakenWhenItComesAgain() throws Exception {
    home.set("router.dedupe.window", "1h");
    start();
    String batch = Events.pull("es.icr.io", 1) + "\n" + Events.pull("us.icr.io", 2);

    HttpResponse<String> first = post("activity-tracker", NDJSON, batch);
    HttpResponse<String> again = post("activity-tracker", NDJSON, batch);

    assertThat(first.body()).isEqualTo("{\"accepted\":1,\"deadLettered\":1}");
    assertThat(again.body()).isEqualTo("{\"accepted\":1,\"deadLettered\":1}");
    await().until(() -> home.archived("us-south").size() == 1);
    assertThat(router.status().balance().deadLettered()).isEqualTo(2);
    assertThat(router.status().balance().suppressed()).isEqualTo(1);
  }

  @Test
  void whatCameAShortWhileAgoIsLeftOutForNoLongerWhenTheClockIsSetBack() throws Exception {
    home.set("router.dedupe.window", "100ms");
    AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ofHours(2));
    InstantSource source = () -> Instant.now().plus(ahead.get());
    router = Router.daemon(home.config(), source.withZone(ZoneOffset.UTC));
    post("activity-tracker", NDJSON, Events.pull("us.icr.io", 1));

    ahead.set(Duration.ZERO);

    await()
        .until(
            () -> {
              post("activity-tracker", NDJSON, Events.pull("us.icr.io", 1));
              return home.archived("us-south").size() > 1;
            });
  }

  @Test
  void whatBecomesOfEachEventIsCounted() throws Exception {
    start();

    post(
        "activity-tracker",
        NDJSON,
        Events.pull("us.icr.io", 1) + "\nx\n" + Events.pull("es.icr.io", 2) + "\n{\"action\":1}");
    post("access-trail", JSON, Events.at("2020-01-01T00:00:00Z", "us.icr.io", 3));

    await().until(() -> router.spools().backlog() == 0);
    String metrics = home.observe("metrics");
    assertThat(metrics)
        .contains(
            "router_events_received_total{path=\"activity-tracker\",source=\"http\"} 4.0",
            "router_events_received_total{path=\"access-trail\",source=\"http\"} 1.0",
            "router_events_delivered_total{destination=\"us-south\"} 1.0",
            "router_events_dead_lettered_total{reason=\"malformed\"} 1.0",
            "router_events_dead_lettered_total{reason=\"no-route\"} 1.0",
            "router_events_dead_lettered_total{reason=\"not-a-registry-event\"} 1.0",
            "router_events_dead_lettered_total{reason=\"access-trail-retired\"} 1.0",
            "router_spool_events{destination=\"us-south\"} 0.0");
  }

  @Test
  void whyIntakeWaitsIsSaidUntilItGoesOn() throws Exception {
    home.set("router.spool.max-size", "1")
        .set("router.destination.us-south.backoff", "1ms to 50ms");
    try (HttpStub down = HttpStub.start()) {
      down.hold();
      home.post("us-south", down);
      start();
      post("activity-tracker", JSON, Events.pull("us.icr.io", 1));
      String before = router.status().intakeWaits();

      HttpResponse<String> answer = post("activity-tracker", JSON, Events.pull("us.icr.io", 2));

      assertThat(before).matches(FULL);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(router.status().intakeWaits()).matches(FULL);
      assertThat(home.observe("metrics")).contains("\nrouter_intake_waiting 1.0\n");
      down.release();
      await().until(() -> router.status().intakeWaits().isEmpty());
      assertThat(home.observe("metrics")).contains("\nrouter_intake_waiting 0.0\n");
    }
  }

  @Test
  void deadLettersThatCannotBeWrittenAreSaidUntilTheyCan() throws Exception {
    start();
    Path directory = home.data().resolve("dead-letter");
    Files.delete(directory);
    Files.createFile(directory);

    HttpResponse<String> refused =
        post("activity-tracker", NDJSON, Events.pull("us.icr.io", 1) + "\nx");
    HttpResponse<String> taken = post("activity-tracker", JSON, Events.pull("us.icr.io", 2));

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(taken.statusCode()).isEqualTo(202);
    assertThat(router.status().intakeWaits())
        .isEqualTo(
            "the dead letters cannot be written: java.nio.file.FileAlreadyExistsException: "
                + directory);
    assertThat(home.observe("metrics")).contains("\nrouter_intake_waiting 1.0\n");
    assertThat(home.observe("health/ready")).startsWith("{\"status\":\"UP\"");
    Files.delete(directory);
    assertThat(post("activity-tracker", NDJSON, Events.pull("us.icr.io", 1) + "\nx").statusCode())
        .isEqualTo(202);
    assertThat(router.status().intakeWaits()).isEmpty();
  }

  @Test
  void filesThatStayInTheInboxAreSaidUntilTheyAreGone() throws Exception {
    start();
    Path stays = home.data().resolve("inbox/access-trail/a.ndjson");
    Files.createSymbolicLink(stays, Path.of("nowhere"));

    await().until(() -> !router.status().inboxes().isEmpty());

    String why = "it is a link to what is not there; remove it";
    assertThat(router.status().inboxes())
        .containsExactly(new Status.Inbox("access-trail", Map.of("a.ndjson", why)));
    assertThat(home.observe("metrics"))
        .contains(
            "\nrouter_intake_inbox_troubles{path=\"access-trail\"} 1.0\n",
            "\nrouter_intake_inbox_troubles{path=\"activity-tracker\"} 0.0\n",
            "\nrouter_intake_waiting 0.0\n");
    assertThat(home.observe("health"))
        .contains(
            "{\"name\":\"inbox\",\"status\":\"UP\",\"message\":\"degraded: 1 files or directories of the"
                + " inbox cannot be taken; `router status` says why\"");
    Files.delete(stays);
    await().until(() -> router.status().inboxes().isEmpty());
  }

  @Test
  void aStartThatFailsHoldsNoDataDirectory() throws Exception {
    Path inTheWay = Files.createDirectories(home.data().resolve("spool")).resolve("us-south");
    Files.createFile(inTheWay);
    assertThatThrownBy(this::start).isInstanceOf(FileAlreadyExistsException.class);
    Files.delete(inTheWay);

    start();

    assertThat(router.spools().backlog()).isZero();
  }

  @Test
  void aDoorThatNoRouteReadsFromSaysSo() throws Exception {
    Files.delete(home.directory().resolve("routes/11-intake-http.camel.yaml"));
    start();

    HttpResponse<String> answer = post("activity-tracker", JSON, Events.pull("us.icr.io", 1));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("\"detail\":\"no route takes events over HTTP\"");
    assertThat(home.observe("health"))
        .contains(
            "{\"name\":\"door\",\"status\":\"UP\",\"message\":\"no route takes events over HTTP\"}");
  }

  @Test
  void healthShowsWhatWaitsForADestinationAndStaysReady() throws Exception {
    try (HttpStub stub = HttpStub.start().answer(repeat(503, 1000))) {
      home.post("us-south", stub);
      start();

      post("activity-tracker", JSON, Events.pull("us.icr.io", 1));

      assertThat(home.observe("health/ready")).startsWith("{\"status\":\"UP\"");
      assertThat(home.observe("health/live")).startsWith("{\"status\":\"UP\"");
      assertThat(home.observe("health"))
          .contains(
              "{\"name\":\"destination:us-south\",\"status\":\"UP\",\"message\":\"1 events wait",
              "{\"name\":\"destination:eu-de\",\"status\":\"UP\",\"message\":\"0 events wait\"}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "application/x-ndjson | nonsense | 400 | nothing in the body is a JSON object:",
        "application/x-ndjson | [] | 400 | a JSON array, not an object",
        "application/json | [{},] | 400 | the body is not JSON: a comma before the end of the array",
        "application/json | [{} | 400 | the body is not JSON: the array is not closed",
        "application/json | [1,2] | 400 | nothing in the body is a JSON object:",
        "application/json | ' ' | 400 | the body is empty",
        "text/plain | {} | 415 | accepted: application/json, application/x-ndjson",
        "application/x-www-form-urlencoded | {} | 415 | accepted: application/json",
        "none | {} | 415 | Content-Type",
      })
  void whatCannotBeReadIsRefusedAndKeptNowhere(
      String contentType, String body, int status, String detail) throws Exception {
    start();

    HttpResponse<String> answer = post("activity-tracker", contentType, body);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body()).contains("\"status\":" + status).contains(detail);
    assertThat(home.deadLetters()).isEmpty();
  }

  @Test
  void anEmptyArrayIsNoEvents() throws Exception {
    start();

    HttpResponse<String> answer = post("activity-tracker", JSON, "[]");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.body()).isEqualTo("{\"accepted\":0,\"deadLettered\":0}");
  }

  @Test
  void compressedBodiesAreInflatedWithinTheLimit() throws Exception {
    home.set("router.http.max-body", "100KiB");
    start();

    HttpResponse<String> good = postGzip(Events.gzip(Events.pull("us.icr.io", 1)));
    HttpResponse<String> bomb = postGzip(Events.gzip(" ".repeat(200_000)));
    HttpResponse<String> broken = postGzip("no gzip".getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> large = post("activity-tracker", JSON, " ".repeat(200_000));

    assertThat(good.statusCode()).isEqualTo(202);
    assertThat(bomb.statusCode()).isEqualTo(413);
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(large.body())
        .isEqualTo(
            "{\"title\":\"Request Entity Too Large\",\"status\":413,\"detail\":\"the body is larger"
                + " than 102400 bytes (router.http.max-body); send less at once\"}");
  }

  @Test
  void aFullSpoolMakesClientsAndFilesWaitAndGoesOnByItself() throws Exception {
    try (HttpStub stub = HttpStub.start().answer(repeat(503, 500))) {
      home.post("us-south", stub)
          .set("router.spool.max-size", "2000")
          .set("router.delivery.backoff", "5ms to 5ms");
      start();
      Path inbox = home.data().resolve("inbox/activity-tracker");

      int status = 202;
      for (int i = 0; status == 202; i++) {
        HttpResponse<String> answer =
            post("activity-tracker", JSON, Events.pull("us.icr.io", "http" + i));
        status = answer.statusCode();
        if (status != 202) {
          assertThat(status).isEqualTo(503);
          assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
      }
      int accepted = (int) router.spools().backlog();
      home.drop("late.ndjson", Events.pull("us.icr.io", "late"));

      await().until(() -> stub.lines().size() == accepted + 1);
      assertThat(stub.lines().stream().map(Events::id)).endsWith("late").doesNotHaveDuplicates();
      await().until(() -> Files.exists(inbox.resolve(".done/late.ndjson")));
    }
  }

  @Test
  void aRouteThatTriesAgainItselfWhenTheSpoolIsFullLeavesNothingOut() throws Exception {
    home.edit(
        "routes/00-errors.camel.yaml",
        "noErrorHandler: {}",
        "defaultErrorHandler:\n        redeliveryPolicy: { maximumRedeliveries: 1000, redeliveryDelay: 5 }");
    try (HttpStub stub = HttpStub.start().answer(repeat(503, 20))) {
      home.post("us-south", stub)
          .set("router.dedupe.window", "1h")
          .set("router.spool.max-size", "2000")
          .set("router.delivery.backoff", "5ms to 5ms");
      start();
      List<String> ids = IntStream.range(0, 10).mapToObj(i -> "id" + i).toList();

      for (String id : ids) {
        assertThat(post("activity-tracker", JSON, Events.pull("us.icr.io", id)).statusCode())
            .isEqualTo(202);
      }

      await()
          .untilAsserted(
              () ->
                  assertThat(stub.lines().stream().map(Events::id)).containsExactlyElementsOf(ids));
    }
  }

  @Test
  void whatIsInTheSpoolWhenItStopsIsDeliveredByTheNext() throws Exception {
    try (HttpStub stub = HttpStub.start().answer(repeat(503, 10_000))) {
      home.post("us-south", stub).set("router.drain-timeout", "0s");
      start();
      post("activity-tracker", JSON, Events.pull("us.icr.io", 1));
      await().until(() -> !stub.requests().isEmpty());
      String key = stub.requests().get(0).headers().get("idempotency-key");
      router.stop();
      try (HttpStub up = HttpStub.start()) {
        home.post("us-south", up);

        start();

        await().until(() -> up.requests().size() == 1);
        assertThat(up.requests().get(0).headers().get("idempotency-key")).isEqualTo(key);
        assertThat(up.lines()).hasSize(1);
      }
    }
  }

  @Test
  void oneProcessAtATimeWorksOnADataDirectory() throws Exception {
    start();

    assertThatThrownBy(() -> Router.daemon(home.config(), Clock.systemUTC()))
        .isInstanceOf(IOException.class)
        .hasMessageMatching(
            "another router works on .*/data: pid \\d+, since \\S+Z, http \\S+, management \\S+; stop"
                + " it, or set"
                + " router.data-dir to another directory");
  }

  @ParameterizedTest
  @CsvSource({"router.http", "router.management"})
  void aPortInUseIsAFailedStartThatNamesIt(String door) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      home.set(door + ".port", String.valueOf(taken.getLocalPort()));

      assertThatThrownBy(() -> Router.daemon(home.config(), Clock.systemUTC()))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(
              "cannot listen on 127.0.0.1:"
                  + taken.getLocalPort()
                  + " ("
                  + door
                  + ".host, "
                  + door
                  + ".port): ");
    }
    start(); // the failed one has let go of the data directory
  }

  @Test
  void aRunOverFilesLeavesThemWhereTheyAre() throws Exception {
    Path file = directory.resolve("events.ndjson");
    Files.writeString(file, Events.pull("uk.icr.io", 1) + "\n" + Events.pull("uk.icr.io", 2));
    router = Router.oneShot(home.config(), Clock.systemUTC());

    router.route(EventPath.ACTIVITY_TRACKER, file, "events.ndjson");

    assertThat(router.drain(Duration.ofSeconds(10))).isTrue();
    assertThat(home.archived("eu-gb").stream().map(Events::id)).containsExactly("1", "2");
    assertThat(file).exists();
  }

  private void start() throws IOException {
    router = Router.daemon(home.config(), Clock.systemUTC());
  }

  private HttpResponse<String> post(String path, String contentType, String body) throws Exception {
    String door = "/v1/" + path + "/events";
    return contentType == null
        ? home.send(door, body)
        : home.send(door, body, "Content-Type", contentType);
  }

  private HttpResponse<String> postGzip(byte[] body) throws Exception {
    return home.send(
        "/v1/activity-tracker/events", body, "Content-Type", NDJSON, "Content-Encoding", "gzip");
  }

  private static int[] repeat(int status, int times) {
    int[] statuses = new int[times];
    Arrays.fill(statuses, status);
    return statuses;
  }
}
