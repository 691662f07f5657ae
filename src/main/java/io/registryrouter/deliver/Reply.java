package io.registryrouter.deliver;

/** What a destination's HTTP status means for the events that were sent. */
public final class Reply {

  private Reply() {}

  /**
   * A pure function. Anything but success is tried again: a wrong key or a missing path is an
   * operator's mistake, not the event's.
   */
  public static Outcome classify(int status) {
    return status >= 200 && status < 300
        ? new Outcome.Delivered()
        : new Outcome.Retry("HTTP status " + status);
  }
}
