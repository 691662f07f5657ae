package io.registryrouter.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.lang3.StringUtils;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What somebody who made a typing mistake may have meant. */
public final class Nearest {

  private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();
  private static final int MOST = 3;

  private Nearest() {}

  /** Two neighbours that have changed places are the likeliest mistake of all. */
  private static int distance(String word, String other) {
    int at = StringUtils.indexOfDifference(word, other);
    boolean swapped =
        word.length() == other.length()
            && at >= 0
            && at + 1 < word.length()
            && word.charAt(at) == other.charAt(at + 1)
            && word.charAt(at + 1) == other.charAt(at)
            && word.substring(at + 2).equals(other.substring(at + 2));
    return swapped ? 0 : DISTANCE.apply(word, other);
  }

  private record Candidate(String word, int distance) {}

  /**
   * {@code "; did you mean direct:prepare?"}, or an empty text when nothing is near: at most a
   * third of the letters and three of them differ, or two neighbours have changed places, and no
   * other word is as near (unless it is one letter).
   */
  public static String hint(String word, Collection<String> known) {
    int near = Math.min(MOST, Math.max(1, word.length() / 3));
    List<Candidate> candidates =
        known.stream()
            .map(other -> new Candidate(other, distance(word, other)))
            .filter(candidate -> candidate.distance() <= near)
            .sorted(Comparator.comparing(Candidate::distance).thenComparing(Candidate::word))
            .toList();
    return isClear(candidates) ? "; did you mean " + candidates.get(0).word() + "?" : "";
  }

  private static boolean isClear(List<Candidate> sorted) {
    if (sorted.size() < 2) {
      return !sorted.isEmpty();
    }
    int best = sorted.get(0).distance();
    return best == 1 || best < sorted.get(1).distance();
  }
}
