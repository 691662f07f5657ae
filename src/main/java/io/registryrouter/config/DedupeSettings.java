package io.registryrouter.config;

import java.time.Duration;

/**
 * Suppression of events that come twice.
 *
 * @param window how long an event is remembered; zero switches it off
 * @param maxEvents how many are remembered at most
 */
public record DedupeSettings(Duration window, int maxEvents) {

  private static final String MAX_EVENTS = "router.dedupe.max-events";
  private static final String EXAMPLE = "100000";

  /** Of an id, with when it came and its place in their order. */
  private static final int BYTES_EACH = 100;

  /** What is in flight may take a third of the heap, and all else takes some. */
  private static final int WARNED = 4;

  private static final int REFUSED = 2;

  static DedupeSettings read(Settings settings) {
    Duration window = settings.duration("router.dedupe.window");
    return new DedupeSettings(
        window,
        window.isZero()
            ? settings.positive(MAX_EVENTS, EXAMPLE)
            : settings.numberInHeap(MAX_EVENTS, EXAMPLE, BYTES_EACH, WARNED, REFUSED));
  }
}
