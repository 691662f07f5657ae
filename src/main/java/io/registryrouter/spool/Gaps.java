package io.registryrouter.spool;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Stretches of a log that are gone, as they were found when it was opened: offsets never come
 * twice, so the cursor steps over them.
 */
final class Gaps {

  private final NavigableMap<Long, Long> ends = new TreeMap<>();

  void add(long from, long to) {
    if (from < to) {
      ends.put(from, to);
    }
  }

  /** Where the first one behind an offset begins. */
  long next(long offset) {
    Long from = ends.higherKey(offset);
    return from == null ? Long.MAX_VALUE : from;
  }

  /** The offset, or what is behind the gap that it is in. */
  long over(long offset) {
    Map.Entry<Long, Long> gap = ends.floorEntry(offset);
    return gap == null || gap.getValue() <= offset ? offset : over(gap.getValue());
  }

  /** Bytes of all that begin at an offset or behind it. */
  long bytes(long offset) {
    if (ends.isEmpty()) {
      return 0; // asked often
    }
    long bytes = 0;
    for (Map.Entry<Long, Long> gap : ends.tailMap(offset, true).entrySet()) {
      bytes += gap.getValue() - gap.getKey();
    }
    return bytes;
  }
}
