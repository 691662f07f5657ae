package io.registryrouter.check;

import io.registryrouter.config.ConfigException;
import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouteFiles;
import io.registryrouter.config.RouteGraph;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.RoutingTests;
import io.registryrouter.flow.RouterContext;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that is wrong or odd in {@code config/} and {@code routes/}, found in one go: what
 * {@code bin/router check} prints and what decides whether an edit is taken. Opens no port, takes
 * no lock, writes nothing.
 */
public final class Check {

  private static final Logger LOG = LoggerFactory.getLogger(Check.class);

  private Check() {}

  /**
   * What was found.
   *
   * @param config empty when {@code config/} has an error
   * @param problems errors and warnings: of {@code config/} first, then of {@code routes/}
   */
  public record Result(Optional<RouterConfig> config, List<ConfigProblem> problems) {

    public Result {
      problems = List.copyOf(problems);
    }

    public List<ConfigProblem> errors() {
      return ConfigProblem.errors(problems);
    }

    public List<ConfigProblem> warnings() {
      return ConfigProblem.warnings(problems);
    }

    /**
     * What can be rehearsed: at most rows of the routing tests fail, and who wrote them wants to
     * see why.
     *
     * @throws ConfigException with every error, when there are others
     */
    public RouterConfig rehearsable() {
      boolean onlyRowsFail =
          errors().stream()
              .allMatch(problem -> problem.file().filter(RoutingTests.FILE::equals).isPresent());
      return config.filter(usable -> onlyRowsFail).orElseThrow(() -> new ConfigException(errors()));
    }

    /** A line a warning. */
    public void logWarnings() {
      warnings()
          .forEach(
              warning ->
                  LOG.atWarn()
                      .addKeyValue("problem", warning)
                      .log("a setting or a route deserves a look"));
    }
  }

  /**
   * @param environment process environment
   * @param overrides {@code --set} key and value
   */
  public static Result run(
      Path home, Map<String, String> environment, Map<String, String> overrides, Clock clock) {
    List<ConfigProblem> problems = new ArrayList<>();
    RouterConfig config = RouterConfig.read(home, environment, overrides, problems);
    boolean usable = ConfigProblem.errors(problems).isEmpty();
    problems.addAll(routes(config, clock, usable));
    return new Result(usable ? Optional.of(config) : Optional.empty(), problems);
  }

  private static List<ConfigProblem> routes(RouterConfig config, Clock clock, boolean usable) {
    RouteGraph graph = config.routes().graph(RouterContext.placeholders(config));
    List<ConfigProblem> problems = new ArrayList<>(RouteLint.problems(config, graph));
    problems.addAll(new RouteFiles(config.files().home()).misnamed());
    problems.addAll(config.routes().problems());
    if (!ConfigProblem.errors(problems).isEmpty()) {
      problems.addAll(RouteTrial.problems(problems, config, clock));
      return sorted(problems);
    }
    problems.addAll(NeverReached.problems(config.routes()));
    try (Rehearsal rehearsal = Rehearsal.load(config, clock)) {
      List<ConfigProblem> leftOut = rehearsal.leftOut(config.routes(), graph);
      problems.addAll(leftOut);
      if (usable && leftOut.isEmpty()) { // stand-ins for wrong settings would fail what is right
        problems.addAll(rehearsed(config, graph, rehearsal));
      }
    } catch (ConfigException e) {
      List<ConfigProblem> each = RouteTrial.problems(problems, config, clock);
      problems.addAll(each.isEmpty() ? e.problems() : each);
    }
    return sorted(problems);
  }

  private static List<ConfigProblem> rehearsed(
      RouterConfig config, RouteGraph graph, Rehearsal rehearsal) {
    List<ConfigProblem> problems = new ArrayList<>(Coverage.problems(config, rehearsal));
    OwnBeans ownBeans = new OwnBeans(config.routes(), rehearsal::isRouters);
    if (ConfigProblem.errors(problems).isEmpty()) { // else each source shows the same
      problems.addAll(SourceRun.problems(config, graph, ownBeans, rehearsal));
    }
    problems.addAll(DeliveryRun.problems(config, graph, ownBeans, rehearsal));
    problems.addAll(RoutingTestRun.problems(config, rehearsal));
    return problems;
  }

  private static List<ConfigProblem> sorted(List<ConfigProblem> problems) {
    return problems.stream()
        .sorted(
            Comparator.comparing((ConfigProblem problem) -> problem.file().orElse(""))
                .thenComparing(problem -> problem.line().orElse(0)))
        .toList();
  }
}
