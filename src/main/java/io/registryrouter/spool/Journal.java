package io.registryrouter.spool;

import io.registryrouter.disk.Directories;
import io.registryrouter.disk.SteadyFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what several logs wait with to disk by one write, to one of two files that have their full
 * length already: an fsync of a file that does not grow costs the disk half of what one costs that
 * does. What a file has is forced in the logs' own segments, in the background, before it is
 * written over, and read again only after a power failure ({@link JournalReplay}). The bytes at an
 * offset of a log do not change once they are in the journal, so that to replay more than necessary
 * does no harm. Thread-safe.
 */
final class Journal implements Closeable {

  static final List<String> FILES = List.of("journal.0", "journal.1");

  /**
   * Bytes of a record at most: what is written twice has to be little, or the disk has more to do
   * than it is spared.
   */
  private static final int MAX_RECORD = 256 * 1024;

  /** How many times its size has to be free on the disk before it is made: it is but for speed. */
  private static final long ROOM = 8;

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

  private final Path directory;
  private final int fileSize;
  private final Executor background;
  private final Disk disk;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_RECORD);

  private State state = State.NONE;
  private Half current;
  private Half other;

  private long number = 1;

  private boolean closed;

  /** Whether the record at the current position is one that was not brought to disk for certain. */
  private boolean failed;

  private enum State {
    NONE,
    MAKING,
    IN_USE,
    GIVEN_UP
  }

  /** Brings a file of the journal to disk. */
  @FunctionalInterface
  interface Disk {
    void force(SteadyFile file) throws IOException;
  }

  /** One of the files. */
  private static final class Half {

    private final SteadyFile file;

    /** The logs that it has something of. */
    private final Set<SpoolLog> logs = new HashSet<>();

    private int position;

    private Half(SteadyFile file) {
      this.file = file;
    }
  }

  /**
   * @param directory of all logs
   * @param fileSize bytes of each of the two files, which are made when they are needed first
   * @param background makes and settles them, one task at a time
   */
  Journal(Path directory, int fileSize, Executor background, Disk disk) {
    this.directory = directory;
    this.fileSize = fileSize;
    this.background = background;
    this.disk = disk;
  }

  /**
   * Whether all of it is on disk now. When it is not, because it is too much, the journal cannot be
   * used just now or the disk has failed, each log is to be forced.
   */
  synchronized boolean write(List<Unforced> all) {
    long size = JournalRecord.size(all);
    if (size > MAX_RECORD || !isInUse(all.size()) || !hasRoom(size)) {
      return false;
    }
    try {
      for (Unforced what : all) {
        if (!what.segment().isInPlace()) {
          return false;
        }
      }
      JournalRecord.write(number, all, buffer);
    } catch (IOException e) {
      LOG.debug("a segment cannot be read; its log will say so when it is forced", e);
      return false;
    }
    try {
      failed = true;
      current.file.write(buffer, current.position);
      disk.force(current.file);
      if (!current.file.isInPlace() || current.file.size() != fileSize) {
        throw new FileSystemException(
            current.file.path().toString(), null, "somebody has deleted, replaced or cut it");
      }
      failed = false;
    } catch (IOException e) {
      giveUp(e);
      return false;
    }
    current.position += (int) size;
    number++;
    all.forEach(what -> current.logs.add(what.log()));
    return true;
  }

  /** It is made when logs wait together for the first time. */
  private boolean isInUse(int logs) {
    if (state == State.NONE && logs > 1) {
      state = State.MAKING;
      inBackground(this::make);
    }
    return state == State.IN_USE && !closed;
  }

  /** In the background, and an executor that runs it at once is as good. */
  private void inBackground(Runnable task) {
    try {
      background.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("the router ends", e);
    }
  }

  private void make() {
    if (directory.toFile().getUsableSpace() < ROOM * FILES.size() * fileSize) {
      notNow();
      return;
    }
    List<SteadyFile> made = new ArrayList<>();
    try {
      for (String name : FILES) {
        SteadyFile file = SteadyFile.open(directory.resolve(name));
        made.add(file);
        fill(file);
      }
      Directories.force(directory);
    } catch (IOException | RuntimeException | Error e) { // or it would be in the making for ever
      close(made);
      giveUp(e);
      return;
    }
    if (!use(new Half(made.get(0)), new Half(made.get(1)))) {
      close(made);
    }
  }

  private static void close(List<SteadyFile> files) {
    for (SteadyFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.debug("a file of the journal, which is not used", e);
      }
    }
  }

  private synchronized void notNow() {
    if (state == State.MAKING) {
      state = State.NONE; // asked again by the next round
    }
  }

  /** False when it was closed, or given up, meanwhile. */
  private synchronized boolean use(Half first, Half second) {
    if (state != State.MAKING) {
      return false;
    }
    current = first;
    other = second;
    state = State.IN_USE;
    return true;
  }

  private void fill(SteadyFile file) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(SteadyFile.PIECE);
    for (long position = 0; position < fileSize && !isGivenUp(); position += zeros.capacity()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), fileSize - position));
      file.write(zeros, position);
    }
    file.force();
  }

  /**
   * Until the next start, which replays what is in it: once an fsync has failed, nobody can say
   * what the logs' segments have on disk. They are forced all the same.
   */
  synchronized void giveUp(Throwable why) {
    if (state == State.GIVEN_UP) {
      return;
    }
    boolean used = current != null;
    boolean missed = used || state == State.MAKING;
    state = State.GIVEN_UP;
    if (used) {
      settleInBackground(current);
      settleInBackground(other);
    }
    if (missed) {
      LOG.atWarn()
          .addKeyValue("directory", directory)
          .addKeyValue("error", why.toString())
          .log("the spool's journal is not used until the next start; each log is forced alone");
    }
  }

  /** Goes on at the beginning of the other file, once all of that is in the logs' segments. */
  private boolean hasRoom(long size) {
    if (current.position + size <= fileSize) {
      return true;
    }
    if (!other.logs.isEmpty()) {
      return false;
    }
    Half full = current;
    current = other;
    current.position = 0;
    other = full;
    settleInBackground(full);
    return true;
  }

  private void settleInBackground(Half half) {
    inBackground(() -> settle(half));
  }

  /** Brings to disk in the logs' own segments what the file has of them. */
  private void settle(Half half) {
    try {
      for (SpoolLog log : logs(half)) {
        log.force();
      }
      forget(half);
    } catch (IOException | RuntimeException | Error e) { // an error too: it would never be empty
      giveUp(e);
    }
  }

  private synchronized List<SpoolLog> logs(Half half) {
    return List.copyOf(half.logs);
  }

  private synchronized void forget(Half half) {
    if (state != State.GIVEN_UP) {
      half.logs.clear();
    }
  }

  /**
   * Makes sure that no start finds the record that could not be brought to disk.
   *
   * @throws IOException while that cannot be said
   */
  synchronized void forgetFailed() throws IOException {
    if (failed) {
      current.file.write(ByteBuffer.allocate(JournalRecord.PAGE), current.position);
      disk.force(current.file);
      failed = false;
    }
  }

  /** Leaves nothing to be replayed, unless an fsync has failed. */
  @Override
  public void close() throws IOException {
    Half first;
    Half second;
    synchronized (this) {
      if (state == State.NONE || state == State.MAKING) {
        state = State.GIVEN_UP;
        return;
      }
      first = current;
      second = other;
      closed = true;
    }
    if (first != null) {
      settle(second);
      settle(first);
      first.file.close();
      second.file.close();
      if (!isGivenUp()) {
        delete(directory);
      }
    }
  }

  private synchronized boolean isGivenUp() {
    return state == State.GIVEN_UP;
  }

  /** All that it has is in the logs' segments. */
  static void delete(Path directory) throws IOException {
    boolean deleted = false;
    for (String name : FILES) {
      deleted |= Files.deleteIfExists(directory.resolve(name));
    }
    if (deleted) {
      Directories.force(directory);
    }
  }
}
