package io.registryrouter.cli;

import io.registryrouter.check.Check;
import io.registryrouter.config.ConfigException;
import io.registryrouter.config.ConfigProblem;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.observe.Logs;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {

  private static final Logger LOG = LoggerFactory.getLogger("io.registryrouter.check");

  @Option(
      names = "--home",
      paramLabel = "DIR",
      converter = HomeConverter.class,
      description =
          "Where config/ and routes/ are, and what relative paths in settings count from"
              + " (default: the checkout or installation).")
  private Path home;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets a key of config/application.properties for this run; repeatable.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  /**
   * For what needs the data directory alone, while the files may have mistakes that a running
   * router has refused; never to be run.
   *
   * @throws ConfigException when they may hide where that is
   */
  RouterConfig loadData() {
    List<ConfigProblem> problems = new ArrayList<>();
    RouterConfig config = RouterConfig.loadData(home(), System.getenv(), overrides, problems);
    ConfigProblem.errors(problems)
        .forEach(mistake -> System.err.println("does not matter here: " + mistake));
    Logs.apply(config.log());
    sayOverridden(config);
    return config;
  }

  /** To find a router that runs on while its files have mistakes; never to be run. */
  RouterConfig loadWithMistakes() {
    return RouterConfig.read(home(), System.getenv(), overrides, new ArrayList<>());
  }

  /** All that is wrong or odd in {@code config/} and {@code routes/}. */
  Check.Result check() {
    Check.Result result = checkQuietly();
    result.config().ifPresent(CommonOptions::sayOverridden);
    return result;
  }

  private Check.Result checkQuietly() {
    return Check.run(home(), System.getenv(), overrides, Clock.systemUTC());
  }

  /**
   * The configuration in force, after everything was checked; what is odd and what the environment
   * overrides goes to the log.
   *
   * @throws ConfigException with every error of {@code config/} and {@code routes/}
   */
  RouterConfig checked() {
    Check.Result result = checkQuietly();
    if (!result.errors().isEmpty()) {
      throw new ConfigException(result.errors());
    }
    RouterConfig config = result.config().orElseThrow();
    Logs.apply(config.log());
    config
        .settings()
        .environmentNotes()
        .forEach(note -> LOG.atInfo().addKeyValue("note", note).log("environment"));
    result.logWarnings();
    return config;
  }

  private static void sayOverridden(RouterConfig config) {
    config
        .settings()
        .environmentNotes()
        .forEach(note -> System.err.println("environment: " + note));
  }

  private Path home() {
    Path directory = home != null ? home : Path.of(System.getProperty("router.home", "."));
    return directory.toAbsolutePath().normalize();
  }
}
