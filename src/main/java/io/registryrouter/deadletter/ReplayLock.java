package io.registryrouter.deadletter;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Held by whoever replays, mends a replay or deletes a day: one at a time, on {@code
 * dead-letter/.replay.lock}. Writing dead letters needs no lock.
 */
final class ReplayLock implements Closeable {

  private final FileChannel file;

  private ReplayLock(FileChannel file) {
    this.file = file;
  }

  /** Empty when another one holds it. */
  static Optional<ReplayLock> tryTake(Path directory) throws IOException {
    FileChannel file =
        FileChannel.open(
            directory.resolve(".replay.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      FileLock lock = file.tryLock();
      taken = lock != null;
    } catch (OverlappingFileLockException e) {
      taken = false; // held by this very process
    } finally {
      if (!taken) {
        file.close();
      }
    }
    return taken ? Optional.of(new ReplayLock(file)) : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    file.close(); // which ends the lock
  }
}
