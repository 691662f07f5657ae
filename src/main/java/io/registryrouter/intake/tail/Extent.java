package io.registryrouter.intake.tail;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * How far a file is filled: up to its last byte that is not zero, for its writer may have reserved
 * what is behind. Used by one thread.
 */
final class Extent {

  /** Where that byte ends, as far as is known. */
  private long end;

  /** How long the file was when that was found out, or -1. */
  private long length = -1;

  /** The file was written to, and what is new in it was not found yet. */
  private boolean written;

  long end() {
    return end;
  }

  void set(long filled) {
    end = filled;
  }

  void setAtLeast(long filled) {
    end = Math.max(end, filled);
  }

  void setAtMost(long filled) {
    end = Math.min(end, filled);
  }

  void noteWritten() {
    written = true;
  }

  /** What is behind the end is to be looked through, also if the file is as long as before. */
  void forgetLength() {
    length = -1;
  }

  /**
   * Finds out how far a file is filled now. Known zero bytes are looked through again only when it
   * was written to and did not grow into them: something may have been taken back, or stand further
   * behind.
   *
   * @param from where it is filled at least
   * @param now how long it is
   * @return whether what stands before its end may have been written anew
   */
  boolean find(FileChannel file, long from, long now) throws IOException {
    long before = length;
    length = now;
    if (now != before) {
      end = Nuls.before(file, from, now);
      return false;
    }
    long grown = grown(file, now);
    if (grown > end || !written) {
      end = grown;
      return false;
    }
    written = false;
    end = Nuls.before(file, from, now);
    return true;
  }

  /** Where it ends now at the latest, without a look through what may be reserved behind. */
  long latest(FileChannel file) throws IOException {
    long now = file.size();
    return now == length ? grown(file, now) : now;
  }

  private long grown(FileChannel file, long now) throws IOException {
    return now <= end ? now : Nuls.grown(file, end, now);
  }
}
