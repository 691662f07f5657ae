package io.registryrouter.deadletter;

import io.registryrouter.config.DataPaths;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.disk.Directories;
import io.registryrouter.disk.GroupCommit;
import io.registryrouter.disk.SteadyFile;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.intake.Handover;
import io.registryrouter.observe.Balance;
import io.registryrouter.observe.OnceAMinute;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.apache.commons.lang3.concurrent.BasicThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files {@code <data-dir>/dead-letter/<yyyy-mm-dd>.ndjson}, a line a dead letter. Thread-safe.
 */
public final class DeadLetters implements DeadLetterSink, Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  /**
   * How long a failure counts: what is given back comes again after a minute at the latest, or does
   * not any more.
   */
  private static final Duration RECENT = Duration.ofMinutes(2);

  /** Bytes that are written at once, about. */
  private static final int PIECE = 256 * 1024;

  private final Path directory;
  private final boolean fsync;
  private final Clock clock;
  private final Balance balance;
  private final ExecutorService threads;
  private final GroupCommit<DeadLetters> commit;
  private final Disk disk;
  private final DeadLetterRetention retention;
  private final KnownLetters known = new KnownLetters();
  private final OnceAMinute errors = new OnceAMinute();

  /** Held during an fsync, for the system reports a failure once, to one of those that ask. */
  private final Object forcing = new Object();

  private LocalDate day;
  private SteadyFile file;
  private long durable;
  private long end;
  private int failures;

  /** Whether what lies behind the end was given back, and could not be taken out yet. */
  private boolean uncut;

  private volatile Failure failure;

  private record Failure(Instant at, String why) {}

  /** Brings a file to disk, or the names in a directory. */
  @FunctionalInterface
  interface Disk {
    void force(SteadyFile file) throws IOException;

    default void force(Path directory) throws IOException {
      Directories.force(directory);
    }

    default void truncate(SteadyFile file, long size) throws IOException {
      file.truncate(size);
    }
  }

  /**
   * @param config as it is now; the directory is that of the start
   */
  public DeadLetters(Supplier<RouterConfig> config, Clock clock, Balance balance) {
    this(
        config,
        clock,
        balance,
        SteadyFile::force,
        Executors.newCachedThreadPool(
            BasicThreadFactory.builder().namingPattern("dead-letters").daemon(true).build()));
  }

  /**
   * @param threads one brings to disk, another one deletes what is due, which takes as long as it
   *     takes; ended with this
   */
  DeadLetters(
      Supplier<RouterConfig> config,
      Clock clock,
      Balance balance,
      Disk disk,
      ExecutorService threads) {
    DataPaths data = config.get().data();
    this.directory = data.deadLetter();
    this.fsync = config.get().spool().fsync();
    this.clock = clock;
    this.balance = balance;
    this.disk = disk;
    this.retention = new DeadLetterRetention(data, () -> config.get().deadLetters());
    this.threads = threads;
    this.commit = new GroupCommit<>(threads, GroupCommit.Round.ofEach(DeadLetters::force));
  }

  @Override
  public void accept(List<DeadLetter> deadLetters, Handover handover) throws IOException {
    List<DeadLetter> fresh = known.unknownOf(deadLetters);
    CompletableFuture<Void> onDisk =
        fresh.isEmpty() ? CompletableFuture.completedFuture(null) : append(fresh);
    handover.deadLettered(deadLetters.size(), onDisk.thenRun(() -> count(fresh)));
  }

  private void count(List<DeadLetter> onDisk) {
    failure = onDisk.isEmpty() ? failure : null;
    known.onDisk(onDisk);
    onDisk.forEach(balance::deadLettered);
  }

  private synchronized CompletableFuture<Void> append(List<DeadLetter> deadLetters)
      throws IOException {
    Instant now = clock.instant();
    try {
      cut();
      open(LocalDate.ofInstant(now, ZoneOffset.UTC));
    } catch (IOException e) {
      say(e);
      throw e;
    }
    try {
      end = write(deadLetters, now);
    } catch (IOException | RuntimeException | Error e) {
      say(e);
      uncut = true;
      cutAfter(e); // all or none
      throw e;
    }
    if (!fsync) {
      return CompletableFuture.completedFuture(null);
    }
    int failuresBefore = failures;
    return commit.request(this).thenRun(() -> requireKept(failuresBefore));
  }

  /** Why they could not be written in the last two minutes; empty when they could, or none came. */
  public Optional<String> obstacle() {
    Failure last = failure;
    boolean recent =
        last != null && Duration.between(last.at(), clock.instant()).abs().compareTo(RECENT) < 0;
    return recent ? Optional.of(last.why()) : Optional.empty();
  }

  private void say(Throwable why) {
    failure = new Failure(clock.instant(), why.toString());
    if (errors.isDue(clock.instant())) {
      LOG.atError()
          .addKeyValue("directory", directory)
          .addKeyValue("error", why.toString())
          .log("no dead letters can be written for now; sources keep their events");
    }
  }

  /** Before anything is written, or the file is looked at: what was given back is not in it. */
  private void cut() throws IOException {
    if (uncut) {
      disk.truncate(file, end);
      uncut = false;
    }
  }

  private void cutAfter(Throwable cause) {
    try {
      cut();
    } catch (IOException e) {
      cause.addSuppressed(e); // tried again before anything is written
    }
  }

  /** Returns where they end. */
  private long write(List<DeadLetter> deadLetters, Instant now) throws IOException {
    Pieces lines = new Pieces(file, end);
    for (DeadLetter deadLetter : deadLetters) {
      DeadLetterLine.write(deadLetter, now, lines);
    }
    return lines.end();
  }

  /** The letters of a batch may be many, and a single one as large as the body of a request. */
  private static final class Pieces extends OutputStream {

    private final SteadyFile file;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
    private long position;

    Pieces(SteadyFile file, long position) {
      this.file = file;
      this.position = position;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      piece.write(bytes, from, length);
      if (piece.size() >= PIECE) {
        end();
      }
    }

    long end() throws IOException {
      file.write(ByteBuffer.wrap(piece.toByteArray()), position);
      position += piece.size();
      piece.reset();
      return position;
    }
  }

  private void open(LocalDate today) throws IOException {
    boolean asLeft = file != null && isAsLeft();
    if (asLeft && today.equals(day)) {
      return;
    }
    if (file != null && !asLeft) {
      failures++; // what waits for an fsync may not be in the file that is there now
      file.close(); // nor is it ours any more to cut back
      file = null;
    }
    closeFile();
    Files.createDirectories(directory);
    begin(SteadyFile.open(directory.resolve(today + ".ndjson")), today);
    Instant now = clock.instant();
    threads.execute(() -> retention.apply(now));
  }

  /** Takes a file over as a whole or not at all: what is known of one never cuts another. */
  private void begin(SteadyFile opened, LocalDate today) throws IOException {
    try {
      disk.force(directory);
      end = TornLetters.cut(opened);
    } catch (IOException | RuntimeException | Error e) {
      opened.close();
      throw e;
    }
    durable = end;
    file = opened;
    day = today;
  }

  /** Not when somebody has edited, replaced or deleted it, who works on in what is there now. */
  private boolean isAsLeft() throws IOException {
    return file.isInPlace() && file.size() == end;
  }

  /** Only what is on disk is closed, so that whoever finds it closed knows that it is. */
  private void closeFile() throws IOException {
    if (file == null) {
      return;
    }
    if (fsync) {
      force(file);
    }
    file.close();
    file = null;
  }

  private void force() throws IOException {
    SteadyFile written;
    long target;
    int failuresBefore;
    synchronized (this) {
      written = file;
      target = end;
      failuresBefore = failures;
    }
    if (written == null) {
      return; // closed, and on disk
    }
    try {
      force(written);
    } catch (ClosedChannelException e) {
      return; // likewise
    }
    boolean inPlace = written.isInPlace();
    synchronized (this) {
      if (!inPlace) {
        IOException gone = new IOException("somebody has deleted or replaced " + written.path());
        if (written == file) {
          forgetUnforced(gone);
        }
        throw gone;
      }
      requireKept(failuresBefore);
      durable = written == file ? target : durable;
    }
  }

  private void force(SteadyFile written) throws IOException {
    try {
      synchronized (forcing) {
        disk.force(written);
      }
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      forgetUnforced(e);
      throw e;
    }
  }

  /** As in the spool: what an fsync did not bring to disk is given back and taken out again. */
  private synchronized void forgetUnforced(Exception why) throws IOException {
    say(why);
    failures++;
    if (file != null) {
      end = durable;
      uncut = true;
      cut();
    }
  }

  private synchronized void requireKept(int failuresBefore) {
    if (failures != failuresBefore) {
      throw new CompletionException(
          new IOException("an fsync of the dead letters failed; its events are given back"));
    }
  }

  @Override
  public synchronized void close() throws IOException {
    threads.shutdown();
    closeFile();
  }
}
