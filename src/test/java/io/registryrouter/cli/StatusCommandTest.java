package io.registryrouter.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.support.Events;
import io.registryrouter.support.HttpStub;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.RouterProcess.Ended;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.lang3.ArrayUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code status} says of a running router, and of none. */
class StatusCommandTest {

  @TempDir private Path directory;
  private TestHome home;

  @BeforeEach
  void copyTheShippedConfiguration() throws IOException {
    home = TestHome.in(directory);
  }

  @Test
  void statusTellsWhatWaitsAndWhy() throws Exception {
    try (HttpStub stub =
            HttpStub.start().answer(IntStream.generate(() -> 401).limit(9999).toArray());
        RouterProcess daemon = RouterProcess.start(home.post("us-south", stub), "run")) {
      await().until(daemon::isReady);
      home.give(Events.pull("us.icr.io", 1));
      home.give(Events.pull("de.icr.io", 2));
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

  @Test
  void whoDoesNotComeToTheEndOfItsAnswerIsNotWaitedFor() throws Exception {
    try (ServerSocket endless = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Socket> client =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  Socket accepted = endless.accept();
                  accepted
                      .getOutputStream()
                      .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".getBytes(UTF_8));
                  return accepted;
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      String address = "127.0.0.1:" + endless.getLocalPort();
      Files.createDirectory(home.data());
      Files.writeString(home.config().data().lock(), "{\"management\":\"%s\"}".formatted(address));

      Ended ended = RouterProcess.run(home, "status");

      client.get().close();
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.err())
          .isEqualToIgnoringNewLines(
              "router: the router at " + address + " does not answer; start `bin/router run`");
    }
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
            "{\"since\":\"\",\"intakeWaits\":\"the spool: full\\u202e\",\"destinations\":[],\"balance\":{}}");

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains(String.format("%nintake waits: the spool: full\ufffd%n"));
  }

  @Test
  void statusNamesSomeFilesThatStayAndCountsAll() throws Exception {
    String stays =
        IntStream.rangeClosed(1, 12)
            .mapToObj("\"%02d\\u001b[2J.ndjson\":\"it is no\\u009b file\""::formatted)
            .collect(Collectors.joining(","));

    Ended ended =
        statusOf(
            "{\"since\":\"\",\"intakeWaits\":\"\",\"destinations\":[],\"balance\":{},\"inboxes\":["
                + "{\"path\":\"access-trail\",\"stays\":{%s}}]}".formatted(stays));

    assertThat(ended.code()).isZero();
    assertThat(ended.out().lines())
        .containsSequence(
            "12 stay in the inbox of access-trail:", "  01\ufffd[2J.ndjson: it is no\ufffd file")
        .containsSequence(
            "  10\ufffd[2J.ndjson: it is no\ufffd file", "  and 2 more; `status --json` names them")
        .noneMatch(line -> line.contains("11\ufffd"));
  }

  @Test
  void jsonMeansTheSameAndDoesNotSteerTheTerminal() throws Exception {
    Ended ended =
        statusOf(
            "{\"since\":\"\",\"intakeWaits\":\"\u009b2J\u202e\",\"destinations\":[],\"balance\":{}}",
            "--json");

    assertThat(ended.code()).isZero();
    assertThat(ended.out())
        .isEqualToIgnoringNewLines(
            "{\"since\":\"\",\"intakeWaits\":\"\\u009B2J\\u202E\",\"destinations\":[],\"balance\":{}}");
  }

  /** What it prints of a router that says this of itself. */
  private Ended statusOf(String json, String... options) throws Exception {
    try (HttpStub router = HttpStub.start().answer(200, json)) {
      Files.createDirectory(home.data());
      Files.writeString(
          home.config().data().lock(),
          "{\"management\":\"127.0.0.1:%d\"}".formatted(router.port()));
      return RouterProcess.run(home, ArrayUtils.insert(0, options, "status"));
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
}
