package io.registryrouter.config;

import java.time.Duration;

/**
 * Suppression of events that come twice.
 *
 * @param window how long an event is remembered; zero switches it off
 * @param maxEvents how many are remembered at most; about 100 bytes each
 */
public record DedupeSettings(Duration window, int maxEvents) {

  static DedupeSettings read(Settings settings) {
    return new DedupeSettings(
        settings.duration("router.dedupe.window"),
        settings.positive("router.dedupe.max-events", "100000"));
  }
}
