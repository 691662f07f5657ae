package io.registryrouter.spool;

import static io.registryrouter.spool.Groups.line;
import static io.registryrouter.spool.Groups.lines;
import static io.registryrouter.spool.LogFixture.MANY;
import static io.registryrouter.spool.LogFixture.append;
import static io.registryrouter.spool.LogFixture.data;
import static io.registryrouter.spool.LogFixture.deliver;
import static io.registryrouter.spool.LogFixture.drain;
import static io.registryrouter.spool.LogFixture.files;
import static io.registryrouter.spool.LogFixture.index;
import static io.registryrouter.spool.LogFixture.next;
import static io.registryrouter.spool.LogFixture.open;
import static io.registryrouter.spool.LogFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.registryrouter.config.RouterConfig.SpoolSettings;
import io.registryrouter.support.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolLogTest {

  private static final int LINE = line("a").length();

  @TempDir Path directory;

  @Test
  void whatIsAppendedIsReadInOrder() throws Exception {
    SpoolLog log = open(directory);

    append(log, "a", "b").get();
    append(log, "c").get();

    Slice slice = next(log);
    assertThat(text(slice)).isEqualTo(lines("a", "b", "c"));
    assertThat(slice.events()).isEqualTo(3);
    assertThat(slice.from()).isZero();
    assertThat(slice.to()).isEqualTo(3L * LINE);
    assertThat(slice.key()).startsWith(log.id()).endsWith("-0-" + 3 * LINE);
    assertThat(log.backlog()).isEqualTo(3);
  }

  @Test
  void anEmptyLogHasNothingToRead() throws Exception {
    SpoolLog log = open(directory);

    Slice slice = next(log);

    assertThat(slice).isNull();
    assertThat(log.backlog()).isZero();
  }

  @Test
  void theIndexHasALineAnAppend() throws Exception {
    SpoolLog log = open(directory);

    append(log, "a", "b").get();

    assertThat(index(directory, 0))
        .hasContent(
            "{\"offset\":0,\"bytes\":"
                + 2 * LINE
                + ",\"events\":2,\"at\":\"2019-08-15T12:00:00Z\",\"path\":\"activity-tracker\","
                + "\"domain\":\"us.icr.io\",\"source\":{\"kind\":\"file\",\"name\":\"a.ndjson\"},"
                + "\"line\":1,\"sourceOffset\":10,\"crc32c\":\""
                + Segment.checksum(StandardCharsets.UTF_8.encode(lines("a", "b")))
                + "\"}\n");
  }

  @Test
  void appendsAreWrittenAsTheirChecksumSaysWhateverTheirSize() throws Exception {
    String large = "l".repeat(700 * 1024);
    String larger = "g".repeat(1500 * 1024);
    String[][] appends = {{"a"}, {large, large, "b"}, {"c", larger}, {larger}, {"d", "e"}};
    SpoolLog log = open(directory, 1 << 24);

    for (String[] ids : appends) {
      append(log, ids).get();
    }

    List<String> written = Arrays.stream(appends).map(Groups::lines).toList();
    assertThat(Files.readString(data(directory, 0)).equals(String.join("", written))).isTrue();
    assertThat(IndexEntry.read(index(directory, 0), 0))
        .extracting(IndexEntry::crc32c)
        .containsExactlyElementsOf(
            written.stream()
                .map(append -> Segment.checksum(StandardCharsets.UTF_8.encode(append)))
                .toList());
    assertThat(drain(log).equals(String.join("", written))).isTrue();
  }

  @Test
  void whatIsDoneIsNotReadAgain() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    deliver(log);

    append(log, "b").get();

    assertThat(text(next(log))).isEqualTo(line("b"));
    assertThat(log.cursor()).isEqualTo(LINE);
    assertThat(log.backlog()).isEqualTo(1);
  }

  @Test
  void whatIsNotDoneIsReadAgain() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    Slice first = next(log);
    log.undelivered().begin(first);

    append(log, "b").get();
    Slice second = next(log);

    assertThat(text(second)).isEqualTo(line("a"));
    assertThat(second.key()).isEqualTo(first.key());
    assertThat(log.backlog()).isEqualTo(2);
  }

  @Test
  void aRangeInFlightIsTheSameAfterReopeningHoweverSmallTheLimits() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a", "b", "c").get();
    Slice before = next(log);
    log.undelivered().begin(before);
    log.close();

    SpoolLog again = open(directory);
    append(again, "d").get();
    Slice after = again.undelivered().next(1, 1, Long.MAX_VALUE, new byte[0]);

    assertThat(text(after)).isEqualTo(lines("a", "b", "c"));
    assertThat(after.key()).isEqualTo(before.key());
  }

  /** What the destination had after the copy was made, it would take for other events. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noKeyComesAgainWithOtherEventsWhenTheSpoolIsAnOlderCopy(boolean inFlight) throws Exception {
    Path copy = directory.resolve("copy");
    SpoolLog log = open(directory.resolve("log"));
    append(log, "a").get();
    if (!inFlight) {
      deliver(log);
    }
    Slice begun = inFlight ? next(log) : null;
    if (inFlight) {
      log.undelivered().begin(begun);
    }
    copy(directory.resolve("log"), copy);
    if (inFlight) {
      log.undelivered().done(begun, 0, () -> {});
    }
    append(log, "b").get();
    String used = deliver(log).key();

    SpoolLog older = open(copy);
    if (inFlight) {
      assertThat(deliver(older).key()).isEqualTo(begun.key());
    }
    append(older, "c").get();
    Slice other = deliver(older);

    assertThat(text(other)).isEqualTo(line("c"));
    assertThat(used).endsWith("-" + other.from() + "-" + other.to());
    assertThat(other.key()).isNotEqualTo(used).startsWith(log.id());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    for (String file : files(from)) {
      Files.copy(from.resolve(file), to.resolve(file));
    }
  }

  @Test
  void aSliceHasNoMoreEventsThanAskedFor() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a", "b", "c").get();

    Slice slice = log.undelivered().next(MANY, 2, Long.MAX_VALUE, new byte[0]);

    assertThat(text(slice)).isEqualTo(lines("a", "b"));
    assertThat(slice.events()).isEqualTo(2);
  }

  @Test
  void aSliceHasWholeEventsOfNoMoreBytesThanAskedFor() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a", "b", "c").get();

    Slice slice = log.undelivered().next(3 * LINE - 1, MANY, Long.MAX_VALUE, new byte[0]);

    assertThat(text(slice)).isEqualTo(lines("a", "b"));
  }

  @Test
  void anEventLargerThanARequestGoesAlone() throws Exception {
    SpoolLog log = open(directory);
    String large = "x".repeat(1_000_000);
    append(log, large, "b").get();

    Slice slice = log.undelivered().next(10, MANY, Long.MAX_VALUE, new byte[0]);

    assertThat(text(slice)).isEqualTo(line(large));
  }

  @Test
  void aBufferThatIsLargeEnoughIsUsedAgain() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    byte[] buffer = new byte[LINE];

    Slice slice = log.undelivered().next(MANY, MANY, Long.MAX_VALUE, buffer);

    assertThat(slice.buffer()).isSameAs(buffer);
  }

  @Test
  void aFullSegmentIsFollowedByANewOneAndDeletedWhenDelivered() throws Exception {
    SpoolLog log = open(directory, LINE);
    append(log, "a").get();
    append(log, "b").get();
    List<String> before = files(directory);

    Slice slice = deliver(log);

    assertThat(text(slice)).isEqualTo(line("a"));
    assertThat(before)
        .containsExactly(
            "00000000000000000000.index",
            "00000000000000000000.ndjson",
            Segment.name(LINE) + ".index",
            Segment.name(LINE) + ".ndjson",
            "cursor");
    assertThat(files(directory))
        .containsExactly(Segment.name(LINE) + ".index", Segment.name(LINE) + ".ndjson", "cursor");
    assertThat(drain(log)).isEqualTo(line("b"));
  }

  @Test
  void manySegmentsAreReadAfterReopening() throws Exception {
    SpoolLog log = open(directory, LINE);
    for (String id : List.of("a", "b", "c", "d")) {
      append(log, id).get();
    }
    deliver(log);
    log.close();

    SpoolLog again = open(directory, LINE);

    assertThat(again.backlog()).isEqualTo(3);
    assertThat(again.cursor()).isEqualTo(LINE);
    assertThat(drain(again)).isEqualTo(lines("b", "c", "d"));
    assertThat(again.backlog()).isZero();
  }

  @Test
  void theBacklogIsRightWhenTheCursorStandsInTheMiddleOfAnAppend() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a", "b", "c").get();
    append(log, "d").get();
    Slice slice = log.undelivered().next(MANY, 2, Long.MAX_VALUE, new byte[0]);
    log.undelivered().begin(slice);
    log.undelivered().done(slice, 0, () -> {});
    log.close();

    SpoolLog again = open(directory);

    assertThat(again.backlog()).isEqualTo(2);
    assertThat(drain(again)).isEqualTo(lines("c", "d"));
  }

  @Test
  void offsetsGoOnWhenAllSegmentsAreGone() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    deliver(log);
    log.close();
    Files.delete(data(directory, 0));
    Files.delete(index(directory, 0));

    SpoolLog again = open(directory);
    append(again, "b").get();

    assertThat(again.id()).isEqualTo(log.id());
    assertThat(next(again).from()).isEqualTo(LINE);
  }

  @Test
  void withoutFsyncEventsCanBeReadAtOnce() throws Exception {
    SpoolLog log =
        SpoolLog.open(
            "us-south",
            directory,
            new SpoolSettings(1 << 30, LINE, false),
            LogFixture.CLOCK,
            task -> {
              throw new IllegalStateException("nobody syncs");
            });

    append(log, "a").get();
    append(log, "b").get();

    assertThat(drain(log)).isEqualTo(lines("a", "b"));
  }

  @Test
  void nothingIsReadBeforeItIsOnDisk() throws Exception {
    List<Runnable> tasks = new ArrayList<>();
    SpoolLog log =
        SpoolLog.open(
            "us-south",
            directory,
            new SpoolSettings(1 << 30, MANY, true),
            LogFixture.CLOCK,
            tasks::add);

    CompletableFuture<Void> onDisk = append(log, "a");
    Slice before = next(log);
    long backlogBefore = log.backlog();
    tasks.forEach(Runnable::run);

    assertThat(before).isNull();
    assertThat(backlogBefore).isZero();
    assertThat(onDisk).isCompleted();
    assertThat(text(next(log))).isEqualTo(line("a"));
    assertThat(log.backlog()).isEqualTo(1);
  }

  @Test
  void reclaimingLetsGoOfADeliveredSegment() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    deliver(log);
    long before = log.size();

    log.reclaim();

    assertThat(before).isEqualTo(LINE);
    assertThat(log.size()).isZero();
    append(log, "b").get();
    assertThat(drain(log)).isEqualTo(line("b"));
  }

  /** As on a disk that has one inode left: the events' file is made, that of the index is not. */
  @Test
  void whatIsAppendedBehindASegmentThatCouldNotBeMadeIsThereAfterAStart() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    deliver(log);
    Path inTheWay = Files.createDirectory(index(directory, LINE));

    log.reclaim();
    assertThatThrownBy(() -> append(log, "refused")).isInstanceOf(IOException.class);
    Files.delete(inTheWay);
    append(log, "b").get();
    append(log, "c").get();
    log.close();

    assertThat(drain(open(directory))).isEqualTo(lines("b", "c"));
  }

  @Test
  void howeverManySegmentsWaitOnlyThoseThatAreWrittenAndReadAreOpen() throws Exception {
    SpoolLog log = open(directory, LINE);
    String[] ids = new String[20];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = "" + (char) ('a' + i);
      append(log, ids[i]).get();
    }
    assertThat(openSegments()).containsExactly(name(19, "index"), name(19, "ndjson"));

    assertThat(text(next(log))).isEqualTo(line("a"));
    assertThat(openSegments())
        .containsExactly(name(0, "ndjson"), name(19, "index"), name(19, "ndjson"));
    log.close();
    assertThat(openSegments()).isEmpty();

    SpoolLog again = open(directory, LINE);
    assertThat(openSegments()).containsExactly(name(19, "index"), name(19, "ndjson"));
    assertThat(drain(again)).isEqualTo(lines(ids));
    assertThat(openSegments()).containsExactly(name(19, "index"), name(19, "ndjson"));
    again.close();
  }

  @Test
  void aWaitingSegmentThatSomebodyDeletesHoldsUpWhatIsBehindItUntilTheNextStart() throws Exception {
    SpoolLog log = open(directory, LINE);
    append(log, "a").get();
    append(log, "b").get();
    Files.delete(data(directory, 0));

    append(log, "c").get();
    assertThatThrownBy(() -> next(log)).isInstanceOf(NoSuchFileException.class);
    log.close();

    assertThat(drain(open(directory))).isEqualTo(lines("b", "c"));
  }

  private static String name(int segment, String suffix) {
    return Segment.name((long) segment * LINE) + "." + suffix;
  }

  /** The names of those that this process has open. */
  /** Each once, however many descriptors it has. */
  private Set<String> openSegments() throws IOException {
    Set<String> found = new TreeSet<>();
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : open) {
        Path file = target(descriptor);
        if (file.startsWith(directory.toRealPath())
            && file.toString().matches(".*(index|ndjson)")) {
          found.add(file.getFileName().toString());
        }
      }
    }
    return found;
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return Path.of(""); // closed meanwhile
    }
  }

  @Test
  void reclaimingKeepsWhatIsNotDelivered() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();

    log.reclaim();

    assertThat(drain(log)).isEqualTo(line("a"));
  }

  @Test
  void reclaimingFinishesWhatAKilledOneBegan() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    deliver(log);
    log.close();
    Segment.create(directory, LINE).close(); // killed before it deleted the old segment

    SpoolLog again = open(directory);
    again.reclaim();

    assertThat(again.size()).isZero();
  }

  /**
   * Java gives out as much for buffers as the heap may become, and does not end when that is used
   * up.
   */
  @Test
  void howManyLogsThereAreIsNoMatterOfLargeBuffers() throws Exception {
    String[] ids = {"x".repeat(200_000)};
    append(open(directory.resolve("first")), ids).get();
    long before = bufferMemory();

    for (int i = 0; i < 30; i++) {
      append(open(directory.resolve("log-" + i)), ids).get();
    }

    assertThat(bufferMemory() - before).isLessThan(10L * 1024 * 1024);
  }

  private static long bufferMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  @Timeout(60)
  void waitingEndsWhenNobodyReadsAnyMore() throws Exception {
    SpoolLog log = open(directory);
    CompletableFuture<Boolean> events =
        waiting(log, () -> log.undelivered().awaitEvents(Duration.ofDays(1)));

    log.reading(false);

    assertThat(events.get()).isFalse();
  }

  /** Who hears of a refusal there may want a lock whose holder waits for the log. */
  @Test
  void whoBringsToDiskIsAskedOutsideTheLogsMonitor() throws Exception {
    List<SpoolLog> logs = new ArrayList<>();
    List<Boolean> inside = new ArrayList<>();
    Executor ended =
        task -> {
          inside.add(Thread.holdsLock(logs.get(0)));
          throw new RejectedExecutionException("ended");
        };
    SpoolSettings settings = new SpoolSettings(1 << 30, 1 << 20, true);
    logs.add(SpoolLog.open("us-south", directory, settings, LogFixture.CLOCK, ended));

    assertThatThrownBy(append(logs.get(0), "a")::get).hasRootCauseMessage("ended");

    assertThat(inside).containsExactly(false);
  }

  @Test
  @Timeout(60)
  void waitingEndsWhenAnEventIsOnDisk() throws Exception {
    SpoolLog log = open(directory);
    CompletableFuture<Boolean> events =
        waiting(log, () -> log.undelivered().awaitEvents(Duration.ofDays(1)));

    append(log, "a").get();

    assertThat(events.get()).isTrue();
  }

  @Test
  @Timeout(60)
  void lingeringEndsWhenWhatComesToDiskIsEnough() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    CompletableFuture<Boolean> enough =
        waiting(log, () -> log.undelivered().awaitBytes(2L * LINE, Duration.ofDays(1)));

    append(log, "b").get();
    boolean early = enough.isDone();
    append(log, "c").get();

    assertThat(early).isFalse();
    assertThat(enough.get()).isTrue();
  }

  /** By a thread that waits when this returns. */
  private static CompletableFuture<Boolean> waiting(SpoolLog log, Callable<Boolean> wait) {
    log.reading(true);
    CompletableFuture<Boolean> come = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                come.complete(wait.call());
              } catch (Exception e) {
                come.completeExceptionally(e);
              }
            });
    thread.start();
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    return come;
  }

  @Test
  @Timeout(60)
  void lingeringEndsWhenThereIsEnough() throws Exception {
    SpoolLog log = open(directory);
    log.reading(true);
    append(log, "a", "b").get();

    boolean enough = log.undelivered().awaitBytes(LINE, Duration.ofDays(1));
    boolean more = log.undelivered().awaitBytes(2L * LINE, Duration.ofMillis(1));

    assertThat(enough).isTrue();
    assertThat(more).isFalse();
  }

  @Test
  void aLogWithoutALineEndSaysWhere() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    Files.writeString(data(directory, 0), "x".repeat(LINE));

    assertThatThrownBy(() -> next(log))
        .isInstanceOf(IOException.class)
        .hasMessage(data(directory, 0) + " has no line end between offsets 0 and " + LINE);
  }

  @Test
  void anInterruptedAppenderLeavesTheLogOpen() throws Exception {
    SpoolLog log = open(directory, LINE);

    Thread.currentThread().interrupt();
    CompletableFuture<Void> first = append(log, "a");
    CompletableFuture<Void> second = append(log, "b");
    boolean stillInterrupted = Thread.interrupted();

    assertThat(stillInterrupted).isTrue();
    first.get();
    second.get();
    append(log, "c").get();
    assertThat(drain(log)).isEqualTo(lines("a", "b", "c"));
  }

  @Test
  void anInterruptedReaderLeavesTheLogOpen() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();

    Thread.currentThread().interrupt();
    Slice slice = deliver(log);
    boolean stillInterrupted = Thread.interrupted();

    assertThat(stillInterrupted).isTrue();
    assertThat(text(slice)).isEqualTo(line("a"));
    append(log, "b").get();
    assertThat(text(deliver(log))).isEqualTo(line("b"));
    log.close();
    assertThat(open(directory).backlog()).isZero();
  }

  @Test
  @Timeout(20)
  void eventsOfManyThreadsArriveOnceAndInTheOrderOfEach() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (SpoolLog log =
        SpoolLog.open(
            "us-south",
            directory,
            new SpoolSettings(1 << 30, 2_000, true),
            LogFixture.CLOCK,
            threads)) {
      log.reading(true);
      int appenders = 4;
      int each = 200;
      List<Future<?>> appending = new ArrayList<>();
      for (int t = 0; t < appenders; t++) {
        appending.add(threads.submit(appender(log, t, each)));
      }

      StringBuilder read = new StringBuilder();
      int events = 0;
      while (events < appenders * each) {
        assertThat(log.undelivered().awaitEvents(Duration.ofSeconds(10))).isTrue();
        Slice slice = log.undelivered().next(700, 13, Long.MAX_VALUE, new byte[0]);
        log.undelivered().begin(slice);
        read.append(text(slice));
        events += slice.events();
        log.undelivered().done(slice, 0, () -> {});
        log.reclaim();
      }

      for (Future<?> one : appending) {
        one.get();
      }
      for (int t = 0; t < appenders; t++) {
        int thread = t;
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < each; i++) {
          expected.add(line(t + "-" + i).strip());
        }
        assertThat(read.toString().lines().filter(l -> l.startsWith("{\"id\":\"" + thread + "-")))
            .containsExactlyElementsOf(expected);
      }
      assertThat(read.toString().lines()).hasSize(appenders * each);
      assertThat(log.backlog()).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<Void> appender(SpoolLog log, int thread, int events) {
    return () -> {
      for (int i = 0; i < events; i++) {
        append(log, thread + "-" + i).get();
      }
      return null;
    };
  }

  /** A start reads the index of a segment into memory. */
  @Test
  void noIndexBecomesLargeHoweverSmallTheEventsAre() throws IOException {
    SpoolSettings settings = new SpoolSettings(1 << 30, 1 << 30, false);
    try (SpoolLog log =
        SpoolLog.open("us-south", directory, settings, LogFixture.CLOCK, Runnable::run)) {
      for (int i = 0; i < 25_000; i++) {
        append(log, String.valueOf(i));
      }
    }

    List<String> indexes =
        files(directory).stream().filter(name -> name.endsWith(".index")).toList();
    assertThat(indexes).hasSizeGreaterThan(1);
    for (String index : indexes) {
      assertThat(Files.size(directory.resolve(index))).isLessThan(4 * 1024 * 1024 + 1024);
    }
    try (SpoolLog log = open(directory)) {
      assertThat(log.backlog()).isEqualTo(25_000);
    }
  }

  /** An index that is a pipe holds up who reads it until it is written to. */
  @Test
  @Timeout(60)
  void whatIsDeliveredWhileItsAgeIsLookedUpHasNone() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    Path index = index(directory, 0);
    Files.delete(index);
    Tool.run(directory, "mkfifo", index.toString());

    CompletableFuture<Optional<Instant>> oldest = CompletableFuture.supplyAsync(() -> oldest(log));
    OutputStream lookedUp = Files.newOutputStream(index, StandardOpenOption.WRITE);
    deliver(log);
    lookedUp.close();

    assertThat(oldest.get()).isEmpty();
  }

  private static Optional<Instant> oldest(SpoolLog log) {
    try {
      return log.oldest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A scrape says so, and a format that wants a time of its own goes on with that of the file. */
  @ParameterizedTest
  @ValueSource(strings = {"08-15T", "{"})
  void anIndexThatSaysNoTimeIsDamagedAndKeepsNothingFromBeingDelivered(String damaged)
      throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    append(log, "b").get();
    Instant written = Instant.parse("2019-08-15T12:30:00Z");
    Files.setLastModifiedTime(data(directory, 0), FileTime.from(written));
    String entries = Files.readString(index(directory, 0));
    Files.writeString(index(directory, 0), entries.replace(damaged, "!".repeat(damaged.length())));

    Slice slice = next(log);

    assertThat(slice.arrived(0)).isEqualTo(written);
    assertThat(slice.arrived(LINE)).isEqualTo(written);
    assertThatThrownBy(log::oldest).isInstanceOf(IOException.class);
  }
}
