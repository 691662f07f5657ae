package io.registryrouter.cli;

import io.registryrouter.cli.EventFiles.EventFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/router run}: the daemon, or a run over some files. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Without files: the daemon. It watches <data-dir>/inbox/<path>/, serves HTTP and delivers,"
          + " until it is stopped; SIGTERM delivers what it can within router.drain-timeout and keeps"
          + " the rest in the spool.",
      "With files: routes these, delivers, prints where the events went, and ends. It opens no port"
          + " and never moves a file. Dead letters alone are no failure; what could not be delivered"
          + " stays in the spool for the next run and makes the exit code 1. A signal ends it like"
          + " that: nothing more is begun, requests under way have router.drain-timeout to end.",
      ""
    })
final class RunCommand implements Callable<Integer> {

  @Mixin private CommonOptions common;
  @Mixin private PathOption path;
  @Spec private CommandSpec spec;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description =
          "With files: how long to wait for destinations to take events, when the spool is full and"
              + " at the end (default: 60s).")
  private Duration timeout;

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE|DIR",
      description =
          "Event files: NDJSON, a JSON array or one object, also .gz; directories with all"
              + " that is in them. Relative to the current directory.")
  private List<Path> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!arguments.isEmpty()) {
      return files();
    }
    refuseWhatIsForFiles();
    return Daemon.run(common);
  }

  private void refuseWhatIsForFiles() {
    for (String option : List.of("--timeout", "--path")) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(spec.commandLine(), option + " needs FILE or DIR");
      }
    }
  }

  private int files() throws IOException, InterruptedException {
    List<EventFile> files = path.files(arguments);
    files.forEach(this::refuseWhatNobodyCanName);
    CommandLine line = spec.commandLine();
    return new FileRun(common.checked(), line.getOut(), line.getErr()).over(files, timeout);
  }

  /** Camel's files have their name as text, which not every name of a file is. */
  private void refuseWhatNobodyCanName(EventFile file) {
    if (!file.file().equals(file.file().toFile().toPath())) {
      throw new ParameterException(
          spec.commandLine(), "\"" + file.file() + "\" has a name that is not UTF-8; rename it");
    }
  }
}
