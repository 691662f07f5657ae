package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouteFiles;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Mistakes in {@code routes/} that show when the routes run together. */
public final class RouteProblems {

  static final String ADVICE = "; mend it and run `bin/router check`";

  private RouteProblems() {}

  /** What Camel refused, where {@link RouteTrial} did not find it: a file may just have changed. */
  public static ConfigProblem of(Exception failure, RouteFiles files) {
    MarkedYamlEngineException yaml =
        ExceptionUtils.throwableOfType(failure, MarkedYamlEngineException.class);
    if (yaml != null && yaml.getProblemMark().isPresent()) {
      return ConfigProblem.error(
          place(yaml.getProblemMark().get(), files), "", yaml.getProblem() + ADVICE);
    }
    return ConfigProblem.error(
        "routes/", "", firstLine(ExceptionUtils.getRootCause(failure)) + ADVICE);
  }

  private static String place(Mark mark, RouteFiles files) {
    String file = mark.getName().replaceFirst("^file:(//)?", "");
    return files.relative(file) + ":" + (mark.getLine() + 1);
  }

  static String firstLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
  }
}
