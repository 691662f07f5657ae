package io.registryrouter.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bin/router dead-letters list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {"Lists dead letters, oldest first.", ""})
final class DeadLettersListCommand implements Callable<Integer> {

  @Mixin private DeadLetterOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      description = "The stored lines, each with its id and whether it was replayed.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    DeadLetterOptions.Work work = options.open(List.of());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      work.archive()
          .find(
              work.selection(),
              deadLetter ->
                  out.println(
                      PlainText.ofJson(new String(deadLetter.toJson(), StandardCharsets.UTF_8))));
    } else {
      DeadLetterTable table = new DeadLetterTable(DeadLetterTable.terminalWidth());
      boolean any = table.print(each -> work.archive().find(work.selection(), each), out);
      if (!any) {
        out.println(
            (work.selection().isAll() ? "no dead letters in " : "no such dead letters in ")
                + work.directory());
      }
    }
    out.flush();
    return ExitCode.OK;
  }
}
