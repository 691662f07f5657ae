package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.EndpointUse;
import io.registryrouter.config.RouteGraph;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteItems;
import io.registryrouter.config.RouteSteps;
import io.registryrouter.config.RouteUse;
import io.registryrouter.config.YamlFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether routes that take events in hand each batch over once and wait, as their last step, until
 * it is on disk: a rule a method.
 */
final class SourceLint {

  /** What leaves the process, or the disk of the spools. */
  private static final Predicate<String> OUTSIDE =
      Pattern.compile(
              "(?!(direct|spool|log|language|bean|class|ref|validator|xslt):)[a-z][a-z0-9+.-]*:.*")
          .asMatchPredicate();

  private final RouteItems items;
  private final RouteGraph graph;
  private final List<ConfigProblem> problems = new ArrayList<>();

  private SourceLint(RouteItems items, RouteGraph graph) {
    this.items = items;
    this.graph = graph;
  }

  static List<ConfigProblem> problems(RouteItems items, RouteGraph graph) {
    SourceLint lint = new SourceLint(items, graph);
    lint.thoseThatDoNotWait();
    lint.thoseThatWaitTooEarly();
    lint.groupsThatWait();
    lint.batchesThatAreSentTwice();
    lint.filesTakenAtOnce();
    lint.batchesThatAreReplaced();
    lint.outsideStepsThatAreWaitedFor();
    if (items.isWhole()) {
      lint.nothingTakenIn();
    }
    return lint.problems;
  }

  /** The step `durable` is what waits for the disk. */
  private void thoseThatDoNotWait() {
    items.all().stream()
        .filter(item -> graph.takesIn(item) && !graph.comesTo(item, "durable"))
        .map(
            item ->
                item.error(
                    "does not wait until what it took is on disk, and can acknowledge nothing;"
                        + " add `- process: { ref: durable }` as its last step"))
        .forEach(problems::add);
  }

  private void thoseThatWaitTooEarly() {
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
            source -> RouteSteps.walkLists(source.node(), steps -> sentTwice(steps, prepares)));
  }

  private void sentTwice(List<YamlFile.Value> steps, Set<String> prepares) {
    String earlier = null;
    for (YamlFile.Value step : steps) {
      Optional<YamlFile.Value> to =
          step.find("to")
              .filter(value -> !RouteSteps.isDisabled(value))
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
                RouteSteps.walk(
                    item.node(),
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

  /** Of a door and of a tail; of an inbox it is the file. */
  private void batchesThatAreReplaced() {
    items.all().stream()
        .filter(
            item ->
                item.from()
                        .flatMap(from -> from.scalar("uri"))
                        .filter(uri -> uri.matches("(event-door|tail|file):.*"))
                        .isPresent()
                    || item.names("readFile"))
        .forEach(item -> RouteSteps.walkLists(item.node(), this::replaced));
  }

  private void replaced(List<YamlFile.Value> steps) {
    steps.stream()
        .takeWhile(step -> !RouteSteps.any(step, part -> OutcomeLint.isStep(part, "durable")))
        .flatMap(step -> RequestLint.NEW_BODY.stream().flatMap(key -> step.find(key).stream()))
        .filter(step -> !RouteSteps.isDisabled(step))
        .map(
            step ->
                ConfigProblem.error(
                    step.where(),
                    step.name(),
                    "puts something else in the place of what was taken in, so that nothing"
                        + " behind it could read it and every batch would be given back; remove it"))
        .forEach(problems::add);
  }

  /** Between a source and the disk. */
  private void outsideStepsThatAreWaitedFor() {
    items.all().stream()
        .filter(graph::takesIn)
        .flatMap(source -> graph.parts(source).stream())
        .distinct()
        .forEach(part -> RouteSteps.walk(part.node(), this::waitedFor));
  }

  private void waitedFor(YamlFile.Value step) {
    if (!Set.of("to", "toD").contains(step.name()) || RouteSteps.isDisabled(step)) {
      return;
    }
    step.scalar("uri")
        .or(step::scalar)
        .filter(OUTSIDE)
        .ifPresent(
            uri ->
                problems.add(
                    ConfigProblem.warning(
                        step.where(),
                        uri,
                        "is waited for before anything is acknowledged: while it fails or does not"
                            + " answer, no source takes anything in, and what a spool or the dead"
                            + " letters have already comes again; give it a destination of its own,"
                            + " whose spool waits for it")));
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
}
