package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import org.apache.commons.lang3.exception.ExceptionUtils;

/** Mistakes in {@code routes/} that show when the routes run together. */
public final class RouteProblems {

  static final String ADVICE = "; mend it and run `bin/router check`";

  private RouteProblems() {}

  /** What Camel refused of the routes as a whole, where {@link RouteTrial} finds nothing. */
  public static ConfigProblem of(Exception failure) {
    return ConfigProblem.error(
        "routes/", "", firstLine(ExceptionUtils.getRootCause(failure)) + ADVICE);
  }

  static String firstLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
  }
}
