package io.registryrouter.deadletter;

import io.registryrouter.event.DeadLetter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Which dead letters of a file are on disk. When a log takes nothing of a batch the file is taken
 * up again before it, as often as it takes; what is among the dead letters of it already is left
 * out, as logs leave out what they have. Kept in memory, 3 MB at most: a start may bring the last
 * ones once more. Thread-safe.
 */
final class KnownLetters {

  /** How many takings of files are known, those that were taken of last. */
  private static final int FILES = 8;

  /** How many letters of each are known, the furthest. */
  private static final int LETTERS = 50_000;

  private static final long[] NONE = new long[0];

  /** Sorted. */
  private final Map<String, long[]> offsets =
      new LinkedHashMap<>(FILES, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, long[]> eldest) {
          return size() > FILES;
        }
      };

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
      LongStream more = letters.stream().mapToLong(DeadLetter::offset);
      offsets.merge(
          letters.get(0).source().reading(),
          more.sorted().toArray(),
          (known, added) -> furthest(known, added));
    }
  }

  private static long[] furthest(long[] known, long[] added) {
    long[] all = Arrays.copyOf(known, known.length + added.length);
    System.arraycopy(added, 0, all, known.length, added.length);
    Arrays.sort(all);
    return Arrays.copyOfRange(all, Math.max(0, all.length - LETTERS), all.length);
  }

  /** What a destination has refused comes out of the spool, and comes once. */
  private static boolean isOfFile(DeadLetter letter) {
    return letter.delivery() == null && !letter.source().reading().isEmpty();
  }
}
