package io.registryrouter.spool;

import static io.registryrouter.spool.Groups.line;
import static io.registryrouter.spool.Groups.lines;
import static io.registryrouter.spool.LogFixture.append;
import static io.registryrouter.spool.LogFixture.drain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs that come to disk together, on a disk that loses its power. */
@Timeout(60)
class JournalTest extends JournaledLogs {

  private static final int LINE = line("a").length();

  @RegisterExtension final Warnings journals = new Warnings(Journal.class);
  @RegisterExtension final Warnings replays = new Warnings(JournalReplay.class);
  @RegisterExtension final Warnings logs = new Warnings(SpoolLog.class);
  @RegisterExtension final Warnings repairs = new Warnings(Repair.class);

  @Test
  void whatLogsWaitWithTogetherIsForcedOnceAndSurvivesAPowerFailure() throws Exception {
    makeJournal();
    disk.forced();

    both("a");
    both("b");
    Set<String> forced = disk.forced();
    powerFails();

    assertThat(forced).containsExactly("journal.0");
    assertThat(drain(dallas)).isEqualTo(lines("made", "a", "b"));
    assertThat(drain(tokyo)).isEqualTo(lines("made", "a", "b"));
    assertThat(replays.said())
        .containsExactlyInAnyOrder(
            "destination=us-south bytes=" + 2 * LINE, "destination=jp-tok bytes=" + 2 * LINE);
  }

  @Test
  void withoutAJournalEachIsForcedAlone() throws Exception {
    CompletableFuture<Void> alone = append(dallas, "a");
    commit();
    run(background);
    both("b");

    assertThat(alone).isCompleted();
    assertThat(disk.forced()).containsExactlyInAnyOrder("us-south", "jp-tok");
    assertThat(journal).isNotNull();
    assertThat(LogFixture.files(directory)).containsExactly("jp-tok", "us-south");
  }

  @Test
  void oneThatCannotBeMadeIsSaidAndEachIsForcedAlone() throws Exception {
    Path inTheWay = Files.createDirectory(directory.resolve("journal.1"));
    both("made");
    run(background);
    disk.forced();

    both("a");

    assertThat(disk.forced()).containsExactlyInAnyOrder("us-south", "jp-tok");
    assertThat(journals.said())
        .containsExactly(
            "directory=%s error=java.nio.file.FileSystemException: %s: Is a directory"
                .formatted(directory, inTheWay));
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(open.map(JournalTest::target))
          .noneMatch(file -> file.startsWith(directory + "/journal"));
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // that of the listing itself
    }
  }

  @Test
  void aLogAloneUsesAJournalThatIsThere() throws Exception {
    makeJournal();
    disk.forced();

    append(dallas, "a");
    commit();

    assertThat(disk.forced()).containsExactly("journal.0");
  }

  @Test
  void whatIsInTheJournalCanBeDelivered() throws Exception {
    makeJournal();
    CompletableFuture<Void> onDisk = append(dallas, "a");
    String before = drain(dallas);
    commit();

    assertThat(onDisk).isCompleted();
    assertThat(before).isEqualTo(line("made"));
    assertThat(drain(dallas)).isEqualTo(line("a"));
  }

  @Test
  void afterAKillNothingIsReplayed() throws Exception {
    makeJournal();
    both("a");

    start();

    assertThat(drain(dallas)).isEqualTo(lines("made", "a"));
    assertThat(drain(tokyo)).isEqualTo(lines("made", "a"));
    assertThat(replays.said()).isEmpty();
    assertThat(repairs.said()).isEmpty();
  }

  @Test
  void whatWasReplayedIsNotThereToBeReplayedAgain() throws Exception {
    makeJournal();
    both("a");
    powerFails();

    assertThat(LogFixture.files(directory)).containsExactly("jp-tok", "us-south");
  }

  @Test
  void aFileIsWrittenOverOnlyOnceItsLogsAreForced() throws Exception {
    makeJournal(); // then four records go into a file
    for (String id : List.of("a", "b", "c", "d")) {
      both(id);
    }
    disk.forced();

    both("e");
    Set<String> turned = disk.forced();
    for (String id : List.of("f", "g", "h")) {
      both(id);
    }
    both("i");
    Set<String> unsettled = disk.forced();
    run(background);
    disk.forced();
    both("j");
    Set<String> settled = disk.forced();
    powerFails();

    assertThat(turned).containsExactly("journal.1");
    assertThat(unsettled).containsExactlyInAnyOrder("journal.1", "us-south", "jp-tok");
    assertThat(settled).containsExactly("journal.0");
    String all = lines("made", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    assertThat(drain(dallas)).isEqualTo(all);
    assertThat(drain(tokyo)).isEqualTo(all);
  }

  @Test
  void whatIsTooMuchForARecordIsForced() throws Exception {
    begin(LARGE, LARGE);
    makeJournal();
    disk.forced();

    append(dallas, many());
    append(tokyo, "a");
    commit();

    assertThat(disk.forced()).containsExactlyInAnyOrder("us-south", "jp-tok");
  }

  @Test
  void aJournalThatCannotBeForcedIsNotUsedAnyMore() throws Exception {
    makeJournal();
    both("a");
    disk.fail(file -> file.endsWith("journal.0"));
    both("b");
    disk.work();
    disk.forced();
    both("c");
    Set<String> forced = disk.forced();
    powerFails();

    assertThat(forced).containsExactlyInAnyOrder("us-south", "jp-tok");
    assertThat(journals.said())
        .containsExactly(
            "directory=" + directory + " error=java.io.IOException: no fsync of journal.0");
    assertThat(drain(dallas)).isEqualTo(lines("made", "a", "b", "c"));
    assertThat(drain(tokyo)).isEqualTo(lines("made", "a", "b", "c"));
  }

  @Test
  void aJournalThatSomebodyDeletesIsNotUsedAnyMore() throws Exception {
    makeJournal();
    both("a");
    Path file = directory.resolve("journal.0");
    Files.delete(file);
    both("b");
    disk.forced();
    both("c");
    Set<String> forced = disk.forced();
    run(background);
    powerFails();

    assertThat(forced).containsExactlyInAnyOrder("us-south", "jp-tok");
    assertThat(journals.said())
        .containsExactly(
            "directory="
                + directory
                + " error=java.nio.file.FileSystemException: "
                + file
                + ": somebody has deleted, replaced or cut it");
    assertThat(drain(dallas)).isEqualTo(lines("made", "a", "b", "c"));
    assertThat(drain(tokyo)).isEqualTo(lines("made", "a", "b", "c"));
  }

  /** Else a start would write over what came in its place. */
  @Test
  void whatWasGivenBackIsNotFoundInTheJournal() throws Exception {
    makeJournal();
    both("a");
    disk.fail(file -> true);
    CompletableFuture<Void> lost = append(dallas, "lost");
    CompletableFuture<Void> alsoLost = append(tokyo, "lost");
    commit();
    assertThatThrownBy(() -> append(dallas, "early"))
        .isInstanceOf(IOException.class)
        .hasMessage("no fsync of journal.0");
    disk.work();
    both("b");

    start();

    assertThat(lost).isCompletedExceptionally();
    assertThat(alsoLost).isCompletedExceptionally();
    assertThat(drain(dallas)).isEqualTo(lines("made", "a", "b"));
    assertThat(drain(tokyo)).isEqualTo(lines("made", "a", "b"));
  }

  @Test
  void whatOnlyTheJournalHasStaysThereWhenTheFsyncOfItsSegmentFails() throws Exception {
    makeJournal();
    both("a");
    disk.fail(file -> file.toString().contains("us-south"));
    CompletableFuture<Void> lost = append(dallas, many());
    commit();
    disk.work();
    both("b");
    journal.close();
    disk.losePower();
    start();

    assertThat(lost).isCompletedExceptionally();
    assertThat(drain(dallas)).isEqualTo(lines("made", "a", "b"));
  }

  @Test
  void aFileOfTheJournalIsKeptWhileALogCannotBeForced() throws Exception {
    makeJournal();
    for (String id : List.of("a", "b", "c", "d", "e")) {
      both(id);
    }
    disk.fail(file -> file.toString().contains("us-south"));
    run(background);
    for (String id : List.of("f", "g", "h")) {
      append(tokyo, id);
      commit();
    }
    CompletableFuture<Void> forced = append(tokyo, "i");
    commit();
    powerFails();

    assertThat(forced).isCompleted();
    assertThat(drain(dallas)).isEqualTo(lines("made", "a", "b", "c", "d", "e"));
    assertThat(drain(tokyo)).isEqualTo(lines("made", "a", "b", "c", "d", "e", "f", "g", "h", "i"));
  }

  @Test
  void aSegmentThatSomebodyDeletesTakesNothingMoreAndTheLogGoesOn() throws Exception {
    makeJournal();
    both("a");
    Path segment = LogFixture.data(directory.resolve("us-south"), 0);
    Files.delete(segment);

    CompletableFuture<Void> lost = append(dallas, "lost");
    CompletableFuture<Void> kept = append(tokyo, "b");
    commit();
    append(dallas, "b");
    commit();

    assertThatThrownBy(lost::get)
        .hasRootCauseMessage(
            segment + ": somebody has deleted or replaced this segment of the spool");
    assertThat(kept).isCompleted();
    assertThat(drain(dallas)).isEqualTo(lines("made", "a", "b"));
    assertThat(drain(tokyo)).isEqualTo(lines("made", "a", "b"));
  }

  /** What is acknowledged is not given back, whoever sees an fsync fail at that moment. */
  @Test
  void aLogIsNotGivenBackWhileItIsJournaled() throws Exception {
    AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
    begin(4 * PAGE, 5L * LINE);
    journalDisk =
        file -> {
          meanwhile.getAndSet(() -> {}).run();
          disk.force(file);
        };
    makeJournal();
    both("a");
    CompletableFuture<Void> acknowledged = append(dallas, "b", "c", "d");
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<Exception> refused = new AtomicReference<>();
    Thread rolls =
        new Thread(
            () -> {
              begun.countDown();
              try {
                append(dallas, "refused");
              } catch (IOException e) {
                refused.set(e);
              }
            });
    meanwhile.set(
        () -> {
          disk.fail(file -> file.toString().contains("us-south"));
          rolls.start();
          await(begun, rolls);
          disk.fail(file -> file.toString().contains("us-south"));
        });
    append(tokyo, "b");

    commit();
    rolls.join();
    disk.work();
    powerFails();

    assertThat(acknowledged).isCompleted();
    assertThat(refused.get()).hasMessage("no fsync of 00000000000000000000.ndjson");
    assertThat(drain(dallas)).isEqualTo(lines("made", "a", "b", "c", "d"));
  }

  /** Until it has tried its fsync and waits. */
  private static void await(CountDownLatch begun, Thread thread) {
    try {
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    while (!STOPPED.contains(thread.getState())) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aStopLeavesNoJournal() throws Exception {
    makeJournal();
    both("a");
    journal.close();
    assertThat(LogFixture.files(directory)).containsExactly("jp-tok", "us-south");
    disk.losePower();

    start();

    assertThat(drain(dallas)).isEqualTo(lines("made", "a"));
    assertThat(drain(tokyo)).isEqualTo(lines("made", "a"));
  }

  @Test
  void aJournalThatIsClosedBeforeItIsMadeIsNotUsed() throws Exception {
    both("a");
    journal.close();
    run(background);
    disk.forced();

    both("b");

    assertThat(disk.forced()).containsExactlyInAnyOrder("us-south", "jp-tok");
  }

  /** Also where its length does not tell it from the one that was journaled. */
  @ParameterizedTest
  @ValueSource(strings = {"z", "other z"})
  void anotherLogUnderTheSameNameIsLeftAlone(String events) throws Exception {
    makeJournal();
    both("a");
    Path own = directory.resolve("us-south");
    for (String file : LogFixture.files(own)) {
      Files.delete(own.resolve(file));
    }
    dallas = open("us-south", LARGE);
    String[] ids = events.split(" ");
    append(dallas, ids);
    dallas.force();

    start();

    assertThat(drain(dallas)).isEqualTo(lines(ids));
    assertThat(drain(tokyo)).isEqualTo(lines("made", "a"));
  }

  @Test
  void aLogWhoseDirectoryIsGoneIsNotMadeAgain() throws Exception {
    makeJournal();
    both("a");
    Path own = directory.resolve("us-south");
    for (String file : LogFixture.files(own)) {
      Files.delete(own.resolve(file));
    }
    Files.delete(own);

    JournalReplay.run(directory);

    assertThat(own).doesNotExist();
    assertThat(replays.said())
        .containsExactly(
            String.format(
                "destination=us-south segment=%s offset=%d",
                LogFixture.data(own, 0), line("made").length()));
  }

  @Test
  void whatIsDeliveredIsNotReplayed() throws Exception {
    makeJournal();
    both("a");
    drain(dallas);
    Files.write(LogFixture.data(directory.resolve("us-south"), 0), new byte[0]);

    JournalReplay.run(directory);

    assertThat(replays.said()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 16, 20, 24, 40, 60, 200})
  void aRecordThatIsTornIsNone(int at) throws Exception {
    makeJournal();
    both("a");
    both("b");
    disk.losePower();
    flip(directory.resolve("journal.0"), PAGE + at);

    start();

    assertThat(drain(dallas)).isEqualTo(lines("made", "a"));
    assertThat(drain(tokyo)).isEqualTo(lines("made", "a"));
  }

  /** What a file had before it was written over begins where the last new record ends. */
  @Test
  void whatLiesBehindTheLastRecordIsOfAnEarlierTurn() throws Exception {
    makeJournal();
    both("a");
    both("b");
    disk.losePower();
    Path file = directory.resolve("journal.0");
    byte[] records = Files.readAllBytes(file);
    byte[] first = Arrays.copyOf(records, PAGE);
    System.arraycopy(records, PAGE, records, 0, PAGE);
    System.arraycopy(first, 0, records, PAGE, PAGE);
    Files.write(file, records);

    start();

    assertThat(drain(dallas)).isEqualTo(lines("made"));
    assertThat(drain(tokyo)).isEqualTo(lines("made"));
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 0x10;
    Files.write(file, bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, PAGE, PAGE + 30})
  void aJournalThatIsShortIsReadAsFarAsItGoes(int length) throws Exception {
    makeJournal();
    both("a");
    disk.losePower();
    try (var file =
        Files.newByteChannel(directory.resolve("journal.0"), StandardOpenOption.WRITE)) {
      file.truncate(length);
    }

    start();

    assertThat(drain(dallas)).isEqualTo(length < PAGE ? line("made") : lines("made", "a"));
  }

  @Test
  void aRecordSaysWhereItEnds() throws Exception {
    makeJournal();
    append(dallas, "a");
    ByteBuffer record = ByteBuffer.allocate(2 * PAGE);
    List<Unforced> one = List.of(dallas.beginJournaling());

    JournalRecord.write(7, one, record);

    assertThat(record.limit()).isEqualTo(PAGE);
    assertThat(JournalRecord.size(one)).isEqualTo(PAGE);
    assertThat(JournalRecord.next(record, 0)).isEqualTo(PAGE);
    JournalRecord read = JournalRecord.read(record, 0).orElseThrow();
    assertThat(read.number()).isEqualTo(7);
    assertThat(read.stretches()).hasSize(1);
    JournalRecord.Stretch stretch = read.stretches().get(0);
    assertThat(stretch.destination()).isEqualTo("us-south");
    assertThat(stretch.log()).isEqualTo(dallas.id());
    assertThat(stretch.base()).isZero();
    assertThat(stretch.from()).isEqualTo(line("made").length());
    byte[] events = new byte[stretch.events().remaining()];
    stretch.events().get(events);
    assertThat(new String(events, StandardCharsets.UTF_8)).isEqualTo(line("a"));
  }

  /**
   * Whatever happens: what was acknowledged is there, once and in its order, and what was given
   * back is not.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void nothingIsLostWhateverFails(long seed) throws Exception {
    Random random = new Random(seed);
    begin(3 * PAGE, 40L * LINE);
    List<Sent> sent = new ArrayList<>();
    Map<String, StringBuilder> arrived = new HashMap<>();
    for (int run = 0; run < 4; run++) {
      for (int step = 0; step < 150; step++) {
        act(random, sent, arrived);
      }
      disk.work();
      settle(sent);
      send(dallas, sent); // what was given back is not there any more once something follows it
      send(tokyo, sent);
      settle(sent);
      if (random.nextBoolean()) {
        disk.losePower();
      } else if (random.nextBoolean()) {
        journal.close();
      }
      JournalReplay.run(directory);
      begin(3 * PAGE, 40L * LINE);
    }

    for (SpoolLog log : List.of(dallas, tokyo)) {
      String all = arrived.getOrDefault(log.destination(), new StringBuilder()) + drain(log);
      assertThat(ids(all)).containsExactlyElementsOf(acknowledged(sent, log.destination()));
    }
  }

  /** An append, and whether its source was told that it is on disk. */
  private record Sent(String destination, String id, CompletableFuture<Void> onDisk) {

    boolean isAcknowledged() {
      return onDisk.isDone() && !onDisk.isCompletedExceptionally();
    }
  }

  private void act(Random random, List<Sent> sent, Map<String, StringBuilder> arrived)
      throws IOException {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> send(dallas, sent);
      case 3, 4 -> send(tokyo, sent);
      case 5 -> commit();
      case 6 -> run(background);
      case 7 -> deliver(dallas, arrived);
      case 8 -> deliver(tokyo, arrived);
      default -> {
        String failing = List.of("us-south", "journal", "", "-").get(random.nextInt(4));
        disk.fail(file -> random.nextInt(3) == 0 && file.toString().contains(failing));
      }
    }
  }

  private static void deliver(SpoolLog log, Map<String, StringBuilder> arrived) throws IOException {
    if (LogFixture.next(log) != null) {
      arrived
          .computeIfAbsent(log.destination(), first -> new StringBuilder())
          .append(LogFixture.text(LogFixture.deliver(log)));
      log.reclaim();
    }
  }

  private static void send(SpoolLog log, List<Sent> sent) {
    String id = "e" + sent.size();
    try {
      sent.add(new Sent(log.destination(), id, append(log, id)));
    } catch (IOException e) {
      // given back
    }
  }

  /** What is under way comes to an end, so that each event is either acknowledged or given back. */
  private void settle(List<Sent> sent) {
    commit();
    assertThat(sent).allMatch(one -> one.onDisk().isDone());
  }

  private static List<String> acknowledged(List<Sent> sent, String destination) {
    return sent.stream()
        .filter(one -> one.destination().equals(destination) && one.isAcknowledged())
        .map(Sent::id)
        .toList();
  }

  private static List<String> ids(String events) {
    return events.lines().map(event -> event.split("\"")[3]).toList();
  }
}
