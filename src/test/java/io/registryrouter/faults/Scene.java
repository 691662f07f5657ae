package io.registryrouter.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.registryrouter.support.FreePort;
import io.registryrouter.support.RouterProcess;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A router's home with receivers behind it and feeders in front of it. */
final class Scene implements AutoCloseable {

  private static final Pattern WAITING =
      Pattern.compile("router_spool_events\\{destination=\"([^\"]+)\"\\} ([0-9.E+]+)");

  private final TestHome home;
  private final long seed;
  private final Sequences sequences = new Sequences();
  private final Problems problems = new Problems();
  private final List<FaultyReceiver> receivers = new ArrayList<>();
  private final List<FileFeeder> fileFeeders = new ArrayList<>();
  private final ExecutorService feeding = Executors.newCachedThreadPool();
  private volatile boolean stop;

  Scene(Path directory, long seed) throws IOException {
    this.seed = seed;
    this.home =
        TestHome.in(directory)
            .set("router.http.port", String.valueOf(FreePort.next()))
            .set("router.delivery.timeout", "500ms")
            .set("router.delivery.backoff", "5ms to 100ms");
  }

  TestHome home() {
    return home;
  }

  Sequences sequences() {
    return sequences;
  }

  Problems problems() {
    return problems;
  }

  List<FaultyReceiver> receivers() {
    return receivers;
  }

  FaultyReceiver receiver(String destination, Wire wire, FaultPlan plan) throws IOException {
    Arrivals arrivals = new Arrivals(destination, wire, sequences, problems);
    FaultyReceiver receiver = new FaultyReceiver(destination, wire, arrivals, plan);
    receivers.add(receiver);
    home.set("router.destination." + destination + ".type", "http")
        .set("router.destination." + destination + ".url", receiver.url());
    wire.configure(home, destination);
    return receiver;
  }

  HttpFeeder client(String name, Lane lane, int largestBatch, int poisonEvery) {
    Sequence sequence = sequences.add(Sequence.ofClient(name, lane, poisonEvery));
    return new HttpFeeder(sequence, home, problems, largestBatch, seed);
  }

  FileFeeder files(Lane lane, int poisonEvery) throws IOException {
    FileFeeder files = new FileFeeder(lane, home, sequences, poisonEvery);
    fileFeeders.add(files);
    return files;
  }

  /** Lets them feed until {@link #stopFeeding}. */
  void feed(Feeder... feeders) {
    for (Feeder feeder : feeders) {
      feeding.execute(() -> feedOn(feeder));
    }
  }

  private void feedOn(Feeder feeder) {
    try {
      while (!stop && feeder.feed()) {
        Thread.onSpinWait();
      }
    } catch (IOException | RuntimeException e) {
      problems.add("%s: %s", feeder, e);
    }
  }

  /** Returns when everything that was begun is accepted. */
  void stopFeeding() throws InterruptedException {
    stop = true;
    feeding.shutdown();
    if (!feeding.awaitTermination(60, TimeUnit.SECONDS)) {
      problems.add("a client was not served for a minute");
    }
  }

  RouterProcess start() throws IOException {
    return RouterProcess.start(home, "run");
  }

  RouterProcess startAndAwaitReady() throws IOException {
    RouterProcess process = start();
    await().until(process::isReady);
    return process;
  }

  /** Events in the spool of each destination, as the metrics say. */
  Map<String, Double> spooled() throws IOException {
    try {
      Matcher waiting = WAITING.matcher(home.observe("metrics"));
      Map<String, Double> spooled = new TreeMap<>();
      while (waiting.find()) {
        spooled.put(waiting.group(1), Double.valueOf(waiting.group(2)));
      }
      return spooled;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until all files are taken and all spools are empty. */
  void awaitNothingLeft() {
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () -> {
              for (FileFeeder files : fileFeeders) {
                assertThat(files.waiting()).isEmpty();
              }
              assertThat(spooled())
                  .hasSize(8)
                  .allSatisfy((name, events) -> assertThat(events).isZero());
            });
  }

  /** Compares everything that arrived with everything that was accepted. */
  Verdict verdict() {
    try {
      return Verdict.of(home, sequences, receivers, problems);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    stop = true;
    feeding.shutdownNow();
    receivers.forEach(FaultyReceiver::close);
  }
}
