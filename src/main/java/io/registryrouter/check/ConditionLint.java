package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.Nearest;
import io.registryrouter.config.RouteGraph;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteItems;
import io.registryrouter.config.RouteSteps;
import io.registryrouter.config.YamlFile;
import io.registryrouter.flow.Steps;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Conditions behind the step {@code group} that ask for what a group of events does not have, and
 * are true of none or of all.
 */
final class ConditionLint {

  /** How a header is asked for, up to its name, in which case does not matter; no group. */
  static final String HEADER = "\\$\\{(?:in\\.)?headers?[.:\\[]['\"]?";

  private static final Pattern NAMED = Pattern.compile(HEADER + "([A-Za-z0-9_-]+)");
  private static final Pattern BODY = Pattern.compile("\\$\\{(?:in\\.)?body(?:As\\(.*?\\))?}");

  private static final List<String> OF_GROUPS =
      List.of(Steps.EVENT_PATH, Steps.REGISTRY_DOMAIN, Steps.AFTER_CUTOFF);

  /** Text that is neither true nor false, nor that of a setting. */
  private static final Predicate<String> NO_CONDITION =
      Pattern.compile("(?is)true|false|.*\\{\\{.*").asMatchPredicate().negate();

  private static final List<String> ALWAYS_THERE = List.of(Steps.EVENT_PATH, Steps.REGISTRY_DOMAIN);

  private static final Predicate<String> CONDITIONAL =
      Pattern.compile("when\\[\\d+]|filter").asMatchPredicate();

  private static final String ADVICE =
      "a `when` decides for many events of one registry at a time, as docs/routes.md says";

  private final RouteItems items;
  private final Set<ConfigProblem> problems = new LinkedHashSet<>();

  private ConditionLint(RouteItems items) {
    this.items = items;
  }

  static Set<ConfigProblem> problems(RouteItems items, RouteGraph graph) {
    ConditionLint lint = new ConditionLint(items);
    Set<RouteItem> routes = new LinkedHashSet<>();
    for (RouteItem item : items.all()) {
      if (item.names("group")) {
        routes.add(item);
        routes.addAll(graph.behind(item));
      }
    }
    for (RouteItem route : routes) {
      RouteSteps.walk(route.node(), lint::look);
      if (!route.names("deadLetter")) { // where what is no event, or was refused, has none of them
        RouteSteps.walk(route.node(), lint::header);
      }
    }
    return lint.problems;
  }

  private void look(YamlFile.Value step) {
    of(step).ifPresent(this::condition);
    if (CONDITIONAL.test(step.name())) {
      step.find("constant")
          .filter(constant -> constant.scalar().filter(NO_CONDITION).isPresent())
          .ifPresent(this::alwaysTrue);
    }
  }

  private void header(YamlFile.Value step) {
    if (CONDITIONAL.test(step.name())) {
      step.find("header")
          .filter(header -> header.scalar().filter(ALWAYS_THERE::contains).isPresent())
          .ifPresent(this::alwaysTrue);
    }
  }

  private void alwaysTrue(YamlFile.Value condition) {
    warning(
        condition,
        condition.name(),
        "is true of all events; write e.g. `simple: \"${header.registryDomain} == 'us.icr.io'\"`");
  }

  /** The simple expression of a {@code when} or {@code filter}. */
  static Optional<YamlFile.Value> of(YamlFile.Value step) {
    return CONDITIONAL.test(step.name())
        ? step.find("simple")
            .flatMap(simple -> simple.find("expression").or(() -> Optional.of(simple)))
        : Optional.empty();
  }

  private void condition(YamlFile.Value simple) {
    String text = simple.scalar().orElse("");
    if (BODY.matcher(text).find()) {
      warning(simple, "${body}", "holds events in memory and no text of them; " + ADVICE);
    }
    Matcher header = NAMED.matcher(text);
    while (header.find()) {
      String name = header.group(1);
      if (!isSet(name)) {
        warning(
            simple,
            name,
            "is a header that neither the router sets nor a route in routes/; there are: "
                + String.join(", ", OF_GROUPS)
                + "; "
                + ADVICE
                + Nearest.hint(name, OF_GROUPS));
      }
    }
  }

  /** Camel's own names, and those that stand in a route as the name of one. */
  private boolean isSet(String name) {
    return name.startsWith("Camel")
        || name.equalsIgnoreCase(Steps.DEAD_LETTERS)
        || OF_GROUPS.stream().anyMatch(name::equalsIgnoreCase)
        || items.all().stream()
            .anyMatch(item -> RouteSteps.anyText(item.node(), name::equalsIgnoreCase));
  }

  private void warning(YamlFile.Value at, String key, String message) {
    problems.add(ConfigProblem.warning(at.where(), key, message));
  }
}
