package io.registryrouter.enrich;

import io.registryrouter.config.AccessTrailSettings;
import io.registryrouter.config.AccessTrailSettings.AfterCutoff;
import io.registryrouter.config.AccessTrailSettings.Basis;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** Whether an event of the deprecated path still goes there. Thread-safe. */
public final class AccessTrail {

  private final AccessTrailSettings settings;
  private final Instant closed;
  private final Clock clock;

  public AccessTrail(AccessTrailSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    // The last supported day counts whole, in UTC: the path closes when the next day begins.
    this.closed = settings.cutoff().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** What becomes of an event. */
  public enum Decision {
    OPEN,
    RETIRED,
    MOVED_TO_ACTIVITY_TRACKER,
    INVALID_EVENT_TIME
  }

  /**
   * @param eventTime as in the event, may be null
   */
  public Decision decide(String eventTime) {
    Optional<Instant> time =
        settings.basis() == Basis.ARRIVAL_TIME
            ? Optional.of(clock.instant())
            : EventTime.parse(eventTime);
    if (time.isEmpty()) {
      return Decision.INVALID_EVENT_TIME;
    }
    if (time.get().isBefore(closed)) {
      return Decision.OPEN;
    }
    return settings.afterCutoff() == AfterCutoff.ACTIVITY_TRACKER
        ? Decision.MOVED_TO_ACTIVITY_TRACKER
        : Decision.RETIRED;
  }
}
