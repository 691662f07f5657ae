package io.registryrouter.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The segments of one log, of which there is always one, in the order of their offsets; the last is
 * written to. However many wait, only that one is open, and the one that is read. Not thread-safe:
 * the log guards it.
 */
final class Segments implements Closeable {

  private final Path directory;

  /** By where they begin. */
  private final NavigableMap<Long, Segment> all = new TreeMap<>();

  Segments(Path directory, Iterable<Segment> found) {
    this.directory = directory;
    found.forEach(segment -> all.put(segment.base(), segment));
  }

  Segment last() {
    return all.lastEntry().getValue();
  }

  /** Where the first one begins. */
  long begin() {
    return all.firstKey();
  }

  /** The one that holds an offset; of one that is gone, the first. */
  Segment at(long offset) {
    Map.Entry<Long, Segment> found = all.floorEntry(offset);
    return (found == null ? all.firstEntry() : found).getValue();
  }

  /**
   * A segment's bytes count up to where the next one begins.
   *
   * @param end of the log, where the last one ends
   */
  long endOf(Segment segment, long end) {
    Long next = all.higherKey(segment.base());
    return next == null ? end : next;
  }

  /** Adds one; an empty one that begins there already is replaced, for its files may be gone. */
  void add(long base) throws IOException {
    Segment fresh = Segment.create(directory, base);
    Segment before = last();
    all.put(base, fresh);
    if (before.base() == base) {
      before.close();
    } else {
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
      all.pollLastEntry();
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
    Long second = all.higherKey(all.firstKey());
    return second != null && second <= offset;
  }

  /** Deletes those that end before an offset or there, but for the last. */
  void deleteBefore(long offset) throws IOException {
    while (endBefore(offset)) {
      deleteFirst();
    }
  }

  void deleteFirst() throws IOException {
    all.firstEntry().getValue().delete();
    all.pollFirstEntry();
  }

  @Override
  public void close() throws IOException {
    for (Segment segment : all.values()) {
      segment.close();
    }
  }
}
