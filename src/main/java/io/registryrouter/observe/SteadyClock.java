package io.registryrouter.observe;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;

/** For how long something lasts, not for when it is. */
public final class SteadyClock {

  private SteadyClock() {}

  /** Begins with the time of a clock and goes on from there, whatever that is set to. */
  public static Clock from(Clock clock) {
    Instant start = clock.instant();
    long nanos = System.nanoTime();
    InstantSource source = () -> start.plusNanos(System.nanoTime() - nanos);
    return source.withZone(ZoneOffset.UTC);
  }
}
