package io.registryrouter.deadletter;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Held by whoever replays, mends a replay or deletes a day: one at a time, on {@code
 * dead-letter/.replay.lock}. Writing dead letters needs no lock.
 */
final class ReplayLock implements Closeable {

  /**
   * Directories of which this process holds it: to open and close a file that one holds a lock of
   * would give up the lock (fcntl(2), POSIX).
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel file;

  private ReplayLock(Path directory, FileChannel file) {
    this.directory = directory;
    this.file = file;
  }

  /** Empty when another one holds it. */
  static Optional<ReplayLock> tryTake(Path directory) throws IOException {
    Path real = directory.toRealPath();
    if (!HELD.add(real)) {
      return Optional.empty();
    }
    Optional<ReplayLock> taken = Optional.empty();
    try {
      taken = open(real);
    } finally {
      if (taken.isEmpty()) {
        HELD.remove(real);
      }
    }
    return taken;
  }

  private static Optional<ReplayLock> open(Path directory) throws IOException {
    FileChannel file =
        FileChannel.open(
            directory.resolve(".replay.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = file.tryLock();
    } finally {
      if (lock == null) {
        file.close();
      }
    }
    return lock == null ? Optional.empty() : Optional.of(new ReplayLock(directory, file));
  }

  @Override
  public void close() throws IOException {
    try {
      file.close(); // which ends the lock
    } finally {
      HELD.remove(directory);
    }
  }
}
