package io.registryrouter.deliver;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long events have waited by a clock that may be set meanwhile, as one is that begins in 1970
 * until the network has told it the time: what it was set forward by counts for nothing that came
 * before. Nor does the time for which a machine was suspended. Thread-safe.
 */
final class Ages {

  private static final Logger LOG = LoggerFactory.getLogger(Ages.class);

  /** What a clock is corrected by without being set. */
  private static final Duration MOST_CORRECTED = Duration.ofMinutes(1);

  /** The last ones are remembered. */
  private static final int MOST_JUMPS = 1000;

  private final Clock clock;
  private final Clock steady;

  /** By how much the clock was ahead of the steady one at the last look. */
  private Duration ahead;

  private final Deque<Jump> jumps = new ArrayDeque<>();

  /**
   * The clock was set forward.
   *
   * @param to the time it was set to
   */
  private record Jump(Instant to, Duration by) {

    /** What of it seems to have been waited for, which is never more than there was to wait for. */
    Duration of(Instant since) {
      Duration before = Duration.between(since, to);
      return before.isNegative() ? Duration.ZERO : before.compareTo(by) < 0 ? before : by;
    }
  }

  /**
   * @param steady goes on whatever the clock is set to
   */
  Ages(Clock clock, Clock steady) {
    this.clock = clock;
    this.steady = steady;
    this.ahead = Duration.between(steady.instant(), clock.instant());
  }

  /** Whether what came at a time has waited for so long. */
  synchronized boolean hasWaited(Instant since, Duration time) {
    look();
    Duration age = Duration.between(since, clock.instant());
    for (Jump jump : jumps) {
      age = age.minus(jump.of(since));
    }
    return age.compareTo(time) >= 0;
  }

  /** Notices whether the clock was set since the last look; the more often the better. */
  synchronized void look() {
    Instant now = clock.instant();
    Duration before = ahead;
    ahead = Duration.between(steady.instant(), now);
    Duration jump = ahead.minus(before);
    if (jump.compareTo(MOST_CORRECTED) > 0) {
      jumps.addLast(new Jump(now, jump));
      if (jumps.size() > MOST_JUMPS) {
        jumps.removeFirst();
      }
      LOG.atWarn()
          .addKeyValue("from", now.minus(jump))
          .addKeyValue("to", now)
          .log("the clock was set forward, or the machine suspended; nothing expires by that");
    }
  }
}
