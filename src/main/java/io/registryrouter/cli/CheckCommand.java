package io.registryrouter.cli;

import io.registryrouter.Check;
import io.registryrouter.cli.EventFiles.EventFile;
import io.registryrouter.config.ConfigException;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.RoutingTests;
import io.registryrouter.config.RunningConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/router check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Loads config/ and routes/ as `run` would and sends an event of every routed registry down both"
          + " paths, and those of config/routing-tests.yaml, with sending taken out. Opens no port,"
          + " takes no lock, writes nothing.",
      "Exit code 0, or 78 with every mistake: file, line, key, what was found, what is accepted.",
      ""
    })
final class CheckCommand implements Callable<Integer> {

  @Mixin private CommonOptions common;
  @Mixin private PathOption path;
  @Spec private CommandSpec spec;

  @Option(
      names = "--diff",
      paramLabel = "EVENTS",
      description =
          "Says besides which events of this file or directory would leave by another door than in"
              + " the running router.")
  private Path diff;

  @Option(
      names = "--against",
      paramLabel = "DIR",
      description = "With --diff: another home to compare with, instead of the running router.")
  private Path against;

  @Option(names = "--json", description = "With --diff: one JSON object an event, a line each.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (diff == null && (against != null || json)) {
      throw new ParameterException(spec.commandLine(), "--against and --json need --diff EVENTS");
    }
    List<EventFile> events = diff == null ? List.of() : events();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter notes = json ? spec.commandLine().getErr() : out;
    Check.Result result = common.check();
    if (!result.errors().isEmpty() && (diff == null || !onlyRowsFail(result))) {
      throw new ConfigException(result.errors());
    }
    result.errors().forEach(spec.commandLine().getErr()::println);
    RouterConfig config = result.config().orElseThrow();
    result.warnings().forEach(warning -> notes.println("warning: " + warning));
    if (result.errors().isEmpty()) {
      notes.printf(
          "config and routes are fine: %d destinations, %d registries, %d actions%n",
          config.destinations().size(), config.registries().all().size(), config.actions().size());
    }
    notes.flush();
    if (diff != null) {
      notes.println(Diff.print(config, other(config), events, json, out));
      notes.flush();
    }
    out.flush();
    return result.errors().isEmpty() ? ExitCode.OK : ExitCode.CONFIG;
  }

  /** Such an edit can be rehearsed, and its author wants to see what it moves. */
  private static boolean onlyRowsFail(Check.Result result) {
    return result.config().isPresent()
        && result.errors().stream()
            .allMatch(problem -> problem.file().filter(RoutingTests.FILE::equals).isPresent());
  }

  private List<EventFile> events() {
    try {
      return EventFiles.find(List.of(diff), path.path());
    } catch (IOException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private RouterConfig other(RouterConfig edited) throws IOException {
    return against == null
        ? RunningConfig.load(edited)
        : RouterConfig.load(against.toAbsolutePath().normalize(), Map.of(), Map.of());
  }
}
