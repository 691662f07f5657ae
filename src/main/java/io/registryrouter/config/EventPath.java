package io.registryrouter.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The two ways an audit event can take: the current service, and the one deprecated in 2019. */
public enum EventPath {
  ACTIVITY_TRACKER("activity-tracker"),
  ACCESS_TRAIL("access-trail");

  private final String label;

  EventPath(String label) {
    this.label = label;
  }

  /** The word used in directory names, URLs, headers, metrics and enrichment. */
  public String label() {
    return label;
  }

  public static Optional<EventPath> of(String label) {
    return Arrays.stream(values()).filter(path -> path.label.equals(label)).findFirst();
  }

  /**
   * @throws IllegalArgumentException when there is no such path
   */
  public static EventPath parse(String label) {
    return of(label)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\"" + label + "\" is no path; paths: " + String.join(", ", labels())));
  }

  public static List<String> labels() {
    return Arrays.stream(values()).map(EventPath::label).toList();
  }

  @Override
  public String toString() {
    return label;
  }
}
