package io.registryrouter.observe;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * How one destination is doing, for status and health. Written by the thread that delivers, read by
 * any.
 */
public final class DeliveryStatus {

  /** The rate is that of the last so many seconds. */
  private static final int WINDOW_SECONDS = 60;

  private final Clock clock;
  private final long[] perSecond = new long[WINDOW_SECONDS];
  private long lastSecond;
  private volatile boolean served;
  private volatile Instant unservedSince;
  private volatile Trouble trouble;
  private volatile Instant nextAttempt;
  private volatile Instant lastSuccess;

  /**
   * What is wrong now.
   *
   * @param since when the first of the failed attempts was
   * @param operator true when it will not pass by itself
   */
  public record Trouble(Instant since, int attempts, String why, boolean operator) {}

  public DeliveryStatus(Clock clock) {
    this.clock = clock;
    unservedSince = clock.instant();
    nextAttempt = clock.instant();
    lastSecond = clock.instant().getEpochSecond();
  }

  public void served(boolean now) {
    if (served && !now) {
      unservedSince = clock.instant();
    }
    served = now;
  }

  /** Since when no route delivers to it, or else when that was so last. */
  public Instant unservedSince() {
    return unservedSince;
  }

  /** Whether a route delivers to it, or ends doing so for an edit or a stop. */
  public boolean isServed() {
    return served;
  }

  /** An attempt failed; returns what is wrong since when. */
  public Trouble failed(String why, boolean operator) {
    Trouble before = trouble;
    trouble =
        before == null
            ? new Trouble(clock.instant(), 1, why, operator)
            : new Trouble(before.since(), before.attempts() + 1, why, operator);
    return trouble;
  }

  /** After a failed one, for the pause that its destination asked for or that the settings say. */
  public void nextAttempt(Instant at) {
    nextAttempt = at;
  }

  /** When the next attempt is due; past when none waits for its time. */
  public Instant nextAttempt() {
    return nextAttempt;
  }

  /** Nothing is wrong any more. */
  public void recovered() {
    trouble = null;
  }

  public synchronized void delivered(int events) {
    lastSuccess = clock.instant();
    perSecond[advance()] += events;
  }

  /** What is wrong, null when nothing is. */
  public Trouble trouble() {
    return trouble;
  }

  /** When the destination last took events; empty while it has not since the start. */
  public Optional<Instant> lastSuccess() {
    return Optional.ofNullable(lastSuccess);
  }

  /** Events a second, over the last minute. */
  public synchronized double rate() {
    advance();
    return (double) LongStream.of(perSecond).sum() / WINDOW_SECONDS;
  }

  /**
   * Empties the seconds that have passed since the last look, all of them when the clock was set
   * back, and returns the present one.
   */
  private int advance() {
    long now = clock.instant().getEpochSecond();
    long windowBegin = now - WINDOW_SECONDS + 1;
    long from = now < lastSecond ? windowBegin : Math.max(lastSecond + 1, windowBegin);
    for (long second = from; second <= now; second++) {
      perSecond[(int) (second % WINDOW_SECONDS)] = 0;
    }
    lastSecond = now;
    return (int) (now % WINDOW_SECONDS);
  }
}
