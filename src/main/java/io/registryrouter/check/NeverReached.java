package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouteItems;
import io.registryrouter.config.RouteSteps;
import io.registryrouter.config.YamlFile;
import io.registryrouter.flow.Steps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Each {@code when} of which others before it, that ask for nothing else, take every domain. */
final class NeverReached {

  private static final Pattern DOMAINS =
      Pattern.compile(
          String.format(
              "\\s*%s(?i:%s)['\"]?]?}\\s+(==|=~|in)\\s+(['\"])(.*)\\2\\s*",
              ConditionLint.HEADER, Steps.REGISTRY_DOMAIN));

  private final List<ConfigProblem> problems = new ArrayList<>();

  private NeverReached() {}

  static List<ConfigProblem> problems(RouteItems items) {
    NeverReached reached = new NeverReached();
    items.all().forEach(item -> RouteSteps.walk(item.node(), reached::look));
    return reached.problems;
  }

  private void look(YamlFile.Value choice) {
    if (!choice.name().equals("choice")) {
      return;
    }
    Map<String, String> takers = new HashMap<>();
    for (YamlFile.Value when : choice.find("when").map(YamlFile.Value::items).orElse(List.of())) {
      String condition = ConditionLint.of(when).flatMap(YamlFile.Value::scalar).orElse("");
      Set<String> domains = RouteSteps.isDisabled(when) ? Set.of() : domains(condition);
      if (!domains.isEmpty() && takers.keySet().containsAll(domains)) {
        problems.add(
            ConfigProblem.warning(
                when.where(),
                condition,
                "is never reached: "
                    + String.join(", ", domains)
                    + " is taken by the `when` at "
                    + domains.stream()
                        .map(takers::get)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(", "))
                    + "; remove it, or move it up"));
      }
      domains.forEach(domain -> takers.putIfAbsent(domain, when.where()));
    }
  }

  private static Set<String> domains(String condition) {
    Matcher asks = DOMAINS.matcher(condition);
    if (!asks.matches()) {
      return Set.of();
    }
    String names =
        asks.group(1).equals("=~") ? asks.group(3).toLowerCase(Locale.ROOT) : asks.group(3);
    return new TreeSet<>(
        List.of(asks.group(1).equals("in") ? names.split(",") : new String[] {names}));
  }
}
