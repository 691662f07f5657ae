package io.registryrouter.spool;

import static io.registryrouter.spool.Groups.line;
import static io.registryrouter.spool.Groups.lines;
import static io.registryrouter.spool.LogFixture.append;
import static io.registryrouter.spool.LogFixture.drain;
import static io.registryrouter.spool.LogFixture.next;
import static io.registryrouter.spool.LogFixture.open;
import static io.registryrouter.spool.LogFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What an fsync that fails, or is overtaken, does to a log. */
class FailingFsyncTest {

  private static final int LINE = line("a").length();

  @RegisterExtension final Warnings errors = new Warnings(SpoolLog.class);
  @TempDir Path directory;

  /** What the next calls of the disk do, instead of syncing. */
  private final Deque<SpoolLog.Disk> next = new ArrayDeque<>();

  private void disk(Segment segment) throws IOException {
    SpoolLog.Disk instead = next.poll();
    if (instead != null) {
      instead.force(segment);
    } else {
      segment.force();
    }
  }

  private static void fail(Segment segment) throws IOException {
    throw new IOException("no disk under " + segment.base());
  }

  @Test
  void aFailedFsyncAcknowledgesNothingAndTheLogGoesOn() throws Exception {
    SpoolLog log = open(directory, 1 << 20, this::disk);
    append(log, "a").get();
    next.add(FailingFsyncTest::fail);

    CompletableFuture<Void> lost = append(log, "lost");
    append(log, "b").get();

    assertThatThrownBy(lost::get).hasRootCauseMessage("no disk under 0");
    assertThat(log.backlog()).isEqualTo(2);
    assertThat(drain(log)).isEqualTo(lines("a", "b"));
  }

  /** A power failure leaves of an index any state that it had since it was forced last. */
  @Test
  void whatAnEarlierAttemptLeftInTheIndexDoesNotComeBackWithAPowerFailure() throws Exception {
    AtomicReference<byte[]> onDisk = new AtomicReference<>();
    SpoolLog.Disk disk =
        new SpoolLog.Disk() {
          @Override
          public void force(Segment segment) throws IOException {
            if (onDisk.get() == null) {
              onDisk.set(Files.readAllBytes(LogFixture.index(directory, 0)));
              throw new IOException("no disk");
            }
            segment.force();
          }

          @Override
          public void forceIndex(Segment segment) throws IOException {
            segment.forceIndex();
            onDisk.set(Files.readAllBytes(LogFixture.index(directory, 0)));
          }
        };
    SpoolLog log = open(directory, 1 << 20, disk);
    CompletableFuture<Void> lost = append(log, "an earlier attempt");
    append(log, "a").get();
    log.close();
    Files.write(LogFixture.index(directory, 0), onDisk.get());

    assertThatThrownBy(lost::get).hasRootCauseMessage("no disk");
    assertThat(drain(open(directory))).isEqualTo(lines("a"));
  }

  @Test
  void whileASegmentIsForcedItIsNotReclaimed() throws Exception {
    SpoolLog log = open(directory, 1 << 20, this::disk);
    append(log, "a").get();
    drain(log);
    next.add(segment -> log.reclaim());

    log.force();
    List<String> during = LogFixture.files(directory);
    log.reclaim();

    assertThat(during).contains(name(0)).doesNotContain(name(LINE));
    assertThat(LogFixture.files(directory)).contains(name(LINE)).doesNotContain(name(0));
  }

  private static String name(long base) {
    return Segment.name(base) + Segment.DATA;
  }

  @Test
  void theFirstFsyncOfALogMayFail() throws Exception {
    SpoolLog log = open(directory, 1 << 20, this::disk);
    next.add(FailingFsyncTest::fail);

    CompletableFuture<Void> lost = append(log, "lost");
    append(log, "b").get();

    assertThat(lost).isCompletedExceptionally();
    assertThat(drain(log)).isEqualTo(line("b"));
  }

  /** As when an fsync fails behind a segment that could not be made either. */
  @Test
  void whatIsLeftOfASegmentBehindWhatIsGivenBackIsInNobodysWay() throws Exception {
    SpoolLog log = open(directory, 1 << 20, this::disk);
    append(log, "a").get();
    next.add(FailingFsyncTest::fail);
    Files.createFile(LogFixture.data(directory, 2L * LINE));
    append(log, "lost");
    append(log, "b").get();
    append(log, "c").get();
    log.close();

    assertThat(drain(open(directory))).isEqualTo(lines("a", "b", "c"));
  }

  @Test
  void aLogIsWholeAfterAFailedFsyncAndAKill() throws Exception {
    SpoolLog log = open(directory, 1 << 20, this::disk);
    append(log, "a").get();
    next.add(FailingFsyncTest::fail);
    append(log, "lost");
    append(log, "b").get();

    SpoolLog again = open(directory);

    assertThat(again.backlog()).isEqualTo(2);
    assertThat(drain(again)).isEqualTo(lines("a", "b"));
  }

  @Test
  void eventsWrittenWhileAnFsyncFailsAreNotAcknowledgedByTheNextOne() throws Exception {
    SpoolLog log = open(directory, 1 << 20, this::disk);
    append(log, "a").get();
    Deque<CompletableFuture<Void>> during = new ArrayDeque<>();
    next.add(
        segment -> {
          during.add(append(log, "during"));
          fail(segment);
        });

    CompletableFuture<Void> lost = append(log, "lost");

    assertThat(lost).isCompletedExceptionally();
    assertThatThrownBy(during.remove()::get)
        .hasRootCauseMessage("an fsync of the spool failed; its events are given back");
    assertThat(drain(log)).isEqualTo(line("a"));
    assertThat(log.backlog()).isZero();
  }

  @Test
  void eventsWrittenDuringAnFsyncAreNotAcknowledgedByIt() throws Exception {
    SpoolLog log = open(directory, 1 << 20, this::disk);
    Deque<CompletableFuture<Void>> during = new ArrayDeque<>();
    next.add(
        segment -> {
          during.add(append(log, "during"));
          segment.force();
        });
    next.add(FailingFsyncTest::fail);

    CompletableFuture<Void> kept = append(log, "a");

    assertThat(kept).isCompleted();
    assertThatThrownBy(during.remove()::get).hasRootCauseMessage("no disk under 0");
    assertThat(drain(log)).isEqualTo(line("a"));
  }

  @Test
  void whatIsGivenBackRightBehindItsFsyncIsNotAcknowledgedByIt() throws Exception {
    SpoolLog log = open(directory, LINE, this::disk);
    append(log, "a").get();
    next.add(Segment::force); // "a" when the next segment begins
    next.add(
        segment -> {
          segment.force();
          next.add(FailingFsyncTest::fail);
          assertThatThrownBy(() -> append(log, "c")).hasMessage("no disk under " + LINE);
        });

    CompletableFuture<Void> lost = append(log, "b");
    append(log, "d").get();

    assertThatThrownBy(lost::get)
        .hasRootCauseMessage("an fsync of the spool failed; its events are given back");
    assertThat(drain(log)).isEqualTo(lines("a", "d"));
    assertThat(log.backlog()).isZero();
  }

  @Test
  void aFailedFsyncTakesBackTheSegmentsBegunSince() throws Exception {
    SpoolLog log = open(directory, LINE, this::disk);
    append(log, "a").get();
    next.add(Segment::force); // "a" when the next segment begins
    next.add(
        segment -> {
          append(log, "c"); // rolls once more
          fail(segment);
        });

    CompletableFuture<Void> lost = append(log, "b");
    append(log, "d").get();

    assertThat(lost).isCompletedExceptionally();
    assertThat(drain(log)).isEqualTo(lines("a", "d"));
    log.close();
    assertThat(open(directory).backlog()).isZero();
  }

  @Test
  void aSegmentIsOnDiskBeforeTheNextOneBegins() throws Exception {
    SpoolLog log = open(directory, LINE, this::disk);
    append(log, "a").get();
    next.add(FailingFsyncTest::fail);

    assertThatThrownBy(() -> append(log, "b"))
        .isInstanceOf(IOException.class)
        .hasMessage("no disk under 0");

    assertThat(LogFixture.files(directory))
        .containsExactly(
            "00000000000000000000.index",
            "00000000000000000000.ndjson",
            Segment.name(LINE) + ".index",
            Segment.name(LINE) + ".ndjson",
            "cursor");
    append(log, "c").get();
    assertThat(drain(log)).isEqualTo(lines("a", "c"));
  }

  /** A crash may leave the last one torn, and no other. */
  @Test
  void theIndexOfASegmentIsOnDiskBeforeTheNextOneBegins() throws Exception {
    List<String> forced = new ArrayList<>();
    SpoolLog.Disk disk =
        new SpoolLog.Disk() {
          @Override
          public void force(Segment segment) throws IOException {
            forced.add("events of " + segment.base());
            segment.force();
          }

          @Override
          public void forceIndex(Segment segment) throws IOException {
            forced.add("index of " + segment.base() + " of " + LogFixture.files(directory));
            segment.forceIndex();
          }
        };
    SpoolLog log = open(directory, LINE, disk);
    append(log, "a").get();

    append(log, "b").get();

    assertThat(forced)
        .containsExactly(
            "events of 0",
            "events of 0",
            "index of 0 of [00000000000000000000.index, 00000000000000000000.ndjson, cursor]",
            "events of " + LINE);
  }

  @Test
  void aLogThatIsClosedDuringAnFsyncAcknowledgesNothingAndLeavesItsFilesAlone() throws Exception {
    SpoolLog log = open(directory, 1 << 20, this::disk);
    append(log, "a").get();
    next.add(
        segment -> {
          log.close();
          segment.force();
        });

    CompletableFuture<Void> unsure = append(log, "b");

    assertThat(unsure).isCompletedExceptionally();
    assertThat(LogFixture.files(directory))
        .containsExactly("00000000000000000000.index", "00000000000000000000.ndjson", "cursor");
    assertThat(drain(open(directory))).isEqualTo(lines("a", "b"));
  }

  @Test
  void aSegmentThatSomebodyDeletesTakesNothingMoreAndTheLogGoesOn() throws Exception {
    SpoolLog log = open(directory);
    append(log, "a").get();
    Path segment = LogFixture.data(directory, 0);
    Files.delete(segment);

    CompletableFuture<Void> lost = append(log, "lost");
    append(log, "b").get();

    String why = segment + ": somebody has deleted or replaced this segment of the spool";
    assertThatThrownBy(lost::get).hasRootCauseMessage(why);
    assertThat(errors.said())
        .containsExactly("destination=us-south error=java.nio.file.NoSuchFileException: " + why);
    assertThat(drain(log)).isEqualTo(lines("a", "b"));
  }

  @Test
  void anEmptySegmentThatSomebodyDeletesIsMadeAgain() throws Exception {
    SpoolLog log = open(directory);
    Files.delete(LogFixture.data(directory, 0));

    CompletableFuture<Void> lost = append(log, "lost");
    append(log, "a").get();

    assertThat(lost).isCompletedExceptionally();
    log.close();
    assertThat(drain(open(directory))).isEqualTo(line("a"));
  }

  @Test
  void aLogWithoutItsDirectoryTakesNothingUntilItIsThereAgain() throws Exception {
    Path own = directory.resolve("us-south");
    Path moved = directory.resolve("moved");
    SpoolLog log = open(own);
    append(log, "a").get();
    Files.move(own, moved);

    assertThat(append(log, "lost")).isCompletedExceptionally();
    assertThatThrownBy(() -> append(log, "lost"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(own.toString());

    Files.move(moved, own);
    append(log, "b").get();
    assertThat(drain(log)).isEqualTo(lines("a", "b"));
  }

  @Test
  void aDeletedSegmentIsAsGoodAsOnDisk() throws Exception {
    Segment segment = Segment.create(directory, 0);
    segment.delete();

    segment.force();

    assertThat(LogFixture.files(directory)).isEmpty();
  }

  @Test
  void anErrorDuringAnFsyncIsHeardOfAndTheNextIsServed() throws Exception {
    SpoolLog log = open(directory, 1 << 20, this::disk);
    next.add(
        segment -> {
          throw new OutOfMemoryError("a test");
        });

    CompletableFuture<Void> first = append(log, "a");
    CompletableFuture<Void> second = append(log, "b");

    assertThatThrownBy(first::get).hasRootCauseMessage("a test");
    assertThat(second).isCompleted();
    assertThat(text(next(log))).endsWith(line("b"));
  }
}
