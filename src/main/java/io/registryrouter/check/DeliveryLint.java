package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.EndpointUse;
import io.registryrouter.config.RouteGraph;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteItems;
import io.registryrouter.config.RouteSteps;
import io.registryrouter.config.RouteUse;
import io.registryrouter.config.YamlFile;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whether routes from a spool, with what stands behind them and in their templates, can say of each
 * slice what became of it: one outcome, that of the destination. What is said of a template is said
 * once, however many routes are made from it.
 */
final class DeliveryLint {

  /** EIPs that send on several copies of what they get. */
  private static final Set<String> COPIES = Set.of("multicast", "recipientList", "split");

  /** Options of Camel's http component by which headers are left out, the address among them. */
  private static final List<String> IGNORES_REQUEST =
      List.of("bridgeEndpoint", "skipControlHeaders");

  private final RouteGraph graph;
  private final Set<ConfigProblem> problems = new LinkedHashSet<>();

  private DeliveryLint(RouteGraph graph) {
    this.graph = graph;
  }

  static Collection<ConfigProblem> problems(RouteItems items, RouteGraph graph) {
    DeliveryLint lint = new DeliveryLint(graph);
    items.all().stream().filter(item -> graph.delivers(item).isPresent()).forEach(lint::look);
    return lint.problems;
  }

  private void look(RouteItem delivery) {
    Map<String, String> values = graph.values(delivery);
    Predicate<String> set =
        header ->
            graph.parts(delivery).stream()
                .anyMatch(part -> RouteSteps.anyText(part.node(), header::equalsIgnoreCase));
    for (RouteItem part : graph.parts(delivery)) {
      RouteSteps.walk(
          part.node(),
          value -> {
            copies(value);
            http(value, values);
          });
      problems.addAll(RequestLint.problems(part, values));
      problems.addAll(OutcomeLint.problems(part, set));
    }
    graph.sends(delivery).stream().filter(RouteUse::isSpool).forEach(this::handedOver);
    if (OutcomeLint.OUTCOMES.stream().noneMatch(step -> graph.comesTo(delivery, step))) {
      problems.add(
          ConfigProblem.warning(
              delivery.where(),
              delivery.key(),
              "names none of the steps that say what became of the events: archive, reply; without"
                  + " an outcome they stay in the spool"));
    }
  }

  private void copies(YamlFile.Value step) {
    if (COPIES.contains(step.name())) {
      error(
          step.where(),
          step.name(),
          "behind `from: spool:…` what the last copy comes to would count for all; give each place a"
              + " destination of its own, and send to their spools in routes/40-route.camel.yaml");
    }
  }

  /** A slice is not a group, and no source waits for it. */
  private void handedOver(RouteUse use) {
    error(
        use.where(),
        use.endpoint(),
        "cannot be sent to behind `from: spool:…`; send to both spools in"
            + " routes/40-route.camel.yaml");
  }

  private void http(YamlFile.Value step, Map<String, String> values) {
    httpOf(step, values).ifPresent(use -> http(step, use));
  }

  /** The endpoint that a step sends to by HTTP; empty for any other step. */
  static Optional<EndpointUse> httpOf(YamlFile.Value step, Map<String, String> values) {
    return Set.of("to", "toD").contains(step.name())
        ? EndpointUse.of(step, values).filter(use -> use.uri().matches("https?:.*"))
        : Optional.empty();
  }

  /** With Camel's default a status of 400 would be a failure like that of a network. */
  private void http(YamlFile.Value step, EndpointUse use) {
    String where = step.where();
    if (step.name().equals("toD")) {
      error(
          where,
          "toD",
          "sends its parameters to the destination as a query, in place of that of its url; write"
              + " `to`, in which {{destination}} is filled in as well");
    }
    options(where, use.parameters());
    if (!"false".equalsIgnoreCase(use.parameters().get("throwExceptionOnFailure"))) {
      error(
          where,
          "throwExceptionOnFailure",
          "is not false, so that a reply such as 400 would count as none; set"
              + " `throwExceptionOnFailure: false`, and say what a status means by"
              + " `process: { ref: reply }` behind it");
    }
    if (use.uri().matches("https?:(//)?.*[.:/].*")) {
      problems.add(
          ConfigProblem.warning(
              where,
              use.uri(),
              "is not where it is sent: that is router.destination.<name>.url; write http:<name>,"
                  + " and give another address a destination of its own"));
    }
  }

  private void options(String where, Map<String, String> parameters) {
    String method = parameters.getOrDefault("httpMethod", "POST");
    if (!method.matches("(?i)POST|PUT")) {
      error(
          where,
          "httpMethod",
          "\"" + method + "\" sends no events; write `httpMethod: POST`, or PUT");
    }
    if (!parameters.getOrDefault("httpClientConfigurer", "").matches("#(bean:)?httpClient-.+")) {
      error(
          where,
          "httpClientConfigurer",
          "is not that of the destination, which has its TLS and timeout and sees to it that an answer"
              + " is one to the events; write `httpClientConfigurer: \"#httpClient-<name>\"`");
    }
    for (String option : IGNORES_REQUEST) {
      if ("true".equalsIgnoreCase(parameters.get(option))) {
        error(where, option, "does not use what the step `request` says; remove it");
      }
    }
  }

  private void error(String where, String key, String message) {
    problems.add(ConfigProblem.error(where, key, message));
  }
}
