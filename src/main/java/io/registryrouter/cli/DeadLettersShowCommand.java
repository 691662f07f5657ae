package io.registryrouter.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/router dead-letters show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {"Shows dead letters whole, pretty-printed, by id, by a filter or by both.", ""})
final class DeadLettersShowCommand implements Callable<Integer> {

  @Mixin private DeadLetterOptions options;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "ID",
      description = "Day and line, as `list` shows them.")
  private List<String> ids = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    DeadLetterOptions.Work work = options.open(ids);
    if (work.selection().isAll()) {
      throw new ParameterException(
          spec.commandLine(),
          "Which ones? Name ids, as `bin/router dead-letters list` shows them, or a filter");
    }
    PrintWriter out = spec.commandLine().getOut();
    work.archive()
        .find(work.selection(), deadLetter -> out.println(PrettyJson.of(deadLetter.toJson())));
    out.flush();
    return ExitCode.OK;
  }
}
