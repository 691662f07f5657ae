package io.registryrouter.config;

import java.time.Duration;
import java.util.Optional;

/** Pauses between attempts: the first, and the longest that doubling leads to. */
public record Backoff(Duration first, Duration longest) {

  static final Backoff NONE = new Backoff(Duration.ZERO, Duration.ZERO);
  private static final Duration DEFAULT_LONGEST = Duration.ofSeconds(30);

  /** {@code 200ms to 30s}; or the first pause alone, then the longest is 30 s or the first. */
  static Optional<Backoff> parse(String text) {
    String[] parts = text.split("\\s+to\\s+", 2);
    Optional<Duration> first = Units.duration(parts[0]);
    Optional<Duration> longest =
        parts.length == 2
            ? Units.duration(parts[1])
            : first.map(f -> f.compareTo(DEFAULT_LONGEST) > 0 ? f : DEFAULT_LONGEST);
    if (first.isEmpty() || longest.isEmpty() || first.get().compareTo(longest.get()) > 0) {
      return Optional.empty();
    }
    return Optional.of(new Backoff(first.get(), longest.get()));
  }
}
