package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteItems;
import io.registryrouter.config.RouterConfig;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * Loads each item of the route files on its own, so that a mistake in one does not hide the next:
 * Camel stops at the first.
 */
final class RouteTrial {

  /** Routes need what the other items define, and templated ones the templates. */
  private static final List<String> LAST = List.of("route", "from", "templatedRoute");

  private final RouteItems items;
  private final Set<String> said;
  private final RouterConfig config;
  private final CamelFailures failures;
  private final Rehearsal empty;
  private final CamelContext camel;
  private final Set<String> brokenTemplates = new HashSet<>();
  private final Set<ConfigProblem> problems = new LinkedHashSet<>();
  private CamelSchema schema;

  private RouteTrial(Set<String> said, RouterConfig config, Rehearsal empty) {
    this.items = config.routes();
    this.said = said;
    this.config = config;
    this.empty = empty;
    this.camel = empty.camel();
    this.failures = new CamelFailures(items, camel);
  }

  /**
   * @param known problems; where an error is among them, none is said again
   */
  static List<ConfigProblem> problems(List<ConfigProblem> known, RouterConfig config, Clock clock) {
    try (Rehearsal empty = Rehearsal.empty(config, clock)) {
      Set<String> said =
          ConfigProblem.errors(known).stream()
              .map(ConfigProblem::where)
              .collect(Collectors.toSet());
      RouteTrial trial = new RouteTrial(said, config, empty);
      trial.items.all().stream()
          .sorted(Comparator.comparing(item -> LAST.indexOf(item.kind())))
          .forEach(trial::load);
      return List.copyOf(trial.problems);
    }
  }

  private void load(RouteItem item) {
    if (item.template().filter(this::isBrokenOrMissing).isPresent()) {
      return; // said of the template, or by RouteLint
    }
    if (StepLint.cannotBeLoaded(item)) {
      return;
    }
    try {
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(ResourceHelper.fromString(item.file().toUri().toString(), item.text()));
    } catch (Exception e) {
      if (item.kind().equals("routeTemplate")) {
        item.id().ifPresent(brokenTemplates::add);
      }
      explain(item, e);
    } finally {
      problems.addAll(empty.reclaim(items));
      removeRoutes();
    }
  }

  private boolean isBrokenOrMissing(String template) {
    return brokenTemplates.contains(template) || items.template(template).isEmpty();
  }

  private void explain(RouteItem item, Exception failure) {
    if (schema == null) {
      schema = CamelSchema.load();
    }
    List<ConfigProblem> unknown = schema.problems(item);
    if (unknown.isEmpty()) {
      failures.of(item, failure).stream()
          .filter(
              problem -> problem.where().equals(item.where()) || !said.contains(problem.where()))
          .forEach(problem -> problems.add(inTermsOfTheTemplate(item, problem)));
    } else {
      problems.addAll(unknown);
    }
  }

  /** A mistake in a template shows in every route made from it, and is said once. */
  private ConfigProblem inTermsOfTheTemplate(RouteItem item, ConfigProblem problem) {
    String message = config.settings().withoutSecrets(problem.message());
    for (Map.Entry<String, String> parameter : item.parameters().entrySet()) {
      if (item.kind().equals("templatedRoute") && !parameter.getValue().isEmpty()) {
        message = message.replace(parameter.getValue(), "{{" + parameter.getKey() + "}}");
      }
    }
    boolean inTemplate = !problem.where().equals(item.where()) && item.template().isPresent();
    String key = inTemplate ? "routeTemplate " + item.template().get() : problem.key();
    return ConfigProblem.error(problem.where(), key, message);
  }

  private void removeRoutes() {
    ModelCamelContext model = (ModelCamelContext) camel;
    try {
      for (Route route : List.copyOf(camel.getRoutes())) {
        camel.getRouteController().stopRoute(route.getRouteId());
        camel.removeRoute(route.getRouteId());
      }
      for (RouteDefinition definition : List.copyOf(model.getRouteDefinitions())) {
        model.removeRouteDefinition(definition);
      }
    } catch (Exception e) {
      throw new IllegalStateException("a route that was tried cannot be removed", e);
    }
  }
}
