package io.registryrouter.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as a shell sees them: output, files and exit codes. */
class CommandsTest {

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
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

  /** Others may have them, such as a router that runs. */
  @Test
  void checkAndARunOverFilesOpenNoPort() throws Exception {
    Path file = Files.writeString(directory.resolve("events.ndjson"), Events.pull("jp.icr.io", 1));
    try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket management = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      home.set("router.http.port", String.valueOf(door.getLocalPort()));
      home.set("router.management.port", String.valueOf(management.getLocalPort()));

      assertThat(RouterProcess.run(home, "check").code()).isZero();
      assertThat(RouterProcess.run(home, "run", file.toString()).code()).isZero();
    }
    assertThat(home.archived("jp-tok")).hasSize(1);
  }

  @Test
  void whatTheEnvironmentSetsIsNamedAndItsValueIsNot() throws Exception {
    Path file = Files.writeString(directory.resolve("events.ndjson"), Events.pull("jp.icr.io", 1));
    Map<String, String> environment = Map.of("ROUTER_HTTP_TOKEN", "s3cret");
    String router = TestHome.CHECKOUT.resolve("bin/router").toString();

    String check =
        Tool.run(directory, environment, "bash", router, "check", "--home", directory.toString());
    String run =
        Tool.run(
            directory,
            environment,
            "bash",
            router,
            "run",
            "--home",
            directory.toString(),
            file.toString());

    String note = "ROUTER_HTTP_TOKEN sets router.http.token";
    assertThat(check).contains("environment: " + note + "\n").doesNotContain("s3cret");
    assertThat(run).contains(" - environment note=\"" + note + "\"\n").doesNotContain("s3cret");
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
    Path pipe = home.directory().resolve("pipe");
    Tool.run(home.directory(), "mkfifo", pipe.toString());
    Files.writeString(
        home.directory().resolve("routes/60-own.camel.yaml"),
        """
        - beans:
            - name: waits
              type: java.io.FileInputStream
              constructors: { '0': '%s' }
            - name: waitsOn
              type: java.util.zip.GZIPInputStream
              constructors: { '0': '#bean:waits' }
        """
            .formatted(pipe));

    try (RouterProcess daemon = RouterProcess.start(home, "run")) {
      OutputStream read = Files.newOutputStream(pipe); // it tries its routes out, and waits
      daemon.terminate();

      assertThat(daemon.waitForEnd().code()).isZero();
      read.close();
    }
    assertThat(home.data()).doesNotExist();
  }

  @Test
  void theDaemonStopsWithZeroOnSigterm() throws Exception {
    try (RouterProcess daemon = RouterProcess.start(home, "run")) {
      await().until(daemon::isReady);
      home.give(Events.pull("us.icr.io", 1));

      daemon.terminate();

      assertThat(daemon.waitForEnd().code()).isZero();
      assertThat(home.archived("us-south")).hasSize(1);
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
            home.give(Events.pull("us.icr.io", id));
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
}
