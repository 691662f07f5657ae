package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteSteps;
import io.registryrouter.config.YamlFile;
import io.registryrouter.flow.Steps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the steps of a delivery come to an outcome, and keep it: it is the body they end with.
 */
final class OutcomeLint {

  /** Steps that end a delivery with an outcome. */
  static final List<String> OUTCOMES = List.of("archive", "reply");

  /** Steps whose body are the events. */
  private static final Set<String> OF_EVENTS = Set.of("archive", "request");

  private static final Set<String> CONVERSIONS = Set.of("convertBodyTo", "marshal", "unmarshal");
  private static final Set<String> SAME_BODY =
      Set.of("log", "setHeader", "setHeaders", "setProperty", "removeHeader", "removeHeaders");

  private static final Pattern GROUP_HEADER =
      Pattern.compile(
          String.format(
              "%s((?i:%s|%s|%s|%s))\\b[^}]*}\\s*\\S",
              ConditionLint.HEADER,
              Steps.EVENT_PATH,
              Steps.REGISTRY_DOMAIN,
              Steps.AFTER_CUTOFF,
              Steps.DEAD_LETTERS));

  private final List<ConfigProblem> problems = new ArrayList<>();

  private OutcomeLint() {}

  /**
   * @param part of a delivery: its route, its template, or one behind it
   * @param set whether any part of it sets a header of that name
   */
  static List<ConfigProblem> problems(RouteItem part, Predicate<String> set) {
    OutcomeLint lint = new OutcomeLint();
    RouteSteps.walkLists(part.node(), lint::keptOutcome);
    RouteSteps.walk(
        part.node(),
        value -> ConditionLint.of(value).ifPresent(condition -> lint.groupHeader(condition, set)));
    boolean sometimes = OUTCOMES.stream().anyMatch(part::names);
    if (sometimes && !always(part.node())) {
      lint.problems.add(
          ConfigProblem.warning(
              part.where(),
              part.key(),
              "names archive or reply only in a `filter`, or in a `choice` without `otherwise`; when"
                  + " none of these is true there is no outcome, and the events stay in the spool"));
    }
    return lint.problems;
  }

  private void keptOutcome(List<YamlFile.Value> steps) {
    String outcome = "";
    YamlFile.Value lostBy = null;
    for (YamlFile.Value step : steps.stream().filter(YamlFile.Value::isMap).toList()) {
      for (Map.Entry<String, YamlFile.Value> entry : step.entries().entrySet()) {
        String key = entry.getKey();
        String bean = bean(entry.getValue());
        if (!outcome.isEmpty() && lostBy == null && OF_EVENTS.contains(bean)) {
          error(
              entry.getValue(),
              bean,
              "takes the events, but gets what `"
                  + outcome
                  + "` before it made of them; remove one of"
                  + " the two");
        }
        if (OUTCOMES.contains(bean)) {
          outcome = bean;
          lostBy = null;
        } else if (!outcome.isEmpty() && losesBody(key, entry.getValue())) {
          lostBy = entry.getValue();
        } else if (!SAME_BODY.contains(key)) {
          outcome = "";
          lostBy = null;
        }
      }
    }
    if (lostBy != null) {
      error(
          lostBy,
          lostBy.name(),
          "puts something else in place of the outcome of `"
              + outcome
              + "`, so that the events would"
              + " be sent again and again; move it before that step, or remove it");
    }
  }

  private static String bean(YamlFile.Value step) {
    String text = step.scalar("ref").orElse("");
    return step.name().matches("process|bean") && !RouteSteps.isDisabled(step)
        ? RouteItem.beanName(text)
        : "";
  }

  /** Whether a step is the one of that name, and not switched off. */
  static boolean isStep(YamlFile.Value step, String name) {
    return bean(step).equals(name);
  }

  private static boolean losesBody(String key, YamlFile.Value step) {
    boolean constant =
        Set.of("setBody", "transform").contains(key)
            && (step.find("constant").isPresent()
                || step.find("expression").flatMap(of -> of.find("constant")).isPresent());
    return (constant || CONVERSIONS.contains(key)) && !RouteSteps.isDisabled(step);
  }

  /** What comes from a spool is one destination's, of whatever domains. */
  private void groupHeader(YamlFile.Value condition, Predicate<String> set) {
    Matcher header = GROUP_HEADER.matcher(condition.scalar().orElse(""));
    if (header.find() && !set.test(header.group(1))) {
      error(
          condition,
          header.group(1),
          "is no header behind `from: spool:…`, where events of several domains come together; decide"
              + " by it in routes/40-route.camel.yaml, and give each place a destination");
    }
  }

  /** Whether an outcome stands where no condition is asked for, as far as can be told. */
  private static boolean always(YamlFile.Value value) {
    boolean asked =
        value.name().equals("filter")
            || (value.name().equals("choice")
                && value.find("otherwise").isEmpty()
                && !value.isTrue("precondition"));
    Optional<String> text = value.scalar();
    return !asked
        && (text.filter(found -> OUTCOMES.stream().anyMatch(step -> RouteItem.isBean(found, step)))
                .isPresent()
            || value.children().stream().anyMatch(OutcomeLint::always));
  }

  private void error(YamlFile.Value at, String key, String message) {
    problems.add(ConfigProblem.error(at.where(), key, message));
  }
}
