package io.registryrouter.config;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** What a person can do about a text that is no YAML. */
final class YamlMistake {

  private YamlMistake() {}

  /** From 1. */
  static int line(MarkedYamlEngineException mistake) {
    return mistake.getProblemMark().map(YamlMistake::line).orElse(1);
  }

  private static int line(Mark mark) {
    return mark.getLine() + 1;
  }

  static String words(MarkedYamlEngineException mistake) {
    String problem = mistake.getProblem();
    String block = mistake.getContext() == null ? "" : mistake.getContext();
    int begin = mistake.getContextMark().map(YamlMistake::line).orElse(0);
    if (problem.startsWith("expected <block end>") && begin > 0) {
      return String.format(
          "is not YAML: this line does not fit into the %s that begins in line %d; indent it as what"
              + " it belongs to, or write the key that is missing above it",
          block.endsWith("mapping") ? "map" : "list", begin);
    }
    if (problem.startsWith("mapping values are not allowed")) {
      return "is not YAML: a second colon with a blank behind it, or an indentation that does not"
          + " fit; remove the blank, put a text that has both in quotes, or indent the key as those beside it";
    }
    if (problem.contains("found another document")) {
      return "begins a second document; a file holds one: remove this line, or move what is below"
          + " it into another file";
    }
    return "is not YAML: " + problem;
  }
}
