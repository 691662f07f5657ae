package io.registryrouter.check;

import java.util.Optional;

/**
 * A branch of a {@code choice} in {@code routes/} that took an event.
 *
 * @param file relative to the home it was loaded from, e.g. {@code routes/40-route.camel.yaml}
 * @param line from 1
 * @param expression as it stands in the file, e.g. {@code ${header.registryDomain} == 'au.icr.io'};
 *     {@code otherwise} for that branch
 */
public record When(String file, int line, String expression) {

  /** {@code routes/40-route.camel.yaml:19}. */
  public String place() {
    return file + ":" + line;
  }

  /** In brackets, to be put behind what it did to an event; nothing when it was none. */
  public static String behind(Optional<When> when) {
    return when.map(taken -> " (" + taken.place() + ")").orElse("");
  }
}
