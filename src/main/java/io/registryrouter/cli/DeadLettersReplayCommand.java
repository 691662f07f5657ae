package io.registryrouter.cli;

import io.registryrouter.deadletter.Replay;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/router dead-letters replay}. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Puts the originals of dead letters back into <data-dir>/inbox/<path>/, where a running router"
          + " takes them, or the next one to start. They are marked as replayed and stay where they"
          + " are; what dies again is a new dead letter.",
      ""
    })
final class DeadLettersReplayCommand implements Callable<Integer> {

  @Mixin private DeadLetterOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--all",
      description = "All dead letters, when neither ids nor filters are given.")
  private boolean all;

  @Option(names = "--again", description = "Also those that were replayed before.")
  private boolean again;

  @Parameters(
      arity = "0..*",
      paramLabel = "ID",
      description = "Day and line, as `list` shows them.")
  private List<String> ids = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    DeadLetterOptions.Work work = options.open(ids);
    if (work.selection().isAll() && !all) {
      throw new ParameterException(
          spec.commandLine(),
          "Which ones? Name ids, as `bin/router dead-letters list` shows them, or a filter, or say"
              + " --all");
    }
    PrintWriter out = spec.commandLine().getOut();
    Replay replay = new Replay(work.config().data(), work.archive(), Clock.systemUTC());
    Replay.Result result =
        replay.run(
            work.selection(),
            again,
            put -> out.printf("%s put into %s%n", events(put.events()), put.file()));
    report(out, result);
    return ExitCode.OK;
  }

  private static void report(PrintWriter out, Replay.Result result) {
    result
        .unfit()
        .forEach(
            (obstacle, count) ->
                out.printf("%s cannot be replayed: %s%n", events(count), obstacle.meaning()));
    if (result.before() > 0) {
      out.printf(
          "%s left alone: replayed before (--again replays once more)%n", events(result.before()));
    }
    if (result.replayed() == 0) {
      out.println("nothing was replayed");
    }
    out.flush();
  }

  private static String events(int count) {
    return count == 1 ? "1 event" : count + " events";
  }
}
