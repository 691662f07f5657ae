package io.registryrouter.observe;

import java.time.Duration;
import java.time.Instant;

/** Says when something that goes on is to be said again, also after the clock was set back. */
public final class OnceAMinute {

  private static final Duration PAUSE = Duration.ofMinutes(1);

  private Instant last = Instant.MIN;

  /** True at most once a minute, and then that minute begins. */
  public synchronized boolean isDue(Instant now) {
    boolean due = now.isBefore(last) || !now.isBefore(last.plus(PAUSE));
    last = due ? now : last;
    return due;
  }
}
