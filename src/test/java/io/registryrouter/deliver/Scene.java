package io.registryrouter.deliver;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.observe.Balance;
import io.registryrouter.observe.DeliveryStatus;
import io.registryrouter.spool.LogFixture;
import io.registryrouter.spool.Slice;
import io.registryrouter.spool.SpoolLog;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A log, what delivers it, and a destination that answers as it is told. */
final class Scene {

  static final String OWN = "router.destination.us-south.";

  final TestHome home;
  SpoolLog log;
  Balance balance;
  DeliveryStatus status;
  DeliveryLoop loop;
  Instant now = LogFixture.CLOCK.instant();
  final List<String> sent = new ArrayList<>();
  final List<String> keys = new ArrayList<>();
  final List<DeadLetter> dead = new ArrayList<>();

  /** Of the requests to come; then all are delivered. */
  final Deque<Outcome> answers = new ArrayDeque<>();

  /** What sending fails with, once. */
  Error error;

  Runnable whileSending = () -> {};
  boolean noRoomForDeadLetters;

  /** How many dead letters there is room for. */
  int noRoomAfter = Integer.MAX_VALUE;

  private final Path directory;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private boolean killedBehindDeadLetters;

  Scene(Path directory) throws IOException {
    this.directory = directory;
    home =
        TestHome.in(directory)
            .set(OWN + "type", "http")
            .set(OWN + "url", "https://logs.example/")
            .set(OWN + "format", "logdna");
    log = LogFixture.open(directory.resolve("spool"));
    start();
  }

  void start() {
    balance = new Balance(new SimpleMeterRegistry());
    balance.watch("us-south", log::backlog);
    status = new DeliveryStatus(clock);
    makeTheRoute();
  }

  /** A request with fewer events waits for more, for longer than any test has. */
  void waitForRequestsOf(int events) {
    home.set(OWN + "batch-events", String.valueOf(events)).set(OWN + "linger", "1h");
    start();
  }

  /** As an edit does. */
  void makeTheRoute() {
    RouterConfig config = home.config();
    log.reading(true); // else nobody waits for more
    loop =
        new DeliveryLoop(
            log.undelivered(),
            config.destinations().get("us-south"),
            this::send,
            this::bury,
            balance,
            status,
            clock,
            new Ages(clock, clock));
  }

  private Outcome send(Slice slice) {
    sent.add(LogFixture.text(slice));
    keys.add(slice.from() + "-" + slice.to());
    whileSending.run();
    if (error != null) {
      Error thrown = error;
      error = null;
      throw thrown;
    }
    return answers.isEmpty() ? new Outcome.Delivered() : answers.poll();
  }

  private void bury(List<DeadLetter> letters) throws IOException {
    if (noRoomForDeadLetters || dead.size() >= noRoomAfter) {
      throw new IOException("No space left on device");
    }
    dead.addAll(letters);
    if (killedBehindDeadLetters) {
      throw new IllegalStateException("killed");
    }
  }

  void stepThatIsKilledBehindDeadLetters() throws Exception {
    killedBehindDeadLetters = true;
    loop.step();
    killedBehindDeadLetters = false;
    crash();
  }

  /** A crash: what was in memory is gone. */
  void crash() throws IOException {
    log.close();
    log = LogFixture.open(directory.resolve("spool"));
    start();
  }

  void answer(Integer... statuses) {
    boolean again = Stream.of(statuses).anyMatch(status -> status >= 500);
    Optional<Outcome.Retry> retry = Optional.of(new Outcome.Retry("some were not stored"));
    answers.add(new Outcome.Partly(List.of(statuses), again ? retry : Optional.empty()));
  }

  void deliverAll() throws InterruptedException {
    while (log.backlog() > 0) {
      loop.step();
    }
  }

  List<String> buried() {
    return dead.stream()
        .map(letter -> ((DeadLetter.Json) letter.original()).object())
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  /** As it came, without what the router added. */
  static String event(String id) {
    return "{\"id\":\"" + id + "\"}";
  }

  static String[] ids(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).toArray(String[]::new);
  }

  /** Every request, for longer than a destination is believed. */
  void refuse() throws InterruptedException {
    answers.clear();
    for (int i = 0; i < 100; i++) {
      answers.add(new Outcome.Reject(400, ""));
    }
    while (!answers.isEmpty()) {
      loop.step();
    }
  }

  /** An interrupt makes the log open the file anew. */
  void linkCursorTo(Path file) {
    Path cursor = directory.resolve("spool/cursor");
    try {
      Files.delete(cursor);
      Files.createSymbolicLink(cursor, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.currentThread().interrupt();
  }
}
