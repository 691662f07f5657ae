package io.registryrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.Events;
import io.registryrouter.support.FreePort;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} over files: what it prints, what it takes and how it ends. */
class RunFilesTest {

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
    nobodyListensInUsSouth();
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
    nobodyListensInUsSouth();
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
  @Timeout(60)
  void aSignalEndsARunOverAFileThatGivesNothing() throws Exception {
    Tool.run(directory, "mkfifo", "pipe.ndjson");
    home.set("router.drain-timeout", "1s");
    Path pipe = directory.resolve("pipe.ndjson");
    try (RouterProcess run = RouterProcess.start(home, "run", pipe.toString());
        FileChannel writer = FileChannel.open(pipe, StandardOpenOption.WRITE)) { // once it is open
      await().until(() -> run.threads().contains("FileDispatcherImpl.read0")); // of the pipe
      run.terminate();
      Ended ended = run.waitForEnd();

      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err())
          .isEqualToIgnoringNewLines(
              "router: it did not come to an end in time, such as for a file that gives none; what was"
                  + " taken is kept, there is no report");
      assertThat(writer.isOpen()).isTrue();
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

    Ended run = RouterProcess.run(home, "run", events.toString(), "--timeout", "5s");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern("us-south +1  delivered\n")
        .containsPattern("extra +0  1 not delivered, kept in the spool; no route reads from");
  }

  private void nobodyListensInUsSouth() throws IOException {
    home.set("router.destination.us-south.type", "http")
        .set("router.destination.us-south.url", "http://127.0.0.1:" + FreePort.next() + "/");
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
}
