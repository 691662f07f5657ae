package io.registryrouter.spool;

import io.registryrouter.disk.Directories;
import io.registryrouter.disk.SteadyFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    /** The logs that it has something of, and up to which offset. */
    private final Map<SpoolLog, Long> logs = new LinkedHashMap<>();

    private int position;
    private boolean settling;

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
      if (!current.file.isInPlace()) {
        throw new NoSuchFileException(
            current.file.path().toString(), null, "somebody has deleted or replaced it");
      }
      failed = false;
    } catch (IOException e) {
      giveUp(e);
      return false;
    }
    current.position += (int) size;
    number++;
    all.forEach(what -> current.logs.put(what.log(), what.to()));
    return true;
  }

  /** It is made when logs wait together for the first time. */
  private boolean isInUse(int logs) {
    if (state == State.NONE && logs > 1) {
      state = State.MAKING;
      inBackground(this::make);
    }
    return state == State.IN_USE;
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
      state(State.NONE); // asked again by the next round
      return;
    }
    try {
      Half first = new Half(make(FILES.get(0)));
      Half second = new Half(make(FILES.get(1)));
      Directories.force(directory);
      use(first, second);
    } catch (IOException e) {
      giveUp(e);
    }
  }

  private synchronized void state(State next) {
    state = next;
  }

  private synchronized void use(Half first, Half second) {
    current = first;
    other = second;
    if (state == State.MAKING) { // else it was closed meanwhile
      state = State.IN_USE;
    }
  }

  private SteadyFile make(String name) throws IOException {
    SteadyFile file = SteadyFile.open(directory.resolve(name));
    ByteBuffer zeros = ByteBuffer.allocate(SteadyFile.PIECE);
    for (long position = 0; position < fileSize; position += zeros.capacity()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), fileSize - position));
      file.write(zeros, position);
    }
    file.force();
    return file;
  }

  /** Until the next start; what is in it comes to disk in the logs' segments. */
  private synchronized void giveUp(IOException why) {
    state = State.GIVEN_UP;
    if (current != null) {
      settleInBackground(current);
      settleInBackground(other);
    }
    LOG.atWarn()
        .addKeyValue("directory", directory)
        .addKeyValue("error", why.toString())
        .log("the journal of the spool is not used until the next start; each log is forced alone");
  }

  /** Goes on at the beginning of the other file, once all of that is in the logs' segments. */
  private boolean hasRoom(long size) {
    if (current.position + size <= fileSize) {
      return true;
    }
    if (!other.logs.isEmpty()) {
      settleInBackground(other); // as when it could not be before
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
    if (!half.settling) {
      half.settling = true;
      inBackground(() -> settle(half));
    }
  }

  /** Brings to disk in the logs' own segments what the file has of them. */
  private boolean settle(Half half) {
    try {
      for (Map.Entry<SpoolLog, Long> entry : entries(half)) {
        entry.getKey().settle(entry.getValue());
      }
      synchronized (this) {
        half.logs.clear();
      }
      return true;
    } catch (IOException | RuntimeException e) { // the log has said so; tried again when needed
      LOG.debug("a file of the journal is still needed", e);
      return false;
    } finally {
      synchronized (this) {
        half.settling = false;
      }
    }
  }

  private synchronized List<Map.Entry<SpoolLog, Long>> entries(Half half) {
    return new ArrayList<>(Map.copyOf(half.logs).entrySet());
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

  /** Leaves nothing to be replayed, unless a log cannot be brought to disk. */
  @Override
  public void close() throws IOException {
    Half first;
    Half second;
    synchronized (this) {
      state = State.GIVEN_UP;
      first = current;
      second = other;
    }
    if (first == null) {
      return;
    }
    boolean settled = settle(second) && settle(first);
    first.file.close();
    second.file.close();
    if (settled) {
      delete(directory);
    }
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
