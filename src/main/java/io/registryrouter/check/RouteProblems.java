package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouteFiles;
import io.registryrouter.config.RouteUse;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.util.ObjectHelper;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Mistakes in {@code routes/}: those Camel finds, with the place they are at, and those it does
 * not.
 */
public final class RouteProblems {

  private static final Pattern YAML_PLACE =
      Pattern.compile("file:(\\S+?\\.camel\\.yaml)[^\\n]*line (\\d+)");
  private static final Pattern DUPLICATE_ID =
      Pattern.compile("Duplicate route ids detected: ([^.\\s]+)");
  static final String ADVICE = "; mend it and run `bin/router check`";

  private final RouteFiles files;

  public RouteProblems(RouteFiles files) {
    this.files = files;
  }

  /** What Camel refused, as a problem with a place. */
  public ConfigProblem of(Exception failure) {
    if (files.all().isEmpty()) {
      return ConfigProblem.error(
          "routes/", "", "holds no *.camel.yaml; restore it from the release");
    }
    MarkedYamlEngineException yaml =
        ObjectHelper.getException(MarkedYamlEngineException.class, failure);
    if (yaml != null && yaml.getProblemMark().isPresent()) {
      return yaml(yaml.getProblemMark().get(), yaml.getProblem());
    }
    SimpleIllegalSyntaxException simple =
        ObjectHelper.getException(SimpleIllegalSyntaxException.class, failure);
    if (simple != null) {
      String where = files.whereIs(simple.getExpression());
      return ConfigProblem.error(
          where, "simple: " + simple.getExpression(), firstLine(simple) + ADVICE);
    }
    return route(failure);
  }

  private ConfigProblem yaml(Mark mark, String problem) {
    String file = mark.getName().replaceFirst("^file:(//)?", "");
    return ConfigProblem.error(
        files.relative(file) + ":" + (mark.getLine() + 1), "", problem + ADVICE);
  }

  private ConfigProblem route(Exception failure) {
    Throwable root = ExceptionUtils.getRootCause(failure);
    String message = String.valueOf(root.getMessage());
    Matcher place = YAML_PLACE.matcher(message);
    if (place.find()) {
      String file = place.group(1).replaceFirst("^//", "");
      return ConfigProblem.error(
          files.relative(file) + ":" + place.group(2), "", firstLine(root) + ADVICE);
    }
    FailedToCreateRouteException route =
        ObjectHelper.getException(FailedToCreateRouteException.class, failure);
    Matcher duplicate = DUPLICATE_ID.matcher(message);
    String id = duplicate.find() ? duplicate.group(1) : route == null ? null : route.getRouteId();
    return id == null
        ? ConfigProblem.error("routes/", "", firstLine(root) + ADVICE)
        : ConfigProblem.error(files.whereIs(": " + id), "route " + id, firstLine(root) + ADVICE);
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
