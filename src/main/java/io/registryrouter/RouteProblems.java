package io.registryrouter;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouteFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.util.ObjectHelper;

/**
 * Mistakes in {@code routes/}: those Camel finds, with the place they are at, and those it does
 * not.
 */
final class RouteProblems {

  private static final Pattern YAML_PLACE =
      Pattern.compile("file:(\\S+?\\.camel\\.yaml).*?line (\\d+)", Pattern.DOTALL);
  private static final Pattern YAML_LINE = Pattern.compile("line (\\d+)");

  private final RouteFiles files;

  RouteProblems(RouteFiles files) {
    this.files = files;
  }

  /** What Camel refused, as a problem with a place. */
  ConfigProblem of(Exception failure) {
    FailedToCreateRouteException route =
        ObjectHelper.getException(FailedToCreateRouteException.class, failure);
    Throwable root = failure;
    StringBuilder all = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      all.append(cause.getMessage()).append('\n');
      root = cause;
    }
    if (route != null) {
      return new ConfigProblem(
          files.whereIs(": " + route.getRouteId()), "route " + route.getRouteId(), sentence(root));
    }
    Matcher place = YAML_PLACE.matcher(all);
    if (place.find()) {
      return new ConfigProblem(
          files.relative(place.group(1)) + ":" + place.group(2), "", sentence(root));
    }
    return new ConfigProblem("routes/", "", sentence(root));
  }

  private static String sentence(Throwable cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    Matcher line = YAML_LINE.matcher(message);
    return (line.find() ? message.replace('\n', ' ') : message).strip()
        + "; mend it and run `bin/router check`";
  }

  /** Endpoints that are sent to and read by nobody, which Camel accepts. */
  List<ConfigProblem> unread(CamelContext camel) {
    Set<String> read =
        camel.getRoutes().stream()
            .map(route -> route.getEndpoint().getEndpointUri())
            .collect(Collectors.toSet());
    List<ConfigProblem> problems = new ArrayList<>();
    camel.getEndpoints().stream()
        .map(Endpoint::getEndpointUri)
        .filter(uri -> uri.startsWith("direct:") || uri.startsWith("spool:"))
        .filter(uri -> !read.contains(uri))
        .sorted()
        .forEach(uri -> problems.add(unread(uri, read)));
    return problems;
  }

  private ConfigProblem unread(String uri, Set<String> read) {
    String name = uri.replace("://", ":");
    String scheme = name.substring(0, name.indexOf(':') + 1);
    String accepted =
        read.stream()
            .map(known -> known.replace("://", ":"))
            .filter(known -> known.startsWith(scheme))
            .sorted()
            .collect(Collectors.joining(", "));
    String advice =
        scheme.equals("spool:") ? "; or add a route for it to routes/50-deliver.camel.yaml" : "";
    return new ConfigProblem(
        files.whereIs(name), name, "no route reads from it; there are: " + accepted + advice);
  }
}
