package io.registryrouter.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as a shell sees them: output, files and exit codes. */
class CommandsTest {

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
  }

  @Test
  void runOverTheSamplesSaysWhereEverythingWent() throws Exception {
    Ended run = RouterProcess.run(home, "run", "samples");

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .isEqualTo(
            Files.readString(TestHome.CHECKOUT.resolve("src/test/resources/samples-report.txt"))
                + String.format(
                    "delivered to %s, dead letters in %s%n",
                    home.data().resolve("delivered"), home.data().resolve("dead-letter")));
    assertThat(home.archived("us-south")).hasSize(40);
    assertThat(home.deadLetters()).hasSize(33);
  }

  @Test
  void runOverFilesFailsWhenTheyCannotBeDeliveredAndKeepsThem() throws Exception {
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      home.set("router.destination.us-south.type", "http")
          .set(
              "router.destination.us-south.url", "http://127.0.0.1:" + nobody.getLocalPort() + "/");
    }
    Path events = directory.resolve("events.ndjson");
    Files.writeString(events, Events.pull("us.icr.io", 1) + "\n" + Events.pull("de.icr.io", 2));

    Ended failed = RouterProcess.run(home, "run", events.toString(), "--timeout", "5s");
    home.set("router.destination.us-south.type", "archive");
    Ended next =
        RouterProcess.run(
            home, "run", directory.resolve("config").toString(), "--path", "access-trail");

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.out())
        .containsPattern(
            "us-south +0  1 not delivered, kept in the spool; 127.0.0.1:\\d+ refuses connections\n")
        .containsPattern("eu-de +1  delivered")
        .contains("in spool at start 0 + received 2 = delivered 1 + dead letters 0 + in spool 1");
    assertThat(next.code()).isZero();
    assertThat(next.out()).contains("in spool at start 1 +").contains("+ in spool 0");
    assertThat(home.archived("us-south").stream().map(Events::id)).containsExactly("1");
    assertThat(events).exists();
  }

  /** A spool that was written under a name of such digits would not be found by the next start. */
  @Test
  void inALocaleWithDigitsOfItsOwnNamesStayAsTheyAre() throws Exception {
    List<String> persian = List.of("-Duser.language=fa", "-Duser.country=IR");
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      home.set("router.destination.us-south.type", "http")
          .set(
              "router.destination.us-south.url", "http://127.0.0.1:" + nobody.getLocalPort() + "/");
    }
    Path events = directory.resolve("events.ndjson");
    Files.writeString(events, Events.pull("us.icr.io", 1) + "\n" + Events.pull("de.icr.io", 2));

    Ended kept = RouterProcess.run(home, persian, "run", events.toString(), "--timeout", "1s");
    home.set("router.destination.us-south.type", "archive");
    Ended next = RouterProcess.run(home, persian, "run", directory.resolve("config").toString());

    assertThat(kept.code()).isEqualTo(1);
    assertThat(next.code()).isZero();
    assertThat(home.archived("us-south").stream().map(Events::id)).containsExactly("1");
    try (Stream<Path> archives = Files.list(home.data().resolve("delivered/eu-de"))) {
      assertThat(archives.map(file -> file.getFileName().toString()))
          .singleElement(STRING)
          .matches("\\d{4}-\\d\\d-\\d\\d\\.[0-9a-f]{8}\\.0{20}\\.ndjson");
    }
  }

  @Test
  void runOverFilesWaitsForRoomInTheSpool() throws Exception {
    List<String> ids = IntStream.range(0, 20).mapToObj(String::valueOf).toList();
    Path events = directory.resolve("events.ndjson");
    Files.write(events, ids.stream().map(id -> Events.pull("us.icr.io", id)).toList());
    try (HttpStub stub =
        HttpStub.start().answer(IntStream.generate(() -> 503).limit(9).toArray())) {
      home.post("us-south", stub)
          .set("router.spool.max-size", "2000")
          .set("router.delivery.backoff", "5ms to 5ms");

      Ended run = RouterProcess.run(home, "run", events.toString());

      assertThat(run.code()).isZero();
      assertThat(run.err()).contains("intake waits").doesNotContain("were taken");
      assertThat(run.out()).contains("received 20 = delivered 20 + dead letters 0 + in spool 0");
      assertThat(stub.lines().stream().map(Events::id)).containsExactlyElementsOf(ids);
    }
  }

  @Test
  void runOverFilesThatBreaksOffSaysWhatWasTaken() throws Exception {
    Path events = Files.createDirectory(directory.resolve("in"));
    Files.writeString(events.resolve("a.ndjson"), "");
    Files.writeString(
        events.resolve("b.ndjson"),
        Events.pull("us.icr.io", 1) + "\n" + Events.pull("de.icr.io", 2));
    Files.writeString(events.resolve("c.ndjson"), Events.pull("de.icr.io", 3));
    try (HttpStub stub =
        HttpStub.start().answer(IntStream.generate(() -> 503).limit(9999).toArray())) {
      home.post("us-south", stub).set("router.spool.max-size", "500");

      Ended run = RouterProcess.run(home, "run", events.toString(), "--timeout", "300ms");

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out())
          .containsPattern("us-south +0  1 not delivered")
          .contains("in spool at start 0 + received 1 = delivered 0 + dead letters 0 + in spool 1");
      assertThat(run.err())
          .contains(
              "router: " + events.resolve("b.ndjson") + ": the spool holds ",
              " more, router.spool.max-size is 500 bytes; intake goes on when destinations have"
                  + " taken some; 1 of its events were taken, and nothing of the file after it");
    }
  }

  @Test
  void runOverADirectoryTakesNothingWhenItCannotTakeAName() throws Exception {
    Path events = Files.createDirectory(directory.resolve("in"));
    Files.writeString(events.resolve("a.ndjson"), Events.pull("us.icr.io", 1));
    shell("touch \"in/m$(printf '\\377').ndjson\"");

    Ended run = RouterProcess.run(home, "run", events.toString());

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("m\uFFFD.ndjson\" has a name that is not UTF-8; rename it");
    assertThat(home.data()).doesNotExist();
  }

  @Test
  void aSignalEndsARunOverFilesWithTheRequestUnderWay() throws Exception {
    String events = String.join("\n", Events.pull("us.icr.io", 1), Events.pull("us.icr.io", 2));
    Path file = Files.writeString(directory.resolve("a.ndjson"), events);
    try (HttpStub stub = HttpStub.start().answer(204, 503).hold()) {
      home.post("us-south", stub)
          .set("router.destination.us-south.batch-events", "1")
          .set("router.delivery.backoff", "30s to 30s");
      try (RouterProcess run = RouterProcess.start(home, "run", file.toString())) {
        await().until(() -> !stub.requests().isEmpty());
        run.terminate();
        assertThat(run.endsWithin(Duration.ofMillis(1500)))
            .as("longer than a stop waits")
            .isFalse();
        stub.release();
        Ended ended = run.waitForEnd();

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out())
            .containsPattern("us-south +1  1 not delivered, kept in the spool\n");
      }
      Ended next = RouterProcess.run(home, "run", directory.resolve("config").toString());

      assertThat(next.code()).isZero();
      assertThat(stub.lines().stream().map(Events::id)).containsExactly("1", "2");
    }
  }

  @Test
  void runOverFilesFailsWhenNoRouteRunsThatDelivers() throws Exception {
    home.stopDeliveryToUsSouth();
    Path events = Files.writeString(directory.resolve("a.ndjson"), Events.pull("us.icr.io", 1));

    Ended run = RouterProcess.run(home, "run", events.toString());

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern(
            "us-south +0  1 not delivered, kept in the spool; no route reads from spool:us-south;"
                + " restore its route in routes/50-deliver.camel.yaml\n");
  }

  @Test
  void whatWaitsForADestinationThatNoSettingKnowsAnyMoreHasARow() throws Exception {
    Path events = Files.writeString(directory.resolve("a.ndjson"), Events.pull("us.icr.io", 1));
    String us = "- to: spool:us-south";
    home.edit("routes/40-route.camel.yaml", us, "- to: spool:extra");
    Files.writeString(
        directory.resolve("routes/60-extra.camel.yaml"),
        """
        - route:
            id: deliver-extra
            autoStartup: false
            from: { uri: "spool:extra", steps: [{ process: { ref: archive } }] }
        """);
    Files.writeString(directory.resolve("config/routing-tests.yaml"), "[]\n");
    String extra = "router.destination.extra.type=archive";
    RouterProcess.run(home, "run", events.toString(), "--timeout", "1ms", "--set", extra);
    home.edit("routes/40-route.camel.yaml", "- to: spool:extra", us);
    Files.delete(directory.resolve("routes/60-extra.camel.yaml"));

    Ended run = RouterProcess.run(home, "run", events.toString(), "--timeout", "1s");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("us-south +1  delivered\n")
        .containsPattern("extra +0  1 not delivered, kept in the spool; no route reads from");
  }

  /** A link to itself is no more to be looked at than what belongs to another user. */
  @Test
  void whatMayNotBeLookedAtIsNotTakenForNothing() throws Exception {
    Path data = Files.createSymbolicLink(home.data(), home.data());
    Path events = Files.writeString(directory.resolve("a.ndjson"), Events.pull("us.icr.io", 1));

    List<Ended> all =
        List.of(
            RouterProcess.run(home, "status"),
            RouterProcess.run(home, "dead-letters", "list"),
            RouterProcess.run(home, "dead-letters", "show", "2026-01-31:1"),
            RouterProcess.run(home, "check", "--diff", events.toString()));

    assertThat(all)
        .allSatisfy(
            command -> {
              assertThat(command.code()).isEqualTo(1);
              assertThat(command.err()).startsWith("router: " + data + "/").contains("symbolic");
            });
  }

  @Test
  void outputThatCannotBeWrittenIsAFailureAndAPipeThatIsClosedIsNot() throws Exception {
    assumeThat(Path.of("/dev/full")).exists();
    assertThat(RouterProcess.run(home, "check").code()).isZero();

    assertThat(shell("\"$0\" check --home . >/dev/full || echo $?"))
        .isEqualTo(
            "router: what it prints cannot be written, a part of it is lost; is the disk full?\n1\n");
    assertThat(shell("set -o pipefail; \"$0\" check --home . | true")).isEmpty();
  }

  /** What it prints, errors included; $0 is the launcher. */
  private String shell(String command) {
    return Tool.run(
        directory,
        Map.of("JAVA_HOME", System.getProperty("java.home")),
        "bash",
        "-c",
        command,
        TestHome.CHECKOUT.resolve("bin/router").toString());
  }

  @Test
  void theReportOfARunIsEvenWhenEventsAreCopiedOrLeftOut() throws Exception {
    home.set("router.dedupe.window", "1h")
        .edit(
            "routes/40-route.camel.yaml",
            "                  - to: spool:eu-gb\n",
            "                  - multicast: { steps: [{ to: spool:eu-gb }, { to: spool:eu-de }] }\n");
    home.edit("config/routing-tests.yaml", "  expect: eu-gb\n", "  expect: [eu-gb, eu-de]\n");
    Path events = directory.resolve("events.ndjson");
    String one = Events.pull("uk.icr.io", 1);
    Files.writeString(events, String.join("\n", one, one, Events.pull("uk.icr.io", 2), "x"));

    Ended run = RouterProcess.run(home, "run", events.toString());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(
            "\nin spool at start 0 + received 4 + copied 2 = delivered 4 + dead letters 1"
                + " + suppressed 1 + in spool 0\n");
  }

  @Test
  void thePathIsToldByTheDirectoryOrTheOption() throws Exception {
    Path file = directory.resolve("access-trail/2019/events.ndjson");
    Files.createDirectories(file.getParent());
    Files.writeString(file, Events.pull("jp.icr.io", 1));

    RouterProcess.run(home, "run", file.toString());
    RouterProcess.run(home, "run", file.toString(), "--path", "activity-tracker");

    assertThat(home.archived("access-trail-ap-south")).hasSize(1);
    assertThat(home.archived("jp-tok")).hasSize(1);
  }

  @Test
  void whatConfiguresOtherCamelProgramsOfTheMachineDoesNotConfigureTheRouter() throws Exception {
    Path file = Files.writeString(directory.resolve("events.ndjson"), Events.pull("jp.icr.io", 1));
    List<String> ofOthers =
        List.of(
            "-Dcamel.main.routesIncludePattern=false",
            "-Dcamel.main.initial-properties-location=file:theirs.properties",
            "-Dcamel.main.property-placeholder-location=file:theirs.properties");

    Ended run = RouterProcess.run(home, ofOthers, "run", file.toString());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(home.archived("jp-tok")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run no/such/file | 2 | \"no/such/file\" is no file or directory that can be read",
        "run '' | 2 | \"\" is no file or directory that can be read",
        "run samples --path nowhere | 2 | \"nowhere\" is no path; paths: activity-tracker, access-trail",
        "run samples --timeout 5 | 2 | \"5\" is not a duration; write e.g. 30s (units: ms, s, m, h, d; at most 36500d)",
        "check --home no/such | 2 | \"no/such\" is no home of a router; name a directory with config/ and routes/",
        "check --diff samples --against no/such | 2 | \"no/such\" is no home of a router;",
        "run --timeout 5s | 2 | --timeout needs FILE or DIR",
        "run --path access-trail | 2 | --path needs FILE or DIR",
        "check --path access-trail | 2 | --path needs --diff EVENTS",
        "teleport | 2 | Unmatched arguments from index 0: 'teleport'",
        "check --set router.spool.max-size=1GB | 78 | --set: router.spool.max-size: \"1GB\" is not a size;"
            + " write e.g. 64MiB (1 or more; units: KiB, MiB, GiB; without one bytes)",
        "check --set router.event.max-size=100MiB | 78 | \"100MiB\" is much for a heap of 123 MiB;"
            + " when the heap is used up, the process ends (exit code 3); write 7MiB or less, or give Java a"
            + " larger heap: ROUTER_JAVA_OPTS=-Xmx1777m",
        "check --strict --set router.event.max-size=10MiB | 78 | warning: --set: router.event.max-size:"
            + " \"10MiB\" is much for a heap of 123 MiB;",
        "run --set router.http.max-in-flight=1GiB | 78 | \"1GiB\" is much for a heap of 123 MiB; when",
        "check --set router.dedupe.window=24h --set router.dedupe.max-events=5000000 | 78 | \"5000000\" is"
            + " much for a heap of 123 MiB; when the heap is used up, the process ends (exit code 3); write"
            + " 322437 or less, or give Java a larger heap: ROUTER_JAVA_OPTS=-Xmx2098m",
        "check --strict --set router.dedupe.window=24h --set router.dedupe.max-events=500000 | 78 | warning:"
            + " --set: router.dedupe.max-events: \"500000\" is much for a heap of 123 MiB;",
        "run --set router.nonsense=1 | 78 | --set: router.nonsense: is not a setting;",
      })
  void mistakesHaveTheirOwnExitCodes(String arguments, int code, String message) throws Exception {
    Ended ended = RouterProcess.run(home, arguments.replace("''", "").split(" ", -1));

    assertThat(ended.code()).isEqualTo(code);
    assertThat(ended.err()).contains(message);
    assertThat(home.data()).doesNotExist();
  }

  @Test
  void checkIsSilentAboutWhatIsFineAndWritesNothing() throws Exception {
    Ended check = RouterProcess.run(home, "check");

    assertThat(check.code()).isZero();
    assertThat(check.out())
        .isEqualTo(
            "config and routes are fine: 8 destinations, 13 registries, 40 actions"
                + System.lineSeparator());
    assertThat(home.data()).doesNotExist();
  }

  @Test
  void aNameThatHasSettingsAloneIsNoDestination() throws Exception {
    home.set("router.destination.us-suoth.type", "archive");

    Ended check = RouterProcess.run(home, "check");

    assertThat(check.out())
        .contains("did you mean us-south?")
        .contains("config and routes are fine: 8 destinations,");
  }

  @Test
  void checkWarnsOfARegistryThatNoWhenTakes() throws Exception {
    Files.writeString(directory.resolve("config/routing-tests.yaml"), "[]");
    home.edit(
        "routes/40-route.camel.yaml",
        """
                      - simple: "${header.registryDomain} == 'uk.icr.io'"
                        steps:
                          - to: spool:eu-gb
        """,
        "");

    Ended check = RouterProcess.run(home, "check");

    assertThat(check.code()).isZero();
    assertThat(check.out())
        .contains(
            "warning: routes/40-route.camel.yaml:25: uk.icr.io on path activity-tracker: no `when`"
                + " takes it, its events are dead letters (no-route); add one, or, in"
                + " config/registries.yaml, take activity-tracker out of its events-location, or say"
                + " `routed: false`");
  }

  @Test
  void aRegistryIsExpectedByThePathsOfItsEventsLocationsOnly() throws Exception {
    home.edit(
            "config/registries.yaml",
            "registries:\n",
            """
            registries:
              - domain: registry.example:5000
                region: on-premises
                events-location: {activity-tracker: London (eu-gb)}
            """)
        .edit(
            "routes/40-route.camel.yaml",
            "${header.registryDomain} == 'uk.icr.io'",
            "${header.registryDomain} in 'uk.icr.io,registry.example:5000'");

    Ended check = RouterProcess.run(home, "check", "--strict");

    assertThat(check.err()).isEmpty();
    assertThat(check.code()).isZero();
  }

  @Test
  void checkCanTakeWarningsForErrorsAndSpeakJson() throws Exception {
    home.edit("routes/40-route.camel.yaml", "to: spool:eu-gb", "to: spool:eu-de");
    Files.writeString(directory.resolve("config/routing-tests.yaml"), "[]");
    String place = "routes/50-deliver.camel.yaml:10";
    String message =
        "no route sends to it; what is in its spool is still delivered, then remove the route and"
            + " its settings";

    Ended check = RouterProcess.run(home, "check");
    Ended strict = RouterProcess.run(home, "check", "--strict");
    Ended json = RouterProcess.run(home, "check", "--strict", "--json");

    assertThat(check.code()).isZero();
    assertThat(check.out().lines())
        .containsExactly(
            "warning: " + place + ": spool:eu-gb: " + message,
            "0 errors, 1 warning",
            "config and routes are fine: 8 destinations, 13 registries, 40 actions");
    assertThat(strict.code()).isEqualTo(78);
    assertThat(strict.out()).isEmpty();
    assertThat(strict.err().lines())
        .containsExactly("warning: " + place + ": spool:eu-gb: " + message, "0 errors, 1 warning");
    assertThat(json.code()).isEqualTo(78);
    assertThat(json.out())
        .isEqualToIgnoringNewLines(
            "{\"ok\":false,\"problems\":[{\"severity\":\"warning\",\"where\":\"%s\",\"file\":\"routes/50-deliver.camel.yaml\",\"line\":10,\"key\":\"spool:eu-gb\",\"message\":\"%s\"}],\"errors\":0,\"warnings\":1,\"destinations\":8,\"registries\":13,\"actions\":40}"
                .formatted(place, message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "routes/20-prepare.camel.yaml | ref: decode | ref: decoed |"
            + " routes/20-prepare.camel.yaml:7: route prepare: \"decoed\" is not there; steps: archive,"
            + " deadLetter, decode, durable, enrich, group, readFile, reply, request; did you mean"
            + " decode?",
        "routes/40-route.camel.yaml | - choice: | - choise: |"
            + " routes/40-route.camel.yaml:9: choise: is not known here; known: see"
            + " https://camel.apache.org/components/4.18.x/others/yaml-dsl.html; did you mean choice?",
        "routes/11-intake-http.camel.yaml | to: direct:prepare | to: direct:prepar |"
            + " routes/11-intake-http.camel.yaml:8: direct:prepar: no route reads from it; there are:"
            + " direct:dead-letter, direct:intake-file, direct:prepare, direct:route-access-trail,"
            + " direct:route-activity-tracker; did you mean direct:prepare?",
        "config/registries.yaml | domain: us.icr.io | domain: de.icr.io |"
            + " config/registries.yaml:21: registries[2]: \"de.icr.io\" already means de.icr.io; a name"
            + " can mean one registry only, remove it from one",
      })
  void aMistakeInAFileIsNamedWithItsPlace(
      String file, String text, String replacement, String message) throws Exception {
    home.edit(file, text, replacement);

    Ended check = RouterProcess.run(home, "check");
    Ended run = RouterProcess.run(home, "run");

    assertThat(check.code()).isEqualTo(78);
    assertThat(check.err()).startsWith(message + System.lineSeparator());
    assertThat(run.code()).isEqualTo(78);
    assertThat(run.err()).contains(message);
  }

  @Test
  void theDaemonWithoutOptionsFailsLikeTheOneWithOptions() throws Exception {
    home.edit("routes/40-route.camel.yaml", "spool:us-south", "spool:us-sout");

    Ended without = RouterProcess.run(home, "run");
    Ended with = RouterProcess.run(home, "run", "--set", "router.log.level=info");

    assertThat(without.err()).contains("routes/40-route.camel.yaml").contains("us-sout");
    assertThat(without).isEqualTo(with);
  }

  @Test
  void explainTellsTheWholeStoryOfAnEvent() throws Exception {
    Path events = directory.resolve("access-trail/events.ndjson");
    Files.createDirectories(events.getParent());
    Files.writeString(
        events,
        Events.at("2019-10-01T00:00:00Z", "private.jp.icr.io", 1)
            + "\nnonsense\n"
            + Events.pull("quay.io", 2));

    Ended text = RouterProcess.run(home, "explain", events.toString());
    Ended json = RouterProcess.run(home, "explain", "--json", events.toString());
    String arrival = "router.access-trail.cutoff-basis=arrival-time";
    Ended arrived = RouterProcess.run(home, "explain", "--set", arrival, events.toString());

    assertThat(text.code()).isZero();
    assertThat(text.out())
        .contains(
            "access-trail/events.ndjson:1",
            "action       container-registry.image.pull (flat event)",
            "meaning      Pull an image from IBM Cloud Container Registry.",
            "registry     jp.icr.io, from target.name \"private.jp.icr.io/team/app:1\"",
            "path         access-trail, after the cutoff 2019-09-30",
            "dead letter  access-trail-retired: the Access Trail path is closed since"
                + " router.access-trail.cutoff",
            "dead letter  malformed: not JSON",
            "dead letter  unknown-domain: target.name \"quay.io/team/app:1\" names a registry that is"
                + " not in config/registries.yaml");
    assertThat(arrived.out())
        .contains("path         access-trail, after the cutoff 2019-09-30 as it arrived");
    List<JsonNode> objects = new ArrayList<>();
    for (String line : json.out().lines().toList()) {
      objects.add(new ObjectMapper().readTree(line));
    }
    assertThat(objects).hasSize(3);
    assertThat(objects.get(0).at("/deadLetter/reason").asText()).isEqualTo("access-trail-retired");
    assertThat(objects.get(0).at("/domain").asText()).isEqualTo("jp.icr.io");
    assertThat(home.data()).doesNotExist();
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aSigtermBeforeItIsReadyIsZeroAsWell() throws Exception {
    Path pipe = home.directory().resolve("config/actions.yaml");
    Files.delete(pipe);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    try (RouterProcess daemon = RouterProcess.start(home, "run")) {
      OutputStream actions = Files.newOutputStream(pipe); // it reads its configuration, and waits
      daemon.terminate();

      assertThat(daemon.waitForEnd().code()).isZero();
      actions.close();
    }
    assertThat(home.data()).doesNotExist();
  }

  @Test
  void theDaemonStopsWithZeroOnSigterm() throws Exception {
    try (RouterProcess daemon = RouterProcess.start(home, "run")) {
      await().until(daemon::isReady);
      post(Events.pull("us.icr.io", 1));

      daemon.terminate();

      assertThat(daemon.waitForEnd().code()).isZero();
      assertThat(home.archived("us-south")).hasSize(1);
    }
  }

  @Test
  void statusTellsWhatWaitsAndWhy() throws Exception {
    try (HttpStub stub =
            HttpStub.start().answer(IntStream.generate(() -> 401).limit(9999).toArray());
        RouterProcess daemon = RouterProcess.start(home.post("us-south", stub), "run")) {
      await().until(daemon::isReady);
      post(Events.pull("us.icr.io", 1));
      post(Events.pull("de.icr.io", 2));
      await().until(() -> !stub.requests().isEmpty() && home.archived("eu-de").size() == 1);

      Ended status = RouterProcess.run(home, "status");
      Ended json = RouterProcess.run(home, "status", "--json");

      assertThat(status.code()).isZero();
      assertThat(status.out())
          .containsPattern(
              "us-south +1 +\\d+s +0.0  HTTP status 401 \\(\\d+ attempts since \\S+Z, the next at"
                  + " \\S+Z\\), an operator has to act")
          .containsPattern("eu-de +0 +0s +0.0  ")
          .contains(
              "in spool at start 0 + received 2 + copied 0"
                  + " = delivered 1 + dead letters 0 + suppressed 0 + in spool 1");
      assertThat(new ObjectMapper().readTree(json.out()).at("/balance/received").asInt())
          .isEqualTo(2);
    }
    Ended stopped = RouterProcess.run(home, "status");

    assertThat(stopped.code()).isEqualTo(1);
    assertThat(stopped.err()).contains("does not answer; start `bin/router run`");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0\0\0\0\0\0\0\0"})
  void aLockOfWhichAPowerFailureLeftNothingIsNoRouter(String left) throws Exception {
    Files.createDirectory(home.data());
    Files.writeString(home.config().data().lock(), left);

    statusWithoutARouterSaysSo();
  }

  @Test
  void statusWithoutARouterSaysSo() throws Exception {
    Ended status = RouterProcess.run(home, "status");

    assertThat(status.code()).isEqualTo(1);
    assertThat(status.err())
        .isEqualTo(
            String.format(
                "router: no router is running on %s; start `bin/router run`, or name the data"
                    + " directory of the one that runs by --set router.data-dir=DIR%n",
                home.data()));
  }

  @ParameterizedTest
  @CsvSource({"404, <html>", "200, <html>", "200, {}", "200, []", "200, ''", "500, {}"})
  void whatAnswersInARoutersPlaceIsNotTakenForOne(int status, String body) throws Exception {
    try (HttpStub stub = HttpStub.start().answer(status, body).answer(status, body)) {
      String address = "127.0.0.1:" + stub.port();
      Files.createDirectory(home.data());
      Files.writeString(home.config().data().lock(), "{\"management\":\"%s\"}".formatted(address));

      for (String[] command : new String[][] {{"status"}, {"status", "--json"}}) {
        Ended ended = RouterProcess.run(home, command);

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
            .isEqualToIgnoringNewLines(
                "router: what answers at %s is no router: its /observe/status is HTTP status %d and"
                        .formatted(address, status)
                    + " no status of a router; another server may have the port of one that has"
                    + " ended, start `bin/router run`");
      }
    }
  }

  @Test
  void statusSaysWhyIntakeWaits() throws Exception {
    Ended ended =
        statusOf(
            "{\"since\":\"\",\"intakeWaits\":\"the spool: full\",\"destinations\":[],\"balance\":{}}");

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains(String.format("%nintake waits: the spool: full%n"));
  }

  @Test
  void statusNamesSomeFilesThatStayAndCountsAll() throws Exception {
    String stays =
        IntStream.rangeClosed(1, 12)
            .mapToObj("\"%02d\\u001b[2J.ndjson\":\"it is no regular file; remove it\""::formatted)
            .collect(Collectors.joining(","));

    Ended ended =
        statusOf(
            "{\"since\":\"\",\"intakeWaits\":\"\",\"destinations\":[],\"balance\":{},\"inboxes\":["
                + "{\"path\":\"access-trail\",\"stays\":{%s}}]}".formatted(stays));

    assertThat(ended.code()).isZero();
    assertThat(ended.out().lines())
        .containsSequence(
            "12 stay in the inbox of access-trail:",
            "  01\ufffd[2J.ndjson: it is no regular file; remove it")
        .containsSequence(
            "  10\ufffd[2J.ndjson: it is no regular file; remove it",
            "  and 2 more; `status --json` names them")
        .noneMatch(line -> line.contains("11\ufffd"));
  }

  /** What it prints of a router that says this of itself. */
  private Ended statusOf(String json) throws Exception {
    try (HttpStub router = HttpStub.start().answer(200, json)) {
      Files.createDirectory(home.data());
      Files.writeString(
          home.config().data().lock(),
          "{\"management\":\"127.0.0.1:%d\"}".formatted(router.port()));
      return RouterProcess.run(home, "status");
    }
  }

  @Test
  void anotherRouterThatHasThePortNowIsNotTakenForThisOne() throws Exception {
    String status = "{\"since\":\"2019-08-15T12:00:00Z\",\"destinations\":[],\"balance\":{}}";
    try (HttpStub other = HttpStub.start().answer(200, status)) {
      String address = "127.0.0.1:" + other.port();
      Files.createDirectory(home.data());
      Files.writeString(
          home.config().data().lock(),
          "{\"since\":\"2019-08-14T12:00:00Z\",\"management\":\"%s\"}".formatted(address));

      Ended ended = RouterProcess.run(home, "status");

      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err())
          .isEqualToIgnoringNewLines(
              "router: what answers at "
                  + address
                  + " is another router, started at 2019-08-15T12:00:00Z; the one of this data"
                  + " directory, started at 2019-08-14T12:00:00Z, has ended: start `bin/router run`");
    }
  }

  @Test
  void whereTheDeadLettersShouldBeIsSaidToBeNoDirectory() throws Exception {
    Files.createDirectory(home.data());
    Path file = Files.createFile(home.data().resolve("dead-letter"));

    for (String[] command : new String[][] {{"run", "samples"}, {"dead-letters", "list"}}) {
      Ended ended = RouterProcess.run(home, command);

      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err()).endsWith(noDirectory(file));
    }
  }

  @Test
  void aDataDirectoryThatIsAFileIsSaid() throws Exception {
    Path file = Files.createFile(home.directory().resolve("file"));

    Ended run = RouterProcess.run(home.set("router.data-dir", file.toString()), "run");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualTo(noDirectory(file));
  }

  private static String noDirectory(Path file) {
    return "router: %s: is no directory; set router.data-dir to another, or move this away if it is in the way%n"
        .formatted(file);
  }

  @Test
  void wrongUsageIsSaidWithoutTheWholeUsage() throws Exception {
    Ended run = RouterProcess.run(home, "run", "--timeout", "5");
    Ended unknown = RouterProcess.run(home, "teleport");

    assertThat(run.err())
        .isEqualTo(
            "Invalid value for option '--timeout': \"5\" is not a duration; write e.g. 30s (units: ms,"
                + " s, m, h, d; at most 36500d)%nbin/router run --help says what it takes%n"
                    .formatted());
    assertThat(unknown.err())
        .startsWith("Unmatched arguments from index 0: 'teleport'")
        .endsWith("bin/router --help says what it takes\n")
        .doesNotContain("Usage");
  }

  @Test
  void aSecondProcessOnTheDataDirectoryIsTurnedAway() throws Exception {
    try (RouterProcess daemon = RouterProcess.start(home, "run")) {
      await().until(daemon::isReady);

      Ended second = RouterProcess.run(home, "run", "samples");

      assertThat(second.code()).isEqualTo(1);
      assertThat(second.err())
          .contains("another router works on " + home.data())
          .containsPattern(
              ": pid \\d+, since \\S+Z, http " + home.address("http") + ", management ");
    }
  }

  @Test
  void tooFewDescriptorsAreNoEditAndFillNoLog() throws Exception {
    try (RouterProcess daemon = RouterProcess.start(home, "run");
        Socket client = new Socket()) {
      await().until(daemon::isReady);

      daemon.limitDescriptors("3");
      URI door = URI.create("http://" + home.address("http"));
      client.connect(new InetSocketAddress(door.getHost(), door.getPort()));
      await()
          .until(() -> daemon.said().contains(" no file can be opened, so that no edit is seen"));
      daemon.limitDescriptors("1024");

      client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(UTF_8));
      assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.0 404");
      home.edit("config/application.properties", "linger=4ms", "linger=5ms");
      await().until(() -> daemon.said().contains(" an edit took effect "));
      assertThat(daemon.said()).doesNotContain("refused", "DefaultChannelPipeline");
    }
  }

  @Test
  void aKilledProcessLosesNothingItAcknowledged() throws Exception {
    try (HttpStub stub = HttpStub.start()) {
      home.post("us-south", stub).set("router.destination.us-south.batch-events", "7");
      List<String> acknowledged = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        try (RouterProcess daemon = RouterProcess.start(home, "run")) {
          await().until(daemon::isReady);
          for (int i = 0; i < 40; i++) {
            String id = round + "-" + i;
            post(Events.pull("us.icr.io", id));
            acknowledged.add(id);
          }
          daemon.kill();
        }
      }

      try (RouterProcess last = RouterProcess.start(home, "run")) {
        await().until(() -> distinctIds(stub).size() == acknowledged.size());
        assertThat(distinctIds(stub)).containsExactlyElementsOf(acknowledged);
        await().until(last::isReady);
        last.terminate();
        assertThat(last.waitForEnd().code()).isZero();
      }
    }
  }

  private static List<String> distinctIds(HttpStub stub) {
    return stub.lines().stream().map(Events::id).distinct().toList();
  }

  private void post(String event) throws IOException, InterruptedException {
    URI door = URI.create("http://" + home.address("http") + "/v1/activity-tracker/events");
    HttpRequest request =
        HttpRequest.newBuilder(door)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(event))
            .build();
    int status = HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
    assertThat(status).isEqualTo(202);
  }
}
