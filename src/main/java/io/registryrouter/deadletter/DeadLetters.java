package io.registryrouter.deadletter;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.intake.Handover;
import io.registryrouter.observe.Balance;
import io.registryrouter.spool.Directories;
import io.registryrouter.spool.GroupCommit;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The files {@code <data-dir>/dead-letter/<yyyy-mm-dd>.ndjson}, a line a dead letter. Thread-safe.
 */
public final class DeadLetters implements DeadLetterSink, Closeable {

  private final Path directory;
  private final boolean fsync;
  private final Clock clock;
  private final Balance balance;
  private final ExecutorService committer;
  private final GroupCommit commit;
  private LocalDate day;
  private FileChannel file;
  private long end;

  public DeadLetters(RouterConfig config, Clock clock, Balance balance) {
    this.directory = config.dataDir().resolve("dead-letter");
    this.fsync = config.spool().fsync();
    this.clock = clock;
    this.balance = balance;
    this.committer = Executors.newCachedThreadPool(DeadLetters::daemon);
    this.commit = new GroupCommit(committer, this::force);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "dead-letter-commit");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void accept(List<DeadLetter> deadLetters, Handover handover) throws IOException {
    CompletableFuture<Void> onDisk = append(deadLetters);
    handover.deadLettered(
        deadLetters.size(), onDisk.thenRun(() -> deadLetters.forEach(balance::deadLettered)));
  }

  private synchronized CompletableFuture<Void> append(List<DeadLetter> deadLetters)
      throws IOException {
    Instant now = clock.instant();
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (DeadLetter deadLetter : deadLetters) {
      DeadLetterLine.write(deadLetter, now, lines);
    }
    open(LocalDate.ofInstant(now, ZoneOffset.UTC));
    try {
      ByteBuffer bytes = ByteBuffer.wrap(lines.toByteArray());
      while (bytes.hasRemaining()) {
        file.write(bytes, end + bytes.position());
      }
    } catch (IOException e) {
      file.truncate(end); // all or none
      throw e;
    }
    end += lines.size();
    return fsync ? commit.request() : CompletableFuture.completedFuture(null);
  }

  private void open(LocalDate today) throws IOException {
    if (file != null && today.equals(day)) {
      return;
    }
    if (file != null) {
      file.force(false);
      file.close();
      file = null;
    }
    Files.createDirectories(directory);
    file =
        FileChannel.open(
            directory.resolve(today + ".ndjson"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    Directories.force(directory);
    day = today;
    end = endOfLastLine();
  }

  /** A line that a crash left torn was not acknowledged; the next one takes its place. */
  private long endOfLastLine() throws IOException {
    long size = file.size();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (size > 0) {
      file.read(one.clear(), size - 1);
      if (one.get(0) == '\n') {
        break;
      }
      size--;
    }
    file.truncate(size);
    return size;
  }

  private void force() throws IOException {
    FileChannel written;
    synchronized (this) {
      written = file;
    }
    if (written.isOpen()) { // else it was forced when the day ended
      written.force(false);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    committer.shutdown();
    if (file != null) {
      file.close();
    }
  }
}
