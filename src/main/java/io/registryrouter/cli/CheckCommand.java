package io.registryrouter.cli;

import io.registryrouter.Check;
import io.registryrouter.config.ConfigException;
import io.registryrouter.config.RouterConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bin/router check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Loads config/ and routes/ as `run` would and sends an event of every routed registry down both"
          + " paths, with sending taken out. Opens no port, takes no lock, writes nothing.",
      "Exit code 0, or 78 with every mistake: file, line, key, what was found, what is accepted.",
      ""
    })
final class CheckCommand implements Callable<Integer> {

  @Mixin private CommonOptions common;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Check.Result result = common.check();
    if (!result.errors().isEmpty()) {
      throw new ConfigException(result.errors());
    }
    RouterConfig config = result.config().orElseThrow();
    result.warnings().forEach(warning -> out.println("warning: " + warning));
    out.printf(
        "config and routes are fine: %d destinations, %d registries, %d actions%n",
        config.destinations().size(), config.registries().all().size(), config.actions().size());
    out.flush();
    return ExitCode.OK;
  }
}
