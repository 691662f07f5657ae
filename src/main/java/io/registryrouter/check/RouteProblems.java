package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouteFiles;
import io.registryrouter.config.RouteUse;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Mistakes in {@code routes/} that show when the routes run together. */
public final class RouteProblems {

  static final String ADVICE = "; mend it and run `bin/router check`";

  private final RouteFiles files;

  public RouteProblems(RouteFiles files) {
    this.files = files;
  }

  /** What Camel refused, where {@link RouteTrial} did not find it: a file may just have changed. */
  public ConfigProblem of(Exception failure) {
    MarkedYamlEngineException yaml =
        ExceptionUtils.throwableOfType(failure, MarkedYamlEngineException.class);
    if (yaml != null && yaml.getProblemMark().isPresent()) {
      return ConfigProblem.error(
          place(yaml.getProblemMark().get()), "", yaml.getProblem() + ADVICE);
    }
    return ConfigProblem.error(
        "routes/", "", firstLine(ExceptionUtils.getRootCause(failure)) + ADVICE);
  }

  private String place(Mark mark) {
    String file = mark.getName().replaceFirst("^file:(//)?", "");
    return files.relative(file) + ":" + (mark.getLine() + 1);
  }

  static String firstLine(Throwable cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("").strip();
  }

  /** Endpoints that are sent to and read by nobody, which Camel accepts. */
  public List<ConfigProblem> unread(CamelContext camel) {
    Set<String> read =
        camel.getRoutes().stream()
            .map(route -> name(route.getEndpoint()))
            .collect(Collectors.toSet());
    return camel.getEndpoints().stream()
        .map(RouteProblems::name)
        .filter(name -> name.startsWith("direct:") || name.startsWith("spool:"))
        .filter(name -> !read.contains(name))
        .sorted()
        .map(name -> RouteUse.unread(files.whereIs(name), name, read))
        .toList();
  }

  private static String name(Endpoint endpoint) {
    return endpoint.getEndpointUri().replace("://", ":");
  }
}
