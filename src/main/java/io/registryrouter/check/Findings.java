package io.registryrouter.check;

import io.registryrouter.config.ConfigProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is wrong at a place, said once with all that show it. */
final class Findings {

  private final Map<Finding, List<String>> shownBy = new LinkedHashMap<>();

  private record Finding(String where, String message) {}

  /**
   * @param what shows it: an event, a destination
   */
  void add(String where, String what, String message) {
    shownBy.computeIfAbsent(new Finding(where, message), first -> new ArrayList<>()).add(what);
  }

  List<ConfigProblem> errors() {
    return shownBy.entrySet().stream()
        .map(
            entry ->
                ConfigProblem.error(
                    entry.getKey().where(), someOf(entry.getValue()), entry.getKey().message()))
        .toList();
  }

  private static String someOf(List<String> all) {
    return all.get(0) + (all.size() > 1 ? " and " + (all.size() - 1) + " more" : "");
  }
}
