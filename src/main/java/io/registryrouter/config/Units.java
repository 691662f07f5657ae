package io.registryrouter.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with a unit, as people write them in settings. */
public final class Units {

  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,15})\\s*([A-Za-z]*)");
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
  private static final Map<String, Long> BYTES =
      Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  /** A hundred years: 292 are more nanoseconds than a long holds. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Units() {}

  /**
   * A duration with its unit, e.g. {@code 30s}; empty when it is none, or beyond a hundred years.
   */
  public static Optional<Duration> duration(String text) {
    return parse(text, MILLIS)
        .map(Duration::ofMillis)
        .filter(duration -> duration.compareTo(LONGEST) <= 0);
  }

  /** As people write it, in the largest unit without a fraction: {@code 3d}, {@code 90s}. */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    return MILLIS.entrySet().stream()
        .filter(unit -> millis % unit.getValue() == 0)
        .max(Map.Entry.comparingByValue())
        .map(unit -> millis / unit.getValue() + unit.getKey())
        .orElseThrow();
  }

  /** Bytes; 1 or more. */
  static Optional<Long> size(String text) {
    return parse(text, BYTES).filter(bytes -> bytes > 0);
  }

  static Optional<Integer> integer(String text) {
    return text.matches("\\d{1,9}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
  }

  private static Optional<Long> parse(String text, Map<String, Long> units) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Math.multiplyExact(Long.parseLong(matcher.group(1)), units.get(matcher.group(2))));
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }
}
