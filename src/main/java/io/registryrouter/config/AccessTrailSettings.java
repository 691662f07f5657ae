package io.registryrouter.config;

import java.time.LocalDate;

/**
 * The end of the deprecated Access Trail path.
 *
 * @param cutoff last supported day, whole, in UTC
 */
public record AccessTrailSettings(LocalDate cutoff, Basis basis, AfterCutoff afterCutoff) {

  /** Which time is held against the cutoff. */
  public enum Basis {
    EVENT_TIME,
    ARRIVAL_TIME
  }

  /** What happens to an event after the cutoff. */
  public enum AfterCutoff {
    DEAD_LETTER,
    ACTIVITY_TRACKER
  }

  static AccessTrailSettings read(Settings settings) {
    return new AccessTrailSettings(
        settings.date("router.access-trail.cutoff"),
        settings.choice("router.access-trail.cutoff-basis", Basis.class),
        settings.choice("router.access-trail.after-cutoff", AfterCutoff.class));
  }
}
