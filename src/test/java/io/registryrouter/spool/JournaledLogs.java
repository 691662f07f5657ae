package io.registryrouter.spool;

import static io.registryrouter.spool.LogFixture.append;

import io.registryrouter.config.RouterConfig.SpoolSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two logs with a journal, on a disk that loses its power; rounds run when a test says so. */
abstract class JournaledLogs {

  static final int PAGE = JournalRecord.PAGE;
  static final int LARGE = 1 << 20;

  static final Set<Thread.State> STOPPED =
      Set.of(Thread.State.WAITING, Thread.State.BLOCKED, Thread.State.TERMINATED);

  @TempDir Path directory;

  final Deque<Runnable> background = new ArrayDeque<>();
  Executor settler = background::add;
  private final Deque<Runnable> rounds = new ArrayDeque<>();
  PowerlessDisk disk;
  SpoolLog.Disk logDisk;
  Journal.Disk journalDisk;
  boolean fsync = true;
  Journal journal;
  Commits commits;
  SpoolLog dallas;
  SpoolLog tokyo;

  @BeforeEach
  void begin() throws IOException {
    begin(4 * PAGE, LARGE);
  }

  void begin(int journalSize, long segmentSize) throws IOException {
    disk = new PowerlessDisk(directory);
    logDisk = disk;
    journalDisk = disk;
    rounds.clear();
    background.clear();
    journal =
        new Journal(
            directory, journalSize, task -> settler.execute(task), file -> journalDisk.force(file));
    commits = new Commits(rounds::add, Optional.of(journal));
    dallas = open("us-south", segmentSize);
    tokyo = open("jp-tok", segmentSize);
    disk.keepAll();
  }

  SpoolLog open(String destination, long segmentSize) throws IOException {
    Path own = directory.resolve(destination);
    Files.createDirectories(own);
    return new SpoolLog(
        destination,
        new LogDirectory(own),
        new SpoolSettings(1 << 30, segmentSize, fsync),
        LogFixture.CLOCK,
        commits,
        Recovery.recover(destination, new LogDirectory(own)),
        new SpoolLog.Disk() {
          @Override
          public void force(Segment segment) throws IOException {
            logDisk.force(segment);
          }

          @Override
          public void force(Cursor cursor) throws IOException {
            logDisk.force(cursor);
          }
        });
  }

  /** As a start does, on the same disk. */
  void start() throws IOException {
    JournalReplay.run(directory);
    begin();
  }

  void powerFails() throws IOException {
    disk.losePower();
    start();
  }

  void commit() {
    run(rounds);
  }

  static void run(Deque<Runnable> tasks) {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  /** Both logs wait at once, and the journal is there for the next round. */
  void makeJournal() throws Exception {
    both("made");
    run(background);
  }

  void both(String id) throws Exception {
    CompletableFuture<Void> first = append(dallas, id);
    CompletableFuture<Void> second = append(tokyo, id);
    commit();
    first.get();
    second.get();
  }

  /** More than a record holds. */
  static String[] many() {
    return new Random(7).ints(20_000).mapToObj(String::valueOf).toArray(String[]::new);
  }
}
