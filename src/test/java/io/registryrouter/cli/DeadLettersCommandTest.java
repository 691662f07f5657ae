package io.registryrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.deadletter.DeadLetterArchive;
import io.registryrouter.deadletter.DeadLetterSelection;
import io.registryrouter.support.Events;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code bin/router dead-letters}: what is printed, what lies in the inbox, exit codes. */
class DeadLettersCommandTest {

  private static final String EXCERPT =
      "{\"reason\":\"too-large\",\"detail\":\"2000000 bytes\",\"at\":\"2026-11-20T10:00:00.123Z\","
          + "\"path\":\"activity-tracker\",\"source\":{\"kind\":\"http\",\"name\":\"10.0.0.7\",\"line\":3},"
          + "\"raw\":\"{\\\"a\",\"size\":2000000,\"sha256\":\"abc\"}";
  private static final String UNROUTED =
      "{\"reason\":\"no-route\",\"detail\":\"es.icr.io\\u001b[2J\\u009b2J\\u202e\",\"at\":\"2026-11-20T10:00:01Z\","
          + "\"path\":\"activity-tracker\",\"source\":{\"kind\":\"file\",\"name\":\"a.ndjson\",\"line\":12},"
          + "\"event\":{\"n\": 1.50,\"n\":2,\"e\":\"\\u00e9\"}}";
  private static final String REFUSED =
      "{\"reason\":\"rejected\",\"detail\":\"no\",\"at\":\"2026-11-21T10:00:00Z\","
          + "\"path\":\"access-trail\",\"source\":{\"kind\":\"file\",\"name\":\"b.ndjson\"},"
          + "\"destination\":\"eu-de\",\"status\":422,\"response\":\"bad\",\"event\":{\"n\":3}}";

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void threeDeadLetters() throws IOException {
    home = TestHome.in(directory);
    store("2026-11-20", EXCERPT, UNROUTED);
    store("2026-11-21", REFUSED);
  }

  private void store(String day, String... lines) throws IOException {
    Path file = home.data().resolve("dead-letter").resolve(day + ".ndjson");
    Files.createDirectories(file.getParent());
    Files.writeString(file, String.join("\n", lines) + "\n");
  }

  private Ended run(String arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = RouterCommand.line();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of("dead-letters"));
    all.addAll(List.of(arguments.split(" ")));
    all.addAll(List.of("--home", directory.toString()));
    int code = line.execute(all.toArray(String[]::new));
    return new Ended(code, withoutNames(out.toString()), err.toString());
  }

  /** A router that has refused an edit runs on, and its dead letters can be looked at. */
  @Test
  void mistakesElsewhereDoNotHideDeadLetters() throws IOException {
    home.edit("config/application.properties", "router.http.port=8080", "router.http.port=door");

    assertThat(run("list --reason no-route").out()).contains("2026-11-20:2");
    assertThat(run("replay --reason no-route").code()).isZero();
    assertThat(inbox("activity-tracker")).hasSize(1);
  }

  @Test
  void aMisspeltKeyMayBeWhereTheyLie() throws Exception {
    home.edit("config/application.properties", "router.data-dir=data", "router.data-dri=elsewhere");
    Ended list = RouterProcess.run(home, "dead-letters", "list");

    assertThat(list.code()).isEqualTo(78);
    assertThat(list.err()).contains("router.data-dri: ").contains("did you mean router.data-dir?");
  }

  @Test
  void whereTheyLieHasToBeKnown() throws Exception {
    home.edit("config/application.properties", "router.data-dir=data", "router.data-dir=da{ta");
    Ended list = RouterProcess.run(home, "dead-letters", "list");

    assertThat(list.code()).isEqualTo(78);
    assertThat(list.err())
        .matches(
            "config/application.properties:\\d+: router.data-dir: .*/da\\{ta has one of % \\? \\{ } in"
                + " its path; choose another\n1 error.*\n");
  }

  /** Time and random part of a replay's name are different each time. */
  private String withoutNames(String printed) {
    return printed
        .replaceAll("replay-\\d{8}-\\d{6}-[0-9a-f]{6}-", "replay-X-")
        .replace(home.data() + "/", "");
  }

  private List<String> inbox(String path) throws IOException {
    Path inbox = home.data().resolve("inbox").resolve(path);
    List<String> lines = new ArrayList<>();
    if (Files.isDirectory(inbox)) {
      try (Stream<Path> files = Files.list(inbox)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          lines.addAll(Files.readAllLines(file));
        }
      }
    }
    return lines;
  }

  @Test
  void listIsATable() {
    Ended list = run("list");

    assertThat(list)
        .isEqualTo(
            new Ended(
                0,
                """
                id            at                    reason     path              destination  source       replayed  detail
                2026-11-20:1  2026-11-20T10:00:00Z  too-large  activity-tracker  -            10.0.0.7:3   no        2000000 bytes
                2026-11-20:2  2026-11-20T10:00:01Z  no-route   activity-tracker  -            a.ndjson:12  no        es.icr.io\ufffd[2J\ufffd2J\ufffd
                2026-11-21:1  2026-11-21T10:00:00Z  rejected   access-trail      eu-de        b.ndjson     no        no
                """,
                ""));
    assertThat(home.data().resolve("dead-letter/.replay.lock")).doesNotExist();
    assertThat(home.data().resolve("inbox")).doesNotExist();
  }

  @Test
  void onlyTheDetailIsCutToTheWidth() throws IOException {
    String detail = "😀".repeat(60);
    store("2026-11-21", REFUSED.replace("\"no\"", "\"" + detail + "\""));

    assertThat(tableOf(100)).endsWith("no        " + "😀".repeat(39) + "…\n");
    assertThat(tableOf(151)).endsWith("no        " + "😀".repeat(49) + "…\n");
    assertThat(tableOf(200)).endsWith("no        " + detail + "\n");
  }

  private String tableOf(int width) throws IOException {
    StringWriter text = new StringWriter();
    DeadLetterTable table = new DeadLetterTable(width);
    DeadLetterArchive archive =
        new DeadLetterArchive(home.data().resolve("dead-letter"), warning -> {});
    DeadLetterSelection all =
        new DeadLetterSelection(
            Set.of(), Set.of(), Optional.empty(), Optional.empty(), Optional.empty());
    PrintWriter out = new PrintWriter(text);
    table.print(each -> archive.find(all, each), out);
    out.flush();
    return text.toString();
  }

  @Test
  void listAsJsonIsWhatIsStoredWithIdAndMark() {
    run("replay 2026-11-20:2");

    Ended list = run("list --json");

    assertThat(list)
        .isEqualTo(
            new Ended(
                0,
                "{\"id\":\"2026-11-20:1\",\"replayed\":false,"
                    + EXCERPT.substring(1)
                    + "\n{\"id\":\"2026-11-20:2\",\"replayed\":true,"
                    + UNROUTED.substring(1)
                    + "\n{\"id\":\"2026-11-21:1\",\"replayed\":false,"
                    + REFUSED.substring(1)
                    + "\n",
                ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "--reason no-route | 2026-11-20:2",
        "--reason no-route --reason too-large | 2026-11-20:1 2026-11-20:2",
        "--reason malformed | none",
        "--since 2026-11-21 | 2026-11-21:1",
        "--since 2026-11-20T10:00:01Z | 2026-11-20:2 2026-11-21:1",
        "--since 2026-11-20T12:00:01+02:00 | 2026-11-20:2 2026-11-21:1",
        "--destination eu-de | 2026-11-21:1",
        "--destination eu-gb | none",
        "--reason rejected --since 2026-11-20 --destination eu-de | 2026-11-21:1",
        "--reason no-route --destination eu-de | none",
        "--detail es.icr | 2026-11-20:2",
        "--detail es.icr --reason too-large | none",
      })
  void filtersAllHaveToBeMet(String filters, String ids) {
    Ended list = run("list " + filters);

    assertThat(list.code()).isZero();
    if (ids == null) {
      assertThat(list.out()).isEqualTo("no such dead letters in dead-letter\n");
    } else {
      assertThat(list.out().lines().skip(1).map(row -> row.split(" ")[0]))
          .containsExactly(ids.split(" "));
    }
  }

  @Test
  void sinceCanSayHowLongAgo() throws IOException {
    Instant anHourAgo = Instant.now().minus(1, ChronoUnit.HOURS);
    store(
        anHourAgo.toString().substring(0, 10),
        REFUSED.replace("2026-11-21T10:00:00Z", anHourAgo.toString()).replace("eu-de", "eu-gb"));

    assertThat(run("list --since 2h --destination eu-gb").out()).contains("rejected");
    assertThat(run("list --since 30m --destination eu-gb").out()).startsWith("no such");
  }

  @Test
  void showIsTheWholeDeadLetterWithNumbersAndDoublesAsTheyAre() {
    Ended show = run("show 2026-11-20:2");

    assertThat(show)
        .isEqualTo(
            new Ended(
                0,
                """
                {
                  "id" : "2026-11-20:2",
                  "replayed" : false,
                  "reason" : "no-route",
                  "detail" : "es.icr.io\\u001B[2J\\u009B2J\\u202E",
                  "at" : "2026-11-20T10:00:01Z",
                  "path" : "activity-tracker",
                  "source" : {
                    "kind" : "file",
                    "name" : "a.ndjson",
                    "line" : 12
                  },
                  "event" : {
                    "n" : 1.50,
                    "n" : 2,
                    "e" : "é"
                  }
                }
                """,
                ""));
    assertThat(run("show --reason rejected --since 2026-11-21").out())
        .contains("\"id\" : \"2026-11-21:1\"", "\"status\" : 422", "\"response\" : \"bad\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "show 17 | \"17\" is no dead letter; ids are day and line, e.g. 2026-11-22:17, and"
            + " `bin/router dead-letters list` shows them",
        "show 2026-11-20:3 | \"2026-11-20:3\" is no dead letter; ids are day and line, e.g."
            + " 2026-11-22:17, and `bin/router dead-letters list` shows them",
        "replay 2026-11-20:2 2026-02-30:1 | \"2026-02-30:1\" is no dead letter; ids are day and"
            + " line, e.g. 2026-11-22:17, and `bin/router dead-letters list` shows them",
        "show | Which ones? Name ids, as `bin/router dead-letters list` shows them, or a filter",
        "replay | Which ones? Name ids, as `bin/router dead-letters list` shows them, or a filter, or"
            + " say --all",
        "replay --detail= | --detail is empty; say which, e.g. --detail es.icr.io",
        "replay --destination= | --destination is empty; say which, e.g. --destination eu-de",
        "list --reason bad-luck | Invalid value for option '--reason' (REASON): \"bad-luck\" is no"
            + " dead-letter reason; reasons: malformed, too-large, not-a-registry-event,"
            + " unknown-action, unknown-domain, invalid-event-time, access-trail-retired, no-route,"
            + " rejected, expired",
        "list --since yesterday | Invalid value for option '--since': \"yesterday\" is no"
            + " time; write e.g. 24h, 2026-11-22 or 2026-11-22T10:00:00Z",
      })
  void mistakesAreUsage(String arguments, String message) throws IOException {
    Ended ended = run(arguments);

    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err().lines().findFirst()).contains(message);
    assertThat(ended.out()).isEmpty();
    assertThat(inbox("activity-tracker")).isEmpty();
  }

  @Test
  void replaySaysHowManyWentWhereAndWhatDidNot() throws IOException {
    Ended first = run("replay --all");
    Ended second = run("replay --all");
    Ended again = run("replay --again 2026-11-21:1");

    assertThat(first)
        .isEqualTo(
            new Ended(
                0,
                """
                1 event put into inbox/activity-tracker/replay-X-001.ndjson
                1 event put into inbox/access-trail/replay-X-002.ndjson
                1 event cannot be replayed: only the beginning was kept
                """,
                ""));
    assertThat(second)
        .isEqualTo(
            new Ended(
                0,
                """
                1 event cannot be replayed: only the beginning was kept
                2 events left alone: replayed before (--again replays once more)
                nothing was replayed
                """,
                ""));
    assertThat(again.out()).isEqualTo("1 event put into inbox/access-trail/replay-X-001.ndjson\n");
    assertThat(inbox("activity-tracker"))
        .containsExactly("{\"n\": 1.50,\"n\":2,\"e\":\"\\u00e9\"}");
    assertThat(inbox("access-trail")).containsExactly("{\"n\":3}", "{\"n\":3}");
  }

  @Test
  void listFinishesAReplayThatWasBrokenOff() throws IOException {
    Path inbox = Files.createDirectories(home.data().resolve("inbox/access-trail"));
    Files.writeString(inbox.resolve(".replay-20261122-101530-abcdef-001.tmp"), "{\"n\":3}\n");
    Files.writeString(inbox.resolve(".replay-20261122-101530-abcdef-002.tmp"), "{\"n\":");
    Files.writeString(
        home.data().resolve("dead-letter/2026-11-21.replayed"),
        "{\"replay\":\"20261122-101530-abcdef-001\",\"at\":\"2026-11-22T10:15:30Z\","
            + "\"path\":\"access-trail\",\"deadLetters\":{\"2026-11-21:1\":\"00000000\"}}\n");

    Ended list = run("list");

    assertThat(list.code()).isZero();
    assertThat(list.err())
        .isEqualTo(
            "finished a replay that was broken off: "
                + inbox.resolve("replay-20261122-101530-abcdef-001.ndjson")
                + System.lineSeparator());
    assertThat(inbox("access-trail")).containsExactly("{\"n\":3}");
    assertThat(run("list").err()).isEmpty();
  }

  @Test
  void howManyDeadLettersWereReplayedIsNoMatterOfMemoryForAReplayThatWasBrokenOff()
      throws Exception {
    Path inbox = Files.createDirectories(home.data().resolve("inbox/access-trail"));
    Files.writeString(inbox.resolve(".replay-20261122-101530-abcdef-001.tmp"), "{\"n\":3}\n");
    Files.writeString(inbox.resolve(".replay-20261122-101530-abcdef-002.tmp"), "{\"n\":");
    Path marks = home.data().resolve("dead-letter/2026-11-19.replayed");
    String letters =
        IntStream.rangeClosed(1, 2_000_000)
            .mapToObj(line -> "\"2026-11-19:" + line + "\":\"00000000\"")
            .collect(Collectors.joining(","));
    Files.writeString(
        marks,
        "{\"replay\":\"20261122-101530-abcdef-001\",\"at\":\"2026-11-22T10:15:30Z\","
            + "\"path\":\"access-trail\",\"deadLetters\":{"
            + letters
            + "}}\n");

    Ended list = RouterProcess.run(home, List.of("-Xmx40m"), "dead-letters", "list");

    assertThat(list.err())
        .isEqualTo(
            "finished a replay that was broken off: "
                + inbox.resolve("replay-20261122-101530-abcdef-001.ndjson")
                + System.lineSeparator());
    assertThat(list.code()).isZero();
    assertThat(inbox("access-trail")).containsExactly("{\"n\":3}");
  }

  @Test
  void withoutDataNothingIsListedReplayedOrMade() throws Exception {
    home.set("router.data-dir", "nowhere");

    Ended list = RouterProcess.run(home, "dead-letters", "list");
    Ended replay = RouterProcess.run(home, "dead-letters", "replay", "--all");

    String none = "no dead letters in " + directory.resolve("nowhere/dead-letter");
    assertThat(list).isEqualTo(new Ended(0, none + System.lineSeparator(), ""));
    assertThat(replay).isEqualTo(new Ended(0, "nothing was replayed" + System.lineSeparator(), ""));
    assertThat(directory.resolve("nowhere")).doesNotExist();
  }

  /**
   * An operator's whole way: unrouted events, an edit, a replay; once before a start, once during.
   */
  @Test
  void whatHadNoRouteArrivesAfterAnEditAndAReplay() throws Exception {
    Files.delete(home.data().resolve("dead-letter/2026-11-20.ndjson"));
    Files.delete(home.data().resolve("dead-letter/2026-11-21.ndjson"));
    Files.writeString(home.directory().resolve("config/routing-tests.yaml"), "[]");
    home.set("router.dedupe.window", "1h"); // which what is replayed does not fall under
    Path events = directory.resolve("events.ndjson");
    Files.writeString(
        events,
        Events.pull("es.icr.io", 1)
            + "\n"
            + Events.pull("quay.io", 2)
            + "\n"
            + Events.pull("es.icr.io", 3));
    assertThat(RouterProcess.run(home, "run", events.toString()).code()).isZero();
    home.edit(
            "routes/40-route.camel.yaml",
            "${header.registryDomain} == 'de.icr.io'",
            "${header.registryDomain} in 'de.icr.io,es.icr.io'")
        .edit(
            "config/registries.yaml",
            "locations: [eu-es]\n    routed: false",
            "locations: [eu-es]");

    Ended before = RouterProcess.run(home, "dead-letters", "replay", "--reason", "no-route");
    try (RouterProcess daemon = RouterProcess.start(home, "run")) {
      await().until(daemon::isReady);
      await().until(() -> home.archived("eu-de").size() == 2);
      Ended during = RouterProcess.run(home, "dead-letters", "replay", "--all");

      assertThat(before.code()).isZero();
      assertThat(withoutNames(before.out()))
          .isEqualTo("2 events put into inbox/activity-tracker/replay-X-001.ndjson\n");
      assertThat(withoutNames(during.out()))
          .isEqualTo(
              """
              1 event put into inbox/activity-tracker/replay-X-001.ndjson
              2 events left alone: replayed before (--again replays once more)
              """);
      await().until(() -> metric("router_events_dead_lettered_total") == 1);
      assertThat(home.archived("eu-de").stream().map(Events::id)).containsExactly("1", "3");
      assertThat(metric("router_events_received_total")).isEqualTo(3);
      await().until(() -> metric("router_events_delivered_total") == 2);
      assertThat(metric("router_spool_events{")).isZero();
      daemon.terminate();
      assertThat(daemon.waitForEnd().code()).isZero();
    }
    assertThat(
            run("list").out().lines().skip(1).map(row -> row.replaceAll(" +", " ").split(" ")[6]))
        .containsExactlyInAnyOrder("yes", "yes", "yes", "no");
  }

  private long metric(String name) throws IOException, InterruptedException {
    return (long)
        home.observe("metrics")
            .lines()
            .filter(line -> line.startsWith(name))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .sum();
  }
}
