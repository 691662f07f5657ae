package io.registryrouter.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.Router;
import io.registryrouter.config.EventPath;
import io.registryrouter.support.Events;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM in the middle of everything. */
class GracefulStopTest {

  private static final long SEED = Long.getLong("faults.seed", 5);
  private static final int STOPS = Integer.getInteger("faults.stops", 5);

  @TempDir private Path directory;

  @Test
  void stoppingUnderLoadEndsInTimeAndTheNextStartGoesOnWithoutLossOrRepetition() throws Exception {
    Random random = new Random(SEED);
    try (Scene scene = new Scene(directory, SEED)) {
      scene
          .home()
          .set("router.drain-timeout", "5s")
          .set("router.delivery.timeout", "5s")
          .set("router.delivery.batch-events", "100")
          .set("router.spool.segment-size", "256KiB");
      scene.receiver("us-south", Wire.LINES, FaultPlan.always(Fault.SLOW_READ));
      scene.receiver("eu-de", Wire.GZIP_LINES, FaultPlan.healthy());
      scene.receiver("jp-tok", Wire.ARRAY, FaultPlan.healthy());
      HttpFeeder one = scene.client("one", Lane.ACTIVITY_TRACKER, 20, 0);
      scene.feed(
          one,
          scene.client("two", Lane.ACTIVITY_TRACKER, 5, 0),
          scene.client("three", Lane.ACCESS_TRAIL, 5, 0),
          scene.files(Lane.ACTIVITY_TRACKER, 0),
          scene.files(Lane.ACCESS_TRAIL, 0));

      for (int stop = 0; stop < STOPS; stop++) {
        try (RouterProcess process = scene.startAndAwaitReady()) {
          int before = one.accepted();
          await().until(() -> one.accepted() > before);
          assertThat(process.endsWithin(Duration.ofMillis(random.nextInt(1000)))).isFalse();

          process.terminate();

          assertThat(process.endsWithin(Duration.ofSeconds(8))).as("stop %d", stop).isTrue();
          RouterProcess.Ended ended = process.waitForEnd();
          assertThat(ended.code()).as("stop %d", stop).isZero();
          assertThat(ended.err()).as("no stack trace").doesNotContain("\tat ");
        }
      }
      try (RouterProcess last = scene.startAndAwaitReady()) {
        scene.stopFeeding();
        scene.awaitNothingLeft();
        last.terminate();
        assertThat(last.waitForEnd().code()).isZero();
      }

      Verdict verdict = scene.verdict();
      System.out.println(verdict + " " + scene.receivers());
      assertThat(verdict.problems())
          .as("seed %d: %s %s", SEED, verdict, scene.receivers())
          .isEmpty();
      assertThat(verdict.clientEventsAgain()).as("seed %d: %s", SEED, verdict).isZero();
      assertThat(verdict.fileEventsAgain()).as("seed %d: %s", SEED, verdict).isZero();
      assertThat(verdict.requestsRepeated()).as("seed %d: %s", SEED, verdict).isZero();
    }
  }

  /** Eight that accept and say nothing are broken off together, not one after the other. */
  @Test
  void howManyDestinationsDoNotAnswerDoesNotMatter() throws Exception {
    TestHome home = TestHome.in(directory).set("router.drain-timeout", "1s");
    try (Silent silent = Silent.behindAllOf(home);
        RouterProcess process = RouterProcess.start(home, "run")) {
      await().until(() -> process.isReady() && silent.held.size() == 8);
      process.terminate();

      assertThat(process.endsWithin(Duration.ofSeconds(6))).isTrue();
      assertThat(process.waitForEnd().code()).isZero();
    }
  }

  /** One after the other would take eight times half of the drain timeout. */
  @Test
  void anEditOfAllDeliveriesWaitsForThemTogether() throws Exception {
    TestHome home = TestHome.in(directory).set("router.drain-timeout", "10s");
    try (Silent silent = Silent.behindAllOf(home);
        Router router = Router.daemon(home.config(), Clock.systemUTC())) {
      await().until(() -> silent.held.size() == 8);

      home.edit(
          "config/application.properties",
          "router.delivery.linger=4ms",
          "router.delivery.linger=5ms");

      await()
          .atMost(Duration.ofSeconds(25))
          .until(() -> router.status().reload().applied() == 1 && silent.held.size() == 16);
    }
  }

  /** Takes connections and answers nothing. */
  private static final class Silent implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> held = new CopyOnWriteArrayList<>();

    private Silent() throws IOException {
      Thread accepting = new Thread(this::accept);
      accepting.setDaemon(true);
      accepting.start();
    }

    /** With an event for every destination. */
    static Silent behindAllOf(TestHome home) throws IOException {
      Silent silent = new Silent();
      for (String destination : home.config().destinations().keySet()) {
        String url = "http://127.0.0.1:" + silent.server.getLocalPort() + "/" + destination;
        home.set("router.destination." + destination + ".type", "http")
            .set("router.destination." + destination + ".url", url);
      }
      for (EventPath path : EventPath.values()) {
        Path inbox = Files.createDirectories(home.data().resolve("inbox/" + path));
        String events =
            Stream.of("us", "de", "uk", "jp", "au")
                .map(region -> Events.pull(region + ".icr.io", path))
                .collect(Collectors.joining("\n"));
        Files.writeString(inbox.resolve("events.ndjson"), events);
      }
      return silent;
    }

    private void accept() {
      try {
        while (true) {
          held.add(server.accept());
        }
      } catch (IOException e) {
        // closed by the test
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (Socket socket : held) {
        socket.close();
      }
    }
  }
}
