package io.registryrouter.deadletter;

import io.registryrouter.event.DeadLetter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Which dead letters of a file are on disk. When a log takes nothing of a batch the file is taken
 * up again before it, as often as it takes; what is among the dead letters of it already is left
 * out, as logs leave out what they have. Kept in memory: a start may bring the last ones once more.
 * Thread-safe.
 */
final class KnownLetters {

  /** How many takings of files are known, those that were taken of last. */
  private static final int FILES = 20;

  /** How many letters of each are known, the furthest. */
  private static final int LETTERS = 50_000;

  private final Map<String, NavigableSet<Long>> offsets =
      new LinkedHashMap<>(FILES, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, NavigableSet<Long>> eldest) {
          return size() > FILES;
        }
      };

  /** Those that are not on disk. */
  synchronized List<DeadLetter> unknownOf(List<DeadLetter> letters) {
    return letters.stream().filter(letter -> !isKnown(letter)).toList();
  }

  private boolean isKnown(DeadLetter letter) {
    NavigableSet<Long> known = isOfFile(letter) ? offsets.get(letter.source().reading()) : null;
    return known != null && known.contains(letter.offset());
  }

  synchronized void onDisk(List<DeadLetter> letters) {
    letters.stream().filter(KnownLetters::isOfFile).forEach(this::add);
  }

  private void add(DeadLetter letter) {
    NavigableSet<Long> known =
        offsets.computeIfAbsent(letter.source().reading(), reading -> new TreeSet<>());
    known.add(letter.offset());
    if (known.size() > LETTERS) {
      known.pollFirst();
    }
  }

  /** What a destination has refused comes out of the spool, and comes once. */
  private static boolean isOfFile(DeadLetter letter) {
    return letter.delivery() == null && !letter.source().reading().isEmpty();
  }
}
