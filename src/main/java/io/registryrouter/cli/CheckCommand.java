package io.registryrouter.cli;

import io.registryrouter.check.Check;
import io.registryrouter.cli.EventFiles.EventFile;
import io.registryrouter.config.RouterConfig;
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
      "Loads config/ and routes/ as `run` would and sends an event of every registry down both"
          + " paths, and those of config/routing-tests.yaml, with sending taken out. Opens no port,"
          + " takes no lock, writes nothing.",
      "Exit code 0, or 78 with every mistake: file, line, key, what was found, what is accepted, what"
          + " to do. Warnings alone are no mistake, but for --strict.",
      ""
    })
final class CheckCommand implements Callable<Integer> {

  @Mixin private CommonOptions common;
  @Mixin private PathOption path;
  @Spec private CommandSpec spec;

  @Option(names = "--strict", description = "Takes warnings for errors.")
  private boolean strict;

  @Option(
      names = "--json",
      description =
          "One JSON object, also when there are errors; with --diff one a line and event.")
  private boolean json;

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
      converter = HomeConverter.class,
      description = "With --diff: another home to compare with, instead of the running router.")
  private Path against;

  @Override
  public Integer call() throws IOException {
    if (diff == null && against != null) {
      throw new ParameterException(spec.commandLine(), "--against needs --diff EVENTS");
    }
    if (diff == null && path.path().isPresent()) {
      throw new ParameterException(spec.commandLine(), "--path needs --diff EVENTS");
    }
    List<EventFile> events = diff == null ? List.of() : path.files(List.of(diff));
    Check.Result result = common.check();
    boolean ok = result.errors().isEmpty() && !(strict && !result.problems().isEmpty());
    if (diff == null) {
      report(result, ok);
    } else {
      compare(result, events);
    }
    return ok ? ExitCode.OK : ExitCode.CONFIG;
  }

  private void report(Check.Result result, boolean ok) {
    PrintWriter out = ok || json ? spec.commandLine().getOut() : spec.commandLine().getErr();
    if (json) {
      out.println(ProblemReport.json(result, ok));
    } else {
      ProblemReport.print(out, result.problems());
      result.config().filter(config -> ok).ifPresent(config -> sayFine(out, config));
    }
    out.flush();
  }

  private static void sayFine(PrintWriter out, RouterConfig config) {
    out.printf(
        "config and routes are fine: %d destinations, %d registries, %d actions%n",
        config.routedDestinations(), config.registries().all().size(), config.actions().size());
  }

  /** Standard output is for the events that move; everything else goes beside it. */
  private void compare(Check.Result result, List<EventFile> events) throws IOException {
    RouterConfig config = result.rehearsable();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter notes = json ? spec.commandLine().getErr() : out;
    ProblemReport.print(spec.commandLine().getErr(), result.problems());
    notes.println(Diff.print(config, other(config), events, json, out));
    notes.flush();
    out.flush();
  }

  private RouterConfig other(RouterConfig edited) throws IOException {
    return against == null
        ? RunningConfig.load(edited)
        : RouterConfig.load(against.toAbsolutePath().normalize(), Map.of(), Map.of());
  }
}
