package io.registryrouter.deliver;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long events have waited by a clock that may be set meanwhile, as one is that begins in 1970
 * until the network has told it the time. What came before it was set has waited since then at
 * least, and nobody knows how long before. Thread-safe.
 */
final class Ages {

  private static final Logger LOG = LoggerFactory.getLogger(Ages.class);

  /** What a clock is corrected by without being set. */
  private static final Duration MOST_CORRECTED = Duration.ofMinutes(1);

  private final Clock clock;
  private final LongSupplier nanos;
  private Instant now;
  private long nanosNow;
  private Instant set = Instant.MIN;
  private long nanosWhenSet;

  Ages(Clock clock) {
    this(clock, System::nanoTime);
  }

  /**
   * @param nanos goes on whatever the clock is set to
   */
  Ages(Clock clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
    this.now = clock.instant();
    this.nanosNow = nanos.getAsLong();
  }

  /** Whether what came at a time has waited for so long, for all that is known. */
  synchronized boolean hasWaited(Instant since, Duration time) {
    look();
    boolean before = since.isBefore(set);
    boolean longEnough = !before || nanosNow - nanosWhenSet >= time.toNanos();
    return longEnough && !since.plus(time).isAfter(now);
  }

  private void look() {
    Instant wall = clock.instant();
    long steady = nanos.getAsLong();
    Instant expected = now.plusNanos(steady - nanosNow);
    now = wall;
    nanosNow = steady;
    if (Duration.between(expected, wall).compareTo(MOST_CORRECTED) > 0) {
      set = wall;
      nanosWhenSet = steady;
      LOG.atWarn()
          .addKeyValue("from", expected)
          .addKeyValue("to", wall)
          .log("the clock was set forward; for what waits, expire-after begins now");
    }
  }
}
