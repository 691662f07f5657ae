package io.registryrouter.deliver;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What became of an attempt to deliver a slice; the body that a delivery route ends with. */
public sealed interface Outcome {

  /** The destination has it. */
  record Delivered() implements Outcome {}

  /**
   * It stays in the spool and is tried again.
   *
   * @param why for people
   * @param after how long the destination asks to be left alone
   * @param operator true when it will not pass by itself: a wrong key, a missing path
   */
  record Retry(String why, Optional<Duration> after, boolean operator) implements Outcome {

    public Retry(String why) {
      this(why, Optional.empty(), false);
    }

    /** One that will not pass by itself. */
    public static Retry untilMended(String why) {
      return new Retry(why, Optional.empty(), true);
    }
  }

  /**
   * The destination has some of its events, and says which.
   *
   * @param statuses one an event, in order, for {@link Reply#classifyLine}
   * @param again why some are to be sent again; empty when none is
   */
  record Partly(List<Integer> statuses, Optional<Retry> again) implements Outcome {}

  /**
   * The destination will never take it as it is.
   *
   * @param response beginning of what the destination answered
   */
  record Reject(int status, String response) implements Outcome {}
}
