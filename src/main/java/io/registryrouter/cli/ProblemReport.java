package io.registryrouter.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.registryrouter.check.Check;
import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.Settings;
import java.io.PrintWriter;
import java.util.List;

/** What is wrong or odd in {@code config/} and {@code routes/}, for people and for programs. */
final class ProblemReport {

  private ProblemReport() {}

  /** A problem a line, then how many; nothing when there is none. */
  static void print(PrintWriter out, List<ConfigProblem> problems) {
    problems.forEach(problem -> out.println((problem.isError() ? "" : "warning: ") + problem));
    if (!problems.isEmpty()) {
      int errors = ConfigProblem.errors(problems).size();
      out.println(count(errors, "error") + ", " + count(problems.size() - errors, "warning"));
    }
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /**
   * {@code ok}, {@code problems}, how many {@code errors} and {@code warnings}, and what was
   * loaded.
   */
  static String json(Check.Result result, boolean ok) {
    ObjectNode report = new ObjectMapper().createObjectNode();
    report.put("ok", ok);
    result.problems().forEach(problem -> add(report.withArray("/problems").addObject(), problem));
    report.withArray("/problems");
    report.put("errors", result.errors().size());
    report.put("warnings", result.warnings().size());
    result.config().ifPresent(config -> count(report, config));
    return report.toString();
  }

  private static void add(ObjectNode json, ConfigProblem problem) {
    json.put("severity", Settings.word(problem.severity()));
    json.put("where", problem.where());
    json.put("file", problem.file().orElse(null));
    json.put("line", problem.line().isPresent() ? (Integer) problem.line().getAsInt() : null);
    json.put("key", problem.key());
    json.put("message", problem.message());
  }

  private static void count(ObjectNode report, RouterConfig config) {
    report.put("destinations", config.routedDestinations());
    report.put("registries", config.registries().all().size());
    report.put("actions", config.actions().size());
  }
}
