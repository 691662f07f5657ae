package io.registryrouter.intake;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Goes on from its start whatever the machine's clock is set to: for how long something lasts, not
 * for when it is.
 */
public final class SteadyClock extends Clock {

  private final Instant start;
  private final long nanos = System.nanoTime();

  /**
   * @param clock says when it is at the start
   */
  public SteadyClock(Clock clock) {
    this.start = clock.instant();
  }

  @Override
  public Instant instant() {
    return start.plusNanos(System.nanoTime() - nanos);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("UTC only");
  }
}
