package io.registryrouter.spool;

import static io.registryrouter.spool.Groups.line;
import static io.registryrouter.spool.Groups.lines;
import static io.registryrouter.spool.LogFixture.append;
import static io.registryrouter.spool.LogFixture.drain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.registryrouter.support.Warnings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What fails, and what it meets, while events are in the journal only. */
@Timeout(60)
class JournalFaultsTest extends JournaledLogs {

  private static final int LINE = line("a").length();

  /**
   * Two fsyncs of one file at once (commit thread and settler), the disk fails: Linux reports that
   * to one of the two only (errseq, once a struct file), the other hears success.
   */
  @Test
  void theSettlerHearsSuccessOfAnFsyncWhoseErrorTheCommitThreadHears() throws Exception {
    makeJournal();
    for (String id : List.of("a", "b", "c", "d", "e")) {
      both(id); // "e" turns the files; the settler has a task
    }
    for (String id : List.of("f", "g", "h")) {
      append(tokyo, id);
      commit();
    }
    // the next finds no room in the journal: each is forced alone, while the settler forces too
    Deque<Runnable> settler = new ArrayDeque<>(background);
    background.clear();
    disk.fail(file -> file.toString().contains("us-south"));
    AtomicInteger calls = new AtomicInteger();
    logDisk =
        segment -> {
          boolean first =
              segment.dataFile().toString().contains("us-south") && calls.getAndIncrement() == 0;
          try {
            disk.force(segment); // the first fails
          } catch (IOException e) {
            disk.work();
            if (first) {
              Thread other = new Thread(() -> run(settler), "spool-journal");
              other.setDaemon(true);
              startAndAwait(other); // its fsync returns, and hears no error
            }
            throw e;
          }
        };
    CompletableFuture<Void> acknowledged = append(dallas, "x", "y");
    append(tokyo, "i");
    commit();
    boolean wasAcknowledged = acknowledged.isDone() && !acknowledged.isCompletedExceptionally();
    powerFails();

    String all = drain(dallas);
    String expected = lines("made", "a", "b", "c", "d", "e");
    assertThat(wasAcknowledged).isFalse();
    assertThat(all).startsWith(expected);
  }

  /**
   * While a thread that saw an fsync fail waits for the journal it has let go of the monitor, and
   * nothing says yet that the fsync failed: another append rolls, hears success, and what only the
   * journal has passes for forced.
   */
  @Test
  void whileAFailureWaitsForTheJournalAnotherAppendRolls() throws Exception {
    begin(4 * PAGE, 5L * LINE);
    makeJournal();
    both("a");
    CompletableFuture<Void> acknowledged = append(dallas, "b", "c", "d");
    append(tokyo, "b");
    AtomicReference<Exception> first = new AtomicReference<>();
    Thread rolls =
        new Thread(
            () -> {
              try {
                append(dallas, "refused");
              } catch (IOException e) {
                first.set(e);
              }
            });
    AtomicReference<Runnable> meanwhile =
        new AtomicReference<>(
            () -> {
              disk.fail(file -> file.toString().contains("us-south"));
              startAndAwait(rolls);
              disk.work(); // Linux says it once
              appendMeanwhile("second");
            });
    journalDisk =
        file -> {
          meanwhile.getAndSet(() -> {}).run();
          disk.force(file);
        };
    commit();
    rolls.join();
    boolean wasAcknowledged = acknowledged.isDone() && !acknowledged.isCompletedExceptionally();
    // the files turn until what the journal has of dallas is written over
    for (int i = 0; i < 12; i++) {
      append(tokyo, "t" + i);
      commit();
      run(background);
    }
    powerFails();

    String all = drain(dallas);
    assertThat(wasAcknowledged).isTrue();
    assertThat(all).startsWith(lines("made", "a", "b", "c", "d"));
  }

  /** Somebody deletes the journal's files while the router runs. */
  @Test
  void aJournalThatSomebodyDeletesIsNotUsedAnyMore() throws Exception {
    makeJournal();
    both("a");
    journalDisk =
        file -> {
          file.force(); // as Spools does; of a deleted file it succeeds
          if (file.isInPlace()) {
            disk.force(file);
          }
        };
    Files.delete(directory.resolve("journal.0"));
    Files.delete(directory.resolve("journal.1"));
    both("b");
    both("c");
    disk.losePower();
    start();

    assertThat(drain(dallas)).endsWith(lines("b", "c"));
  }

  /** fsync of the segment fails, cannot be mended, and the router is killed or restarted. */
  @Test
  void aReplayWritesAgainWhatAnFsyncThatFailedMayNotHaveBroughtToDisk() throws Exception {
    makeJournal();
    both("a");
    disk.fail(file -> file.toString().contains("us-south"));
    dallas.reading(true);
    CompletableFuture<Void> lost = append(dallas, many());
    commit(); // too much for a record: forced alone, which fails, and mending fails as well
    assertThat(lost).isCompletedExceptionally();

    // killed; the next start is on a disk that works again but has forgotten nothing of its pages
    JournalReplay.run(directory);
    disk.work();
    for (String name : List.of("us-south", "jp-tok")) { // its fsync, on the same disk
      Path own = directory.resolve(name);
      Segment segment = Segment.open(own, 0);
      disk.force(segment);
      segment.close();
    }
    disk.losePower(); // once more
    start();

    assertThat(drain(dallas)).startsWith(lines("made", "a"));
  }

  /** The executor ends while rounds are under way, as in Spools.close. */
  @Test
  void nobodyWaitsForAnotherWhenTheExecutorEnds() throws Exception {
    AtomicInteger tasks = new AtomicInteger();
    Deque<Runnable> first = new ArrayDeque<>();
    commits =
        new Commits(
            task -> {
              if (tasks.getAndIncrement() > 0) {
                throw new RejectedExecutionException("ended");
              }
              first.add(task);
            },
            Optional.empty());
    dallas = open("a-dallas", LARGE);
    tokyo = open("a-tokyo", LARGE);
    append(tokyo, "first");
    Thread commit = new Thread(() -> first.remove().run(), "spool-commit");
    Thread appends =
        new Thread(
            () -> {
              try {
                append(tokyo, "c");
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            },
            "appender");
    AtomicReference<Runnable> meanwhile =
        new AtomicReference<>(
            () -> {
              try { // while the first round is under way, both wait for the next one
                append(dallas, "b")
                    .whenComplete(
                        (done, failure) -> {
                          appends.start(); // and another append comes to tokyo at this moment
                          long until = System.nanoTime() + 1_000_000_000L;
                          while (appends.getState() != Thread.State.BLOCKED
                              && System.nanoTime() < until) {
                            Thread.onSpinWait();
                          }
                        });
                append(tokyo, "b");
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    logDisk =
        segment -> {
          meanwhile.getAndSet(() -> {}).run();
          segment.force();
        };
    commit.setDaemon(true);
    appends.setDaemon(true);
    commit.start();
    commit.join(60_000);
    appends.join(60_000);

    assertThat(commit.getState()).isEqualTo(Thread.State.TERMINATED);
    assertThat(appends.getState()).isEqualTo(Thread.State.TERMINATED);
  }

  /** Something unforeseen in a round: who waits must hear of it, and the next be served. */
  @Test
  void anErrorWhileARoundEndsIsHeardOf() throws Exception {
    makeJournal();
    Marker marker = new Marker();
    Logger logger = (Logger) LoggerFactory.getLogger(SpoolLog.class);
    disk.fail(file -> file.toString().contains("us-south"));
    append(dallas, many());
    commit(); // dallas is in trouble
    disk.work();
    CompletableFuture<Void> a = append(dallas, "a");
    CompletableFuture<Void> b = append(tokyo, "a");
    marker.start();
    logger.addAppender(marker); // the log's "takes events again" meets an error
    try {
      commit();
    } catch (Throwable e) {
      // it may be refused; what is acknowledged is looked at below
    } finally {
      logger.detachAppender(marker);
    }
    CompletableFuture<Void> c = append(tokyo, "b");
    commit();

    assertThat(a.isDone()).as("a").isTrue();
    assertThat(b.isDone()).as("b").isTrue();
    assertThat(c.isDone()).as("the next").isTrue();
  }

  @Test
  void aFailedFsyncGivesBackThoughTheSettlerGetsNoThread() throws Exception {
    makeJournal();
    CompletableFuture<Void> during = appendedWhileAnFsyncFails();
    settler =
        task -> {
          settler = background::add;
          throw new OutOfMemoryError("unable to create native thread");
        };

    CompletableFuture<Void> lost = append(dallas, many());
    commit();
    commit();

    assertGivenBack(lost, during);
  }

  @Test
  void aFailedFsyncGivesBackThoughItCannotBeSaid() throws Exception {
    makeJournal();
    CompletableFuture<Void> during = appendedWhileAnFsyncFails();
    Marker marker = new Marker();
    marker.start();
    Logger logger = (Logger) LoggerFactory.getLogger(SpoolLog.class);
    logger.addAppender(marker);

    CompletableFuture<Void> lost;
    try {
      lost = append(dallas, many());
      commit();
    } finally {
      logger.detachAppender(marker);
    }
    commit();

    assertGivenBack(lost, during);
  }

  /** During the next fsync, which fails as on Linux: once. */
  private CompletableFuture<Void> appendedWhileAnFsyncFails() {
    CompletableFuture<Void> appended = new CompletableFuture<>();
    logDisk =
        segment -> {
          logDisk = disk;
          append(dallas, "during")
              .whenComplete(
                  (done, failure) -> {
                    if (failure == null) {
                      appended.complete(null);
                    } else {
                      appended.completeExceptionally(failure);
                    }
                  });
          disk.fail(file -> file.toString().contains("us-south"));
          try {
            disk.force(segment);
          } finally {
            disk.work();
          }
        };
    return appended;
  }

  private void assertGivenBack(CompletableFuture<Void> lost, CompletableFuture<Void> during)
      throws Exception {
    append(dallas, "again");
    commit();
    run(background);
    powerFails();

    assertThat(lost).isCompletedExceptionally();
    assertThat(during).isCompletedExceptionally();
    assertThat(drain(dallas)).isEqualTo(lines("made", "again"));
  }

  private static final class Marker extends UnsynchronizedAppenderBase<ILoggingEvent> {
    @Override
    public void doAppend(ILoggingEvent event) {
      throw new OutOfMemoryError("a test");
    }

    @Override
    protected void append(ILoggingEvent event) {}
  }

  /** router.spool.fsync=false, and the next segment cannot be made for a moment. */
  @Test
  void withoutFsyncNothingIsForcedNorWrittenAgain() throws Exception {
    fsync = false;
    begin(4 * PAGE, 2L * LINE);
    append(dallas, "a");
    append(dallas, "b");
    Path inTheWay = LogFixture.data(directory.resolve("us-south"), 2L * LINE);
    Files.createDirectory(inTheWay);
    try {
      append(dallas, "c");
    } catch (IOException e) {
      // as it has to be
    }
    Files.delete(inTheWay);
    logDisk =
        segment -> {
          throw new IOException("an fsync");
        };
    append(dallas, "c");

    assertThat(drain(dallas)).isEqualTo(lines("a", "b", "c"));
  }

  /** A file system may drop pages that it could not write (ext4 without room, xfs of old). */
  @Test
  void whatADiskHasDroppedIsNotWrittenOverWithWhatIsThereInstead() throws Exception {
    makeJournal();
    both("a");
    logDisk =
        segment -> {
          if (segment.dataFile().toString().contains("us-south")) {
            byte[] bytes = Files.readAllBytes(segment.dataFile());
            for (int i = LINE + 3; i < bytes.length; i++) {
              bytes[i] = 0; // what was there was never written, and is not in memory any more
            }
            try (var out = Files.newByteChannel(segment.dataFile(), StandardOpenOption.WRITE)) {
              out.write(ByteBuffer.wrap(bytes));
            }
            logDisk = disk;
            throw new IOException("no room");
          }
          disk.force(segment);
        };
    append(dallas, many());
    commit();
    journal.close(); // "leaves nothing to be replayed"
    start();

    assertThat(drain(dallas)).startsWith(lines("made", "a"));
  }

  /** Full disk: a delivered segment is let go of, and the cursor cannot be forced. */
  @Test
  void aReclaimBehindWhatOnlyTheJournalHas() throws Exception {
    makeJournal();
    both("a");
    drain(dallas);
    logDisk =
        new SpoolLog.Disk() {
          @Override
          public void force(Segment segment) throws IOException {
            disk.force(segment);
          }

          @Override
          public void force(Cursor cursor) throws IOException {
            throw new IOException("no fsync of the cursor");
          }
        };
    dallas.reclaim(); // it may do nothing; what is acknowledged is looked at below
    for (int i = 0; i < 12; i++) { // its record is written over
      append(tokyo, "t" + i);
      commit();
      run(background);
    }
    String cursor = Files.readString(directory.resolve("us-south/cursor"));
    // on disk the cursor is where it was forced last
    Files.writeString(
        directory.resolve("us-south/cursor"),
        cursor
            .replaceAll("\"offset\":\\d+", "\"offset\":0")
            .replaceAll("\"inFlightTo\":\\d+", "\"inFlightTo\":0"));
    disk.losePower();
    Warnings repairs = new Warnings(Repair.class);
    repairs.beforeEach(null);
    start();
    repairs.afterEach(null);
    assertThat(repairs.said()).isEmpty();
  }

  /** What forgetFailed is for: the first append of a segment is given back. */
  @Test
  void whatWasGivenBackAtTheBeginningOfASegmentIsNotFoundInTheJournal() throws Exception {
    makeJournal();
    both("a");
    drain(dallas);
    dallas.reclaim(); // the next append is the first of its segment
    disk.fail(file -> true);
    CompletableFuture<Void> lost = append(dallas, "lost");
    append(tokyo, "lost");
    commit();
    disk.work();
    CompletableFuture<Void> kept = append(dallas, "kept");
    commit();

    start(); // after a kill

    assertThat(lost).isCompletedExceptionally();
    assertThat(kept).isCompleted();
    assertThat(drain(dallas)).isEqualTo(line("kept"));
  }

  /** What is left of a segment that could not be made would take away what is written there. */
  @Test
  void makingRoomDoesNotPassForMending() throws Exception {
    int full = lines("made", "b").length();
    begin(4 * PAGE, full);
    makeJournal();
    drain(dallas);
    CompletableFuture<Void> lost = append(dallas, "b");
    append(tokyo, "b");
    Path obstacle = LogFixture.index(directory.resolve("us-south"), full);
    Files.createDirectory(obstacle);
    assertThatThrownBy(() -> append(dallas, "c")).isInstanceOf(IOException.class);
    Files.delete(obstacle);
    disk.fail(file -> true);
    commit();
    disk.work();

    dallas.reclaim();
    CompletableFuture<Void> one = append(dallas, "d");
    CompletableFuture<Void> two = append(dallas, "e");
    commit();
    start(); // after a kill

    assertThat(lost).isCompletedExceptionally();
    assertThat(one).isCompleted();
    assertThat(two).isCompleted();
    assertThat(drain(dallas)).isEqualTo(lines("d", "e"));
  }

  /** A log that is not mended is not settled, whatever its next fsync says. */
  @Test
  void aFileOfTheJournalIsKeptWhileALogIsNotMended() throws Exception {
    makeJournal();
    for (String id : List.of("a", "b", "c", "d", "e")) {
      both(id); // "e" turns the files
    }
    Deque<Runnable> settler = new ArrayDeque<>(background);
    background.clear();
    disk.fail(file -> file.toString().contains("us-south"));
    append(dallas, many());
    commit(); // fails, and so does mending it
    disk.work();
    run(settler); // an fsync alone would say yes now, and bring nothing there
    for (int i = 0; i < 12; i++) {
      append(tokyo, "t" + i);
      commit();
    }
    powerFails();

    assertThat(drain(dallas)).isEqualTo(lines("made", "a", "b", "c", "d", "e"));
  }

  /** A stop settles both files. */
  @Test
  void aStopSettlesBothFiles() throws Exception {
    makeJournal();
    for (String id : List.of("a", "b", "c", "d")) {
      both(id);
    }
    append(tokyo, "e"); // turns the files, and dallas is in the other one only
    commit();
    journal.close();
    disk.losePower();
    start();

    assertThat(drain(dallas)).isEqualTo(lines("made", "a", "b", "c", "d"));
  }

  /**
   * The same without any wait: an fsync of the commit thread fails, and before that thread has the
   * monitor an append rolls, whose fsync hears success.
   */
  @Test
  void beforeAFailureIsNotedAnotherAppendRolls() throws Exception {
    begin(4 * PAGE, 5L * LINE);
    makeJournal();
    both("a");
    both("b");
    logDisk =
        segment -> {
          try {
            disk.force(segment);
          } catch (IOException e) {
            disk.work();
            appendMeanwhile("roller");
            throw e;
          }
        };
    disk.fail(file -> file.toString().contains("us-south"));
    append(dallas, many());
    commit();
    for (int i = 0; i < 12; i++) {
      append(tokyo, "t" + i);
      commit();
      run(background);
    }
    powerFails();

    assertThat(drain(dallas)).startsWith(lines("made", "a", "b"));
  }

  /** By another thread, until it is through or waits. It may be refused. */
  private void appendMeanwhile(String id) {
    Thread other =
        new Thread(
            () -> {
              try {
                append(dallas, id);
              } catch (IOException e) {
                // what is acknowledged is looked at in the end
              }
            });
    other.setDaemon(true);
    startAndAwait(other);
  }

  private static void startAndAwait(Thread thread) {
    thread.start();
    while (!STOPPED.contains(thread.getState())) {
      Thread.onSpinWait();
    }
  }
}
