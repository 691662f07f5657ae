package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.Nearest;
import io.registryrouter.config.RouteGraph;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteItems;
import io.registryrouter.config.RouteSteps;
import io.registryrouter.config.RouteUse;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.TailSettings;
import io.registryrouter.config.YamlFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Mistakes between routes that Camel accepts, or that it says the first of only: a rule a method.
 */
final class RouteLint {

  private static final Set<String> BEFORE_ROUTES =
      Set.of("intercept", "interceptFrom", "onException", "onCompletion");

  private final RouteItems items;
  private final RouterConfig config;
  private final RouteGraph graph;
  private final List<RouteUse> reads;
  private final List<RouteUse> sends;
  private final Set<String> read;
  private final Set<String> sent;
  private final List<ConfigProblem> problems = new ArrayList<>();

  private RouteLint(RouterConfig config, RouteGraph graph) {
    this.items = config.routes();
    this.config = config;
    this.graph = graph;
    List<RouteUse> uses = graph.uses();
    this.reads = uses.stream().filter(RouteUse::reads).toList();
    this.sends = uses.stream().filter(use -> !use.reads()).toList();
    this.read = endpoints(reads);
    this.sent = endpoints(sends);
  }

  private static Set<String> endpoints(List<RouteUse> uses) {
    return uses.stream().map(RouteUse::endpoint).collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * @param config may hold stand-ins for what is wrong in {@code config/}
   */
  static List<ConfigProblem> problems(RouterConfig config, RouteGraph graph) {
    RouteLint lint = new RouteLint(config, graph);
    lint.routesWithoutId();
    lint.idsThatStandTwice();
    lint.readTwice();
    lint.exceptionsThatNothingHandles();
    lint.switchedOffAndSentTo();
    lint.interceptsBehindRoutes();
    lint.problems.addAll(SourceLint.problems(lint.items, lint.graph));
    lint.problems.addAll(InboxLint.problems(config, lint.graph));
    lint.problems.addAll(DeliveryLint.problems(lint.items, lint.graph));
    if (lint.items.isWhole()) {
      lint.templatesThatAreNotThere();
      lint.configurationsThatAreNotThere();
      lint.sentToAndNotRead();
      lint.readAndNeverSentTo();
      lint.destinationsThatAreOnlySet();
      lint.destinationsThatAreNotSet();
      lint.tailsThatNoRouteReads();
      lint.problems.addAll(ConditionLint.problems(lint.items, lint.graph));
    }
    StepLint steps = new StepLint(config.registries(), lint.problems);
    lint.items.all().forEach(steps::look);
    return lint.problems;
  }

  private void routesWithoutId() {
    for (RouteItem item : items.all()) {
      boolean templated = item.kind().equals("templatedRoute");
      if (item.id().isEmpty() && (templated || Set.of("route", "from").contains(item.kind()))) {
        String advice =
            templated
                ? "has no routeId; add e.g. `routeId: deliver-eu-de`"
                : "has no id; write `route:` with e.g. `id: deliver-eu-de`";
        problems.add(
            ConfigProblem.error(
                item.where(), item.kind(), advice + ", routes are told apart by it"));
      }
    }
  }

  private void idsThatStandTwice() {
    Map<String, String> first = new HashMap<>();
    for (RouteItem item : items.all()) {
      String earlier = item.id().isEmpty() ? null : first.putIfAbsent(item.key(), item.where());
      if (earlier != null) {
        problems.add(
            item.error("the id stands twice, first in " + earlier + "; give one of them another"));
      }
    }
  }

  private Set<String> ids(String kind) {
    return items.all().stream()
        .filter(item -> item.kind().equals(kind))
        .flatMap(item -> item.id().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void templatesThatAreNotThere() {
    Set<String> known = ids("routeTemplate");
    for (RouteItem item : items.all()) {
      String name = item.template().orElse("");
      if (item.kind().equals("templatedRoute") && !name.isEmpty() && !known.contains(name)) {
        problems.add(
            item.error(
                String.format(
                    "routeTemplateRef \"%s\" is no routeTemplate; there are: %s%s",
                    name, String.join(", ", known), Nearest.hint(name, known))));
      }
    }
  }

  /** By name; what stands in for several names is not looked up. */
  private void configurationsThatAreNotThere() {
    Set<String> known = ids("routeConfiguration");
    for (RouteItem item : items.all()) {
      item.body()
          .find("routeConfigurationId")
          .ifPresent(
              value ->
                  value
                      .scalar()
                      .filter(name -> name.matches("[A-Za-z0-9_-]+") && !known.contains(name))
                      .ifPresent(
                          name -> problems.add(noConfiguration(value.where(), name, known))));
    }
  }

  private static ConfigProblem noConfiguration(String where, String name, Set<String> known) {
    return ConfigProblem.error(
        where,
        "routeConfigurationId",
        String.format(
            "\"%s\" is no routeConfiguration%s%s",
            name,
            known.isEmpty() ? "; none has an id" : "; there are: " + String.join(", ", known),
            Nearest.hint(name, known)));
  }

  private void sentToAndNotRead() {
    sends.stream()
        .filter(use -> use.isDirect() || use.isSpool())
        .filter(use -> !read.contains(use.endpoint()))
        .forEach(use -> problems.add(unread(use)));
  }

  private ConfigProblem unread(RouteUse use) {
    String scheme = use.isSpool() ? RouteUse.SPOOL : RouteUse.DIRECT;
    List<String> accepted = read.stream().filter(known -> known.startsWith(scheme)).toList();
    String known =
        accepted.isEmpty()
            ? ", nor from any other " + scheme + "…"
            : "; there are: " + String.join(", ", accepted);
    String advice =
        use.isSpool()
            ? (accepted.isEmpty() ? "; " : "; or ")
                + "add a route for it to routes/50-deliver.camel.yaml"
            : "";
    return ConfigProblem.error(
        use.where(),
        use.endpoint(),
        "no route reads from it" + known + advice + Nearest.hint(use.endpoint(), accepted));
  }

  private void readTwice() {
    Map<String, String> first = new HashMap<>();
    for (RouteUse use : reads) {
      String earlier = first.putIfAbsent(use.endpoint(), use.where());
      if (earlier != null) {
        problems.add(
            ConfigProblem.error(
                use.where(),
                use.endpoint(),
                "is read by the route at "
                    + earlier
                    + " as well; one route can read from it, remove the other"));
      }
    }
  }

  /** With {@code noErrorHandler} Camel does not ask for them. */
  private void exceptionsThatNothingHandles() {
    boolean none = items.all().stream().anyMatch(RouteLint::handlesNothing);
    Set<String> handled =
        items.all().stream()
            .filter(item -> item.kind().equals("errorHandler"))
            .map(RouteItem::fileName)
            .collect(Collectors.toSet());
    for (RouteItem item : items.all()) {
      boolean own = item.body().find("errorHandler").isPresent() && !handlesNothing(item);
      if (none && !own && !handled.contains(item.fileName())) {
        RouteSteps.walk(
            item.node(),
            value ->
                value
                    .find("onException")
                    .filter(YamlFile.Value::isMap)
                    .ifPresent(clause -> problems.add(unasked(clause))));
      }
    }
  }

  private static boolean handlesNothing(RouteItem item) {
    return item.kind().equals("routeConfiguration")
        && item.body()
            .find("errorHandler")
            .flatMap(handler -> handler.find("noErrorHandler"))
            .isPresent();
  }

  private static ConfigProblem unasked(YamlFile.Value clause) {
    return ConfigProblem.warning(
        clause.where(),
        "onException",
        "has no effect: routes/00-errors.camel.yaml says `noErrorHandler`, so that what fails is"
            + " given back to its source; use `doTry` and `doCatch` around the steps, or remove it");
  }

  private void readAndNeverSentTo() {
    for (RouteUse use : reads) {
      if ((use.isDirect() || use.isSpool()) && !sent.contains(use.endpoint())) {
        String advice =
            use.isDirect()
                ? "; send to it, or remove the route"
                : "; what is in its spool is still delivered, then remove the route and its settings";
        problems.add(
            ConfigProblem.warning(use.where(), use.endpoint(), "no route sends to it" + advice));
      }
    }
  }

  /** Camel lets every batch wait 30 s for such a route. */
  private void switchedOffAndSentTo() {
    for (RouteItem item : items.all()) {
      graph
          .source(item)
          .filter(source -> sent.contains(source.uri()) && RouteUse.isDirect(source.uri()))
          .filter(source -> graph.isSwitchedOff(item))
          .ifPresent(
              source ->
                  problems.add(
                      item.error(
                          "is switched off by autoStartup, and whatever sends to "
                              + source.uri()
                              + " would wait for it; remove autoStartup, or what sends to it")));
    }
  }

  /** Camel says so of one without its place. */
  private void interceptsBehindRoutes() {
    Set<String> withRoutes = new TreeSet<>();
    for (RouteItem item : items.all()) {
      if (Set.of("route", "from").contains(item.kind())) {
        withRoutes.add(item.fileName());
      } else if (BEFORE_ROUTES.contains(item.kind()) && withRoutes.contains(item.fileName())) {
        problems.add(
            item.error("stands behind a route of its file; move it to the top of the file"));
      }
    }
  }

  private void destinationsThatAreOnlySet() {
    Set<String> used = new TreeSet<>(read);
    used.addAll(sent);
    for (String name : config.destinations().keySet()) {
      String endpoint = RouteUse.SPOOL + name;
      config
          .settings()
          .whereIs(name)
          .filter(where -> !used.contains(endpoint))
          .ifPresent(where -> problems.add(onlySet(where, name, used)));
    }
  }

  /** They may be on their way; what comes until then is archived, and not sent. */
  private void destinationsThatAreNotSet() {
    for (RouteItem item : items.all()) {
      String name = item.parameters().getOrDefault("destination", "");
      boolean made = item.template().filter("destination"::equals).isPresent();
      boolean used = sent.contains(RouteUse.SPOOL + name);
      if (made && used && config.settings().whereIs(name).isEmpty()) {
        problems.add(
            ConfigProblem.warning(
                item.where(),
                item.key(),
                String.format(
                    "nothing is set for %1$s, so that its events are archived and sent nowhere; write"
                        + " router.destination.%1$s.type=archive if that is meant, else type=http"
                        + " and its url",
                    name)));
      }
    }
  }

  private void tailsThatNoRouteReads() {
    config.intake().tails().stream()
        .map(tail -> "tail:" + tail.path())
        .distinct()
        .filter(endpoint -> !read.contains(endpoint))
        .forEach(
            endpoint ->
                problems.add(
                    ConfigProblem.error(
                        config.settings().where(TailSettings.KEY),
                        TailSettings.KEY,
                        "no route reads from "
                            + endpoint
                            + "; restore its route in routes/12-intake-tail.camel.yaml")));
  }

  private static ConfigProblem onlySet(String where, String name, Set<String> used) {
    Set<String> names =
        used.stream()
            .filter(endpoint -> endpoint.startsWith(RouteUse.SPOOL))
            .map(endpoint -> endpoint.substring(RouteUse.SPOOL.length()))
            .collect(Collectors.toCollection(TreeSet::new));
    return ConfigProblem.warning(
        where,
        DestinationSettings.PREFIX + name,
        "has settings, but no route sends to it or reads from it; destinations: "
            + String.join(", ", names)
            + Nearest.hint(name, names));
  }
}
