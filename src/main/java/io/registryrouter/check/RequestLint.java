package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouteItem;
import io.registryrouter.config.RouteSteps;
import io.registryrouter.config.YamlFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether what the step {@code request} makes is what is sent, once, before {@code reply} says what
 * the answer means.
 */
final class RequestLint {

  static final Set<String> NEW_BODY =
      Set.of("setBody", "transform", "convertBodyTo", "marshal", "unmarshal");

  private final Map<String, String> values;
  private final List<ConfigProblem> problems = new ArrayList<>();

  /** Whether the body is a request that is not sent yet. */
  private boolean made;

  /** Where it was sent; null while it is not. */
  private YamlFile.Value sent;

  private RequestLint(Map<String, String> values) {
    this.values = values;
  }

  /**
   * @param part of a delivery: its route, its template, or one behind it
   * @param values what stands for placeholders there
   */
  static List<ConfigProblem> problems(RouteItem part, Map<String, String> values) {
    RequestLint lint = new RequestLint(values);
    RouteSteps.walkLists(part.node(), lint::look);
    return lint.problems;
  }

  private void look(List<YamlFile.Value> steps) {
    made = false;
    sent = null;
    for (YamlFile.Value step : steps.stream().filter(YamlFile.Value::isMap).toList()) {
      for (Map.Entry<String, YamlFile.Value> entry : step.entries().entrySet()) {
        if (!RouteSteps.isDisabled(entry.getValue())) {
          look(entry.getKey(), entry.getValue());
        }
      }
    }
  }

  private void look(String key, YamlFile.Value step) {
    if (OutcomeLint.isStep(step, "request")) {
      made = true;
      sent = null;
    } else if (OutcomeLint.isStep(step, "reply")) {
      made = false;
      sent = null;
    } else if (made && NEW_BODY.contains(key)) {
      error(
          step,
          key,
          "puts something else in place of the events, and that would be sent; move it before"
              + " `request`, or remove it");
    } else if (isHttp(step) && sent != null) {
      error(
          step,
          key,
          "is sent the answer to the request at "
              + sent.where()
              + ", and its own answer would count for the events; remove one of the two, and give"
              + " another place a destination of its own");
    } else if (made && isHttp(step)) {
      made = false;
      sent = step;
    }
  }

  private boolean isHttp(YamlFile.Value step) {
    return DeliveryLint.httpOf(step, values).isPresent();
  }

  private void error(YamlFile.Value at, String key, String message) {
    problems.add(ConfigProblem.error(at.where(), key, message));
  }
}
