package io.registryrouter.deadletter;

import io.registryrouter.event.DeadLetter;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Which dead letters of a file are on disk. When a log takes nothing of a batch the file is taken
 * up again before it, as often as it takes; what is among the dead letters of it already is left
 * out, as logs leave out what they have. Kept in memory, 4 MB at most: a start may bring the last
 * ones once more. Thread-safe.
 */
final class KnownLetters {

  /** How many letters of a taking are known, the furthest. */
  private static final int OF_ONE = 50_000;

  /** How many of all; those of takings that were taken of last. */
  private static final int OF_ALL = 400_000;

  /** What a taking takes of these beside its letters. */
  private static final int A_TAKING = 32;

  private static final long[] NONE = new long[0];

  /** Sorted, by taking: files, and growing logs as many as are followed, may take turns. */
  private final Map<String, long[]> offsets = new LinkedHashMap<>(16, 0.75f, true);

  private int kept;

  /** Those that are not on disk. */
  synchronized List<DeadLetter> unknownOf(List<DeadLetter> letters) {
    return letters.stream().filter(letter -> !isKnown(letter)).toList();
  }

  private boolean isKnown(DeadLetter letter) {
    long[] known = isOfFile(letter) ? offsets.getOrDefault(letter.source().reading(), NONE) : NONE;
    return Arrays.binarySearch(known, letter.offset()) >= 0;
  }

  /** All of one source. */
  synchronized void onDisk(List<DeadLetter> letters) {
    if (!letters.isEmpty() && isOfFile(letters.get(0))) {
      String reading = letters.get(0).source().reading();
      long[] known = offsets.get(reading);
      long[] all = furthest(known == null ? NONE : known, letters);
      offsets.put(reading, all);
      kept += known == null ? A_TAKING + all.length : all.length - known.length;
      forgetEldest();
    }
  }

  private static long[] furthest(long[] known, List<DeadLetter> added) {
    return LongStream.concat(Arrays.stream(known), added.stream().mapToLong(DeadLetter::offset))
        .sorted()
        .skip(Math.max(0, known.length + added.size() - OF_ONE))
        .toArray();
  }

  private void forgetEldest() {
    Iterator<long[]> eldest = offsets.values().iterator();
    while (kept > OF_ALL) {
      kept -= A_TAKING + eldest.next().length;
      eldest.remove();
    }
  }

  /** What a destination has refused comes out of the spool, and comes once. */
  private static boolean isOfFile(DeadLetter letter) {
    return letter.delivery() == null && !letter.source().reading().isEmpty();
  }
}
