package io.registryrouter.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.registryrouter.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the attempts to deliver to one destination, and how long they took. All series exist from
 * the start, at zero. Thread-safe.
 */
public final class Attempts {

  private static final Duration[] BUCKETS =
      List.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000).stream()
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final Timer duration;
  private final Map<Result, Counter> results = new EnumMap<>(Result.class);
  private final List<Counter> replies = new ArrayList<>();

  /** How an attempt ended. */
  public enum Result {
    DELIVERED,
    PARTLY,
    RETRY,
    REJECTED
  }

  Attempts(MeterRegistry meters, String destination) {
    duration =
        Timer.builder("router.delivery.duration")
            .description("Time that an attempt to deliver took, from its beginning to its answer")
            .serviceLevelObjectives(BUCKETS)
            .tag("destination", destination)
            .register(meters);
    for (Result result : Result.values()) {
      results.put(
          result,
          Counter.builder("router.delivery.attempts")
              .description("Attempts to deliver, by how they ended")
              .tag("destination", destination)
              .tag("result", Settings.word(result))
              .register(meters));
    }
    for (int hundreds = 2; hundreds <= 5; hundreds++) {
      replies.add(
          Counter.builder("router.delivery.replies")
              .description("HTTP replies of destinations, by the class of their status")
              .tag("destination", destination)
              .tag("status", hundreds + "xx")
              .register(meters));
    }
  }

  /** An attempt has ended. */
  public void ended(Result result, Duration after) {
    duration.record(after);
    results.get(result).increment();
  }

  /**
   * A reply came.
   *
   * @param status of HTTP; one that no final reply can have is not counted
   */
  public void replied(int status) {
    int index = status / 100 - 2;
    if (index >= 0 && index < replies.size()) {
      replies.get(index).increment();
    }
  }
}
