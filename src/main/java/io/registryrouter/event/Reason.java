package io.registryrouter.event;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Why an event could not go on, in the order of reports. The label is also the metric's label. */
public enum Reason {
  MALFORMED("malformed", "not JSON, or not an object"),
  TOO_LARGE("too-large", "larger than router.event.max-size"),
  NOT_A_REGISTRY_EVENT("not-a-registry-event", "no container-registry action"),
  UNKNOWN_ACTION("unknown-action", "action not in config/actions.yaml"),
  UNKNOWN_DOMAIN("unknown-domain", "registry not in config/registries.yaml"),
  INVALID_EVENT_TIME("invalid-event-time", "Access Trail event without a valid time"),
  ACCESS_TRAIL_RETIRED("access-trail-retired", "Access Trail event after the cutoff"),
  NO_ROUTE("no-route", "registry known, but no `when` takes it"),
  REJECTED("rejected", "refused by its destination"),
  EXPIRED("expired", "not delivered within expire-after");

  private final String label;
  private final String meaning;

  Reason(String label, String meaning) {
    this.label = label;
    this.meaning = meaning;
  }

  public String label() {
    return label;
  }

  /** All, in the order of reports. */
  public static Set<String> labels() {
    return Arrays.stream(values())
        .map(Reason::label)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** What it says, for people. */
  public String meaning() {
    return meaning;
  }

  /**
   * @param label null when no route named one
   * @throws IllegalArgumentException when there is no such reason
   */
  public static Reason parse(String label) {
    for (Reason reason : values()) {
      if (reason.label.equals(label)) {
        return reason;
      }
    }
    throw new IllegalArgumentException(
        label == null
            ? "no dead-letter reason is set; write `setHeader: { name: deadLetterReason, constant:"
                + " no-route }` before `to: direct:dead-letter`"
            : "\""
                + label
                + "\" is no dead-letter reason; reasons: "
                + String.join(", ", labels()));
  }
}
