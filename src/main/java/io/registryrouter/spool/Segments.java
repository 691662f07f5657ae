package io.registryrouter.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.List;

/**
 * The segments of one log, of which there is always one, in the order of their offsets; the last is
 * written to. However many wait, only that one is open, and the one that is read. Not thread-safe:
 * the log guards it.
 */
final class Segments implements Closeable {

  private final Path directory;
  private final Deque<Segment> all;

  Segments(Path directory, Deque<Segment> all) {
    this.directory = directory;
    this.all = all;
  }

  Segment last() {
    return all.getLast();
  }

  /** Where the first one begins. */
  long begin() {
    return all.getFirst().base();
  }

  /** The one that holds an offset. */
  Segment at(long offset) {
    Segment found = all.getFirst();
    for (Segment segment : all) {
      if (segment.base() <= offset) {
        found = segment;
      }
    }
    return found;
  }

  /**
   * A segment's bytes count up to where the next one begins.
   *
   * @param end of the log, where the last one ends
   */
  long endOf(Segment wanted, long end) {
    boolean seen = false;
    for (Segment segment : all) {
      if (seen) {
        return segment.base();
      }
      seen = segment == wanted;
    }
    return end;
  }

  /** Adds one; an empty one that begins there already is replaced, for its files may be gone. */
  void add(long base) throws IOException {
    Segment fresh = Segment.create(directory, base);
    Segment before = last();
    if (before.base() == base) {
      all.removeLast();
      all.addLast(fresh);
      before.close();
    } else {
      all.addLast(fresh);
      before.rest();
    }
  }

  /** Closes one that is not written to any more; it is opened again when it is read. */
  void rest(Segment segment) {
    if (segment != last()) {
      segment.rest();
    }
  }

  /** Deletes those that begin behind an offset, also what is left of one that could not be made. */
  void deleteBehind(long offset) throws IOException {
    while (last().base() > offset) {
      last().delete();
      all.removeLast();
    }
    for (String suffix : List.of(Segment.INDEX, Segment.DATA)) {
      for (long base : Segment.bases(directory, suffix)) {
        if (base > offset) {
          Files.delete(directory.resolve(Segment.name(base) + suffix));
        }
      }
    }
  }

  /** Whether one ends before an offset or there, the last aside. */
  boolean endBefore(long offset) {
    return all.size() > 1 && endOf(all.getFirst(), Long.MAX_VALUE) <= offset;
  }

  /** Deletes those that end before an offset or there, but for the last. */
  void deleteBefore(long offset) throws IOException {
    while (endBefore(offset)) {
      deleteFirst();
    }
  }

  void deleteFirst() throws IOException {
    all.getFirst().delete();
    all.removeFirst();
  }

  @Override
  public void close() throws IOException {
    for (Segment segment : all) {
      segment.close();
    }
  }
}
