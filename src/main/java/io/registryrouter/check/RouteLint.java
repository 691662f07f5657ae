package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.EndpointUse;
import io.registryrouter.config.Nearest;
import io.registryrouter.config.RouteGraph;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteItems;
import io.registryrouter.config.RouteUse;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.TailSettings;
import io.registryrouter.config.YamlFile;
import io.registryrouter.flow.RouterContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Mistakes between routes that Camel accepts, or that it says the first of only: a rule a method.
 */
final class RouteLint {

  private final RouteItems items;
  private final RouterConfig config;
  private final RouteGraph graph;
  private final List<RouteUse> reads;
  private final List<RouteUse> sends;
  private final Set<String> read;
  private final Set<String> sent;
  private final List<ConfigProblem> problems = new ArrayList<>();

  private RouteLint(RouterConfig config) {
    this.items = config.routes();
    this.config = config;
    this.graph = items.graph(RouterContext.placeholders(config));
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
  static List<ConfigProblem> problems(RouterConfig config) {
    RouteLint lint = new RouteLint(config);
    lint.routesWithoutId();
    lint.idsThatStandTwice();
    lint.readTwice();
    lint.sourcesThatDoNotWait();
    lint.sourcesThatWaitTooEarly();
    lint.groupsThatWait();
    lint.batchesThatAreSentTwice();
    lint.filesTakenAtOnce();
    lint.exceptionsThatNothingHandles();
    lint.switchedOffAndSentTo();
    lint.problems.addAll(InboxLint.problems(config, lint.graph));
    lint.problems.addAll(DeliveryLint.problems(lint.items, lint.graph));
    if (lint.items.isWhole()) {
      lint.templatesThatAreNotThere();
      lint.configurationsThatAreNotThere();
      lint.sentToAndNotRead();
      lint.readAndNeverSentTo();
      lint.nothingTakenIn();
      lint.destinationsThatAreOnlySet();
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

  private void templatesThatAreNotThere() {
    Set<String> known =
        items.all().stream()
            .filter(item -> item.kind().equals("routeTemplate"))
            .flatMap(item -> item.id().stream())
            .collect(Collectors.toCollection(TreeSet::new));
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
    Set<String> known =
        items.all().stream()
            .filter(item -> item.kind().equals("routeConfiguration"))
            .flatMap(item -> item.id().stream())
            .collect(Collectors.toCollection(TreeSet::new));
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

  /** The step `durable` is what waits for the disk. */
  private void sourcesThatDoNotWait() {
    items.all().stream()
        .filter(item -> graph.takesIn(item) && !graph.comesTo(item, "durable"))
        .map(
            item ->
                item.error(
                    "does not wait until what it took is on disk, and can acknowledge nothing;"
                        + " add `- process: { ref: durable }` as its last step"))
        .forEach(problems::add);
  }

  private void sourcesThatWaitTooEarly() {
    for (RouteItem item : items.all()) {
      if (graph.takesIn(item)) {
        graph
            .handsOverUnawaited(item)
            .filter(where -> graph.comesTo(item, "durable"))
            .ifPresent(
                where ->
                    problems.add(
                        ConfigProblem.error(
                            where,
                            item.key(),
                            "hands events over behind `process: { ref: durable }`, which waits only"
                                + " for those before it, so that they would be delivered and given"
                                + " back as well; move that step behind this one")));
      }
    }
  }

  /** A batch of several groups would be given back for the others, and its first delivered. */
  private void groupsThatWait() {
    items.all().stream()
        .filter(item -> item.names("group"))
        .flatMap(item -> graph.behind(item).stream())
        .distinct()
        .filter(behind -> behind.names("durable"))
        .map(
            behind ->
                behind.error(
                    "waits by `process: { ref: durable }` for a part of a batch, whose other parts are"
                        + " still to come; only the source waits, as its last step: remove it here"))
        .forEach(problems::add);
  }

  /** Each sending announces its events anew, so that the source would give all of them back. */
  private void batchesThatAreSentTwice() {
    Set<String> prepares =
        items.all().stream()
            .filter(item -> graph.comesTo(item, "group"))
            .flatMap(item -> graph.source(item).stream())
            .map(EndpointUse::uri)
            .filter(RouteUse::isDirect)
            .collect(Collectors.toCollection(TreeSet::new));
    items.all().stream()
        .filter(graph::takesIn)
        .forEach(
            source ->
                source
                    .node()
                    .walkSteps(
                        value -> {
                          if (value.name().equals("steps") && value.isList()) {
                            sentTwice(value.items(), prepares);
                          }
                        }));
  }

  private void sentTwice(List<YamlFile.Value> steps, Set<String> prepares) {
    String earlier = null;
    for (YamlFile.Value step : steps) {
      Optional<YamlFile.Value> to =
          step.find("to")
              .filter(value -> !value.isTrue("disabled"))
              .filter(value -> prepares.contains(value.scalar("uri").or(value::scalar).orElse("")));
      if (to.isPresent() && earlier != null) {
        problems.add(
            ConfigProblem.error(
                to.get().where(),
                "to",
                "sends on what was sent on at "
                    + earlier
                    + " already, so that it would be delivered, and given back to its source; remove"
                    + " one of the two"));
      }
      earlier = to.map(YamlFile.Value::where).orElse(earlier);
    }
  }

  /** All its batches would be cut before the first is handed over, and share one buffer. */
  private void filesTakenAtOnce() {
    items.all().stream()
        .filter(item -> item.names("readFile"))
        .forEach(
            item ->
                item.node()
                    .walkSteps(
                        value ->
                            value
                                .find("split")
                                .filter(split -> split.isMap() && !split.isTrue("streaming"))
                                .ifPresent(split -> problems.add(atOnce(split)))));
  }

  private static ConfigProblem atOnce(YamlFile.Value split) {
    return ConfigProblem.error(
        split.where(),
        "split",
        "takes a file at once, which can only be read batch by batch; set `streaming: true`");
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
        item.node()
            .walkSteps(
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

  /** A source is whatever is not inside the router, one of somebody's own too. */
  private void nothingTakenIn() {
    boolean taken =
        items.all().stream()
            .filter(item -> !graph.isSwitchedOff(item))
            .flatMap(item -> graph.source(item).stream())
            .anyMatch(source -> !source.uri().matches("(direct|spool):.*"));
    if (!taken) {
      problems.add(
          ConfigProblem.warning(
              "routes/",
              "",
              "no route takes events in, and `run` would only deliver what waits; restore"
                  + " 10-intake-file.camel.yaml, 11-intake-http.camel.yaml or"
                  + " 12-intake-tail.camel.yaml from the release"));
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
        "router.destination." + name,
        "has settings, but no route sends to it or reads from it; destinations: "
            + String.join(", ", names)
            + Nearest.hint(name, names));
  }
}
