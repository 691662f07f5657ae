package io.registryrouter.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.disk.SteadyFile;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import io.registryrouter.intake.Handover;
import io.registryrouter.observe.Balance;
import io.registryrouter.support.TestHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Days go when they are due, and the log says so; through {@link DeadLetters}, as in a router. */
class DeadLetterRetentionTest {

  private static final Logger LOG = (Logger) LoggerFactory.getLogger(DeadLetterRetention.class);

  @TempDir Path directory;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Instant now = Instant.parse("2026-11-20T12:00:00Z");
  private TestHome home;
  private DeadLetters deadLetters;
  private ExecutorService threads;

  @BeforeEach
  void listen() throws IOException {
    home = TestHome.in(directory);
    log.start();
    LOG.addAppender(log);
  }

  @AfterEach
  void close() throws IOException {
    LOG.detachAppender(log);
    deadLetters.close();
  }

  private void start() {
    RouterConfig config = home.config();
    start(() -> config, Executors.newSingleThreadExecutor());
  }

  private void start(Supplier<RouterConfig> config, ExecutorService threads) {
    this.threads = threads;
    InstantSource source = () -> now;
    deadLetters =
        new DeadLetters(
            config,
            source.withZone(ZoneOffset.UTC),
            new Balance(new SimpleMeterRegistry()),
            SteadyFile::force,
            threads);
  }

  /** Comes back once what was due is deleted. */
  private void die() throws Exception {
    write();
    threads.submit(() -> {}).get(); // there is one thread
  }

  private void write() throws IOException {
    Handover handover = new Handover();
    deadLetters.accept(
        List.of(
            new DeadLetter(
                Reason.NO_ROUTE,
                "why",
                EventPath.ACTIVITY_TRACKER,
                new Source(Source.Kind.HTTP, "10.0.0.7"),
                1,
                0,
                new DeadLetter.Json("{}".getBytes(StandardCharsets.UTF_8)))),
        handover);
    handover.durable().join();
  }

  private void dieOn(String... days) throws Exception {
    for (String day : days) {
      now = Instant.parse(day + "T12:00:00Z");
      die();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void dieFourTimesOn(String day) throws Exception {
    dieOn(day, day, day, day);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(home.data().resolve("dead-letter"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  private void mark(String day) throws IOException {
    Files.writeString(home.data().resolve("dead-letter").resolve(day + ".replayed"), "");
  }

  private List<String> logged() {
    return log.list.stream()
        .map(event -> event.getLevel() + " " + event.getMessage() + " " + event.getKeyValuePairs())
        .toList();
  }

  @Test
  void everythingIsKeptUnlessSettingsSayOtherwise() throws Exception {
    start();

    dieOn("2024-01-01", "2026-11-20");

    assertThat(files()).containsExactly("2024-01-01.ndjson", "2026-11-20.ndjson");
    assertThat(logged()).isEmpty();
  }

  @Test
  void aDayGoesWithItsMarksOnceAllOfItIsOldEnough() throws Exception {
    home.set("router.dead-letter.retention", "48h");
    start();
    dieOn("2026-11-18", "2026-11-18", "2026-11-19");
    mark("2026-11-18");
    now = Instant.parse("2026-11-20T23:59:59Z");
    die();
    List<String> before = files();

    now = now.plus(Duration.ofSeconds(1));
    die();

    assertThat(before)
        .containsExactly(
            "2026-11-18.ndjson", "2026-11-18.replayed", "2026-11-19.ndjson", "2026-11-20.ndjson");
    assertThat(files())
        .containsExactly("2026-11-19.ndjson", "2026-11-20.ndjson", "2026-11-21.ndjson");
    assertThat(logged())
        .containsExactly(
            "ERROR dead letters deleted [day=\"2026-11-18\", deadLetters=\"2\","
                + " key=\"router.dead-letter.retention\"]");
  }

  @Test
  void theOldestDaysGoWhenAllTogetherAreTooMuch() throws Exception {
    start();
    dieFourTimesOn("2026-11-17");
    dieFourTimesOn("2026-11-18");
    dieFourTimesOn("2026-11-19");
    deadLetters.close();
    long size = Files.size(home.data().resolve("dead-letter/2026-11-17.ndjson"));
    home.set("router.dead-letter.max-size", Long.toString(2 * size + size / 2));
    start();

    dieFourTimesOn("2026-11-20");

    assertThat(files())
        .containsExactly("2026-11-18.ndjson", "2026-11-19.ndjson", "2026-11-20.ndjson");
    dieOn("2026-11-21");
    assertThat(files())
        .containsExactly("2026-11-19.ndjson", "2026-11-20.ndjson", "2026-11-21.ndjson");
    assertThat(logged())
        .containsExactly(
            "ERROR dead letters deleted [day=\"2026-11-17\", deadLetters=\"4\","
                + " key=\"router.dead-letter.max-size\"]",
            "ERROR dead letters deleted [day=\"2026-11-18\", deadLetters=\"4\","
                + " key=\"router.dead-letter.max-size\"]");
  }

  @Test
  void todayStaysHoweverMuchItIs() throws Exception {
    home.set("router.dead-letter.max-size", "1").set("router.dead-letter.retention", "1ms");
    start();
    dieOn("2026-11-20", "2026-11-20");
    deadLetters.close();
    start();

    dieOn("2026-11-20");

    assertThat(files()).containsExactly("2026-11-20.ndjson");
    assertThat(Files.readAllLines(home.data().resolve("dead-letter/2026-11-20.ndjson"))).hasSize(3);
    assertThat(logged()).isEmpty();
  }

  @Test
  void aReplayThatGoesOnIsNotDisturbed() throws Exception {
    start();
    dieOn("2026-11-18");
    deadLetters.close();
    home.set("router.dead-letter.retention", "1s");
    start();

    try (ReplayLock lock = ReplayLock.tryTake(home.data().resolve("dead-letter")).orElseThrow()) {
      dieOn("2026-11-20");
      assertThat(lock).isNotNull();
    }

    assertThat(files()).containsExactly("2026-11-18.ndjson", "2026-11-20.ndjson");
    dieOn("2026-11-21");
    assertThat(files()).containsExactly("2026-11-21.ndjson");
  }

  /**
   * Another process would have it while it is held, were its file closed by whoever came second.
   */
  @Test
  void whoFindsTheLockHeldLeavesItHeld() throws Exception {
    start();
    Path letters = Files.createDirectories(home.data().resolve("dead-letter"));
    try (ReplayLock lock = ReplayLock.tryTake(letters).orElseThrow()) {
      assertThat(ReplayLock.tryTake(letters)).isEmpty();

      Object inode = Files.getAttribute(letters.resolve(".replay.lock"), "unix:ino");
      assertThat(Files.readString(Path.of("/proc/locks"))).contains(":" + inode + " ");
      assertThat(lock).isNotNull();
    }

    try (ReplayLock again = ReplayLock.tryTake(letters).orElseThrow()) {
      assertThat(again).isNotNull();
    }
  }

  @Test
  void aReplayThatWasBrokenOffIsFinishedBeforeItsMarksGo() throws Exception {
    home.set("router.dead-letter.retention", "1s");
    start();
    dieOn("2026-11-18");
    Path hidden = home.data().resolve("inbox/activity-tracker/.replay-x-001.tmp");
    Files.createDirectories(hidden.getParent());
    Files.writeString(hidden, "{}\n");
    Files.writeString(
        home.data().resolve("dead-letter/2026-11-18.replayed"),
        "{\"replay\":\"x-001\",\"at\":\"\",\"path\":\"\",\"deadLetters\":{}}\n");

    dieOn("2026-11-20");

    assertThat(hidden).doesNotExist();
    assertThat(hidden.resolveSibling("replay-x-001.ndjson")).hasContent("{}");
    assertThat(files()).containsExactly("2026-11-20.ndjson");
  }

  @Test
  void whatCannotBeDeletedDoesNotKeepDeadLettersFromBeingWritten() throws Exception {
    home.set("router.dead-letter.retention", "1s");
    start();
    dieOn("2026-11-18");
    Path inTheWay = home.data().resolve("dead-letter/2026-11-18.replayed");
    Files.createDirectories(inTheWay.resolve("not empty"));

    dieOn("2026-11-20");

    assertThat(Files.readAllLines(home.data().resolve("dead-letter/2026-11-20.ndjson"))).hasSize(1);
    assertThat(log.list).hasSize(1);
    assertThat(log.list.get(0).getLevel()).isEqualTo(Level.ERROR);
    assertThat(log.list.get(0).getMessage())
        .isEqualTo("dead letters that are due could not be deleted; free the directory by hand");
  }

  @Test
  void aDeadLetterIsWrittenHoweverLongDeletingTakes() throws Exception {
    home.set("router.dead-letter.retention", "1s");
    RouterConfig config = home.config();
    CountDownLatch deleting = new CountDownLatch(1);
    CountDownLatch mayDelete = new CountDownLatch(1);
    AtomicBoolean built = new AtomicBoolean();
    start(
        () -> {
          if (built.get()) { // who asks now is about to delete
            deleting.countDown();
            awaitQuietly(mayDelete);
          }
          return config;
        },
        Executors.newCachedThreadPool());
    Path old = home.data().resolve("dead-letter/2026-11-18.ndjson");
    Files.createDirectories(old.getParent());
    Files.writeString(old, "{}\n");
    built.set(true);

    write();
    deleting.await();
    write();

    assertThat(files()).containsExactly("2026-11-18.ndjson", "2026-11-20.ndjson");
    mayDelete.countDown();
    await().until(() -> files().equals(List.of("2026-11-20.ndjson")));
    assertThat(Files.readAllLines(home.data().resolve("dead-letter/2026-11-20.ndjson"))).hasSize(2);
  }
}
