package io.registryrouter;

import io.registryrouter.config.ConfigException;
import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouterConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is wrong or odd in {@code config/} and {@code routes/}, found in one go: what
 * {@code bin/router check} prints and what decides whether an edit is taken. Opens no port, takes
 * no lock, writes nothing.
 */
public final class Check {

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
    try (Rehearsal rehearsal = Rehearsal.load(config, clock)) {
      List<ConfigProblem> problems = new ArrayList<>(Coverage.check(config, rehearsal));
      if (usable) { // stand-ins for wrong settings would fail rows that are right
        problems.addAll(RoutingTestRun.problems(config, rehearsal));
      }
      return problems;
    } catch (ConfigException e) {
      return e.problems();
    }
  }
}
