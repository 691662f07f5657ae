package io.registryrouter.cli;

import io.registryrouter.Check;
import io.registryrouter.config.RouterConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bin/router check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Loads config/ and routes/ as `run` would and sends an event of every routed registry down both"
          + " paths, with sending taken out. Opens no port, takes no lock, writes nothing.",
      "Exit code 0, or 78 with every mistake: file, line, key, what was found, what is accepted, what"
          + " to do. Warnings alone are no mistake, but for --strict.",
      ""
    })
final class CheckCommand implements Callable<Integer> {

  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Option(names = "--strict", description = "Takes warnings for errors.")
  private boolean strict;

  @Option(names = "--json", description = "Prints one JSON object, also when there are errors.")
  private boolean json;

  @Override
  public Integer call() {
    Check.Result result = common.check();
    boolean ok = result.errors().isEmpty() && !(strict && !result.problems().isEmpty());
    PrintWriter out = ok || json ? spec.commandLine().getOut() : spec.commandLine().getErr();
    if (json) {
      out.println(ProblemReport.json(result, ok));
    } else {
      ProblemReport.print(out, result.problems());
      result.config().filter(config -> ok).ifPresent(config -> sayFine(out, config));
    }
    out.flush();
    return ok ? ExitCode.OK : ExitCode.CONFIG;
  }

  private static void sayFine(PrintWriter out, RouterConfig config) {
    out.printf(
        "config and routes are fine: %d destinations, %d registries, %d actions%n",
        config.destinations().size(), config.registries().all().size(), config.actions().size());
  }
}
