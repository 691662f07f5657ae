package io.registryrouter.cli;

import static java.util.Locale.ROOT;

import io.registryrouter.config.ConfigException;
import io.registryrouter.disk.DiskFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** {@code bin/router}. */
@Command(
    name = "router",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Takes audit events of a container registry from files or HTTP, adds what each action means,"
          + " and delivers them, by registry domain, to the log service of the right region.",
      ""
    },
    footerHeading = "%n",
    footer = {
      "Examples:",
      "  bin/router run samples                  route the sample events and say where they went",
      "  bin/router run                          watch data/inbox/, serve HTTP, deliver",
      "  bin/router check                        would the edited config/ and routes/ run?",
      "  bin/router explain events.ndjson        why does each event go where it goes?",
      "  bin/router status                       what waits, for how long, and why?",
      "",
      "Exit codes: 0 fine, 1 failed while running, 2 wrong usage, 3 out of memory (nothing is lost),",
      "78 mistake in config/ or routes/.",
    })
public final class RouterCommand {

  private static final List<Class<?>> COMMANDS =
      List.of(
          RunCommand.class,
          CheckCommand.class,
          ExplainCommand.class,
          StatusCommand.class,
          DeadLettersCommand.class);

  /**
   * Runs a command line and returns its exit code. The daemon without options, which is what starts
   * in containers and as a service, needs no command line read: the library for that takes one part
   * in thirteen of a start, for its classes are too old for the archive of loaded ones.
   *
   * <p>It speaks one language wherever it runs: in some locales digits are others than those that
   * JSON and the names of its files have.
   */
  public static int execute(String... args) {
    Locale.setDefault(ROOT);
    try {
      return args.length == 1 && args[0].equals("run") ? daemon() : parsed(args);
    } catch (Error e) {
      // Such as want of threads: the exit code says so, and nothing runs on by half.
      return report(e, new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    }
  }

  private static int daemon() {
    try {
      return Daemon.run(new CommonOptions());
    } catch (IOException | InterruptedException | RuntimeException e) {
      return report(e, new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    }
  }

  private static int parsed(String... args) {
    CommandLine line = line(args);
    line.setUsageHelpAutoWidth(true);
    CommandLine.tracer()
        .setLevel(CommandLine.TraceLevel.OFF); // it quotes secrets with a quote in them
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> report(failure, command.getErr()));
    line.setParameterExceptionHandler((wrong, given) -> refuse(wrong));
    return line.execute(args);
  }

  /** With the one command that is named first; looking at all of them takes long at every start. */
  static CommandLine line(String... args) {
    CommandLine line = new CommandLine(new RouterCommand());
    List<Class<?>> named = COMMANDS.stream().filter(command -> isNamed(command, args)).toList();
    if (named.isEmpty()) {
      COMMANDS.forEach(line::addSubcommand);
      return line.addSubcommand(HelpCommand.class);
    }
    named.forEach(line::addSubcommand);
    return line;
  }

  private static boolean isNamed(Class<?> command, String... args) {
    return args.length > 0 && command.getAnnotation(Command.class).name().equals(args[0]);
  }

  /**
   * The whole usage would hide what is wrong; it stands before it where none of the commands was
   * chosen.
   */
  private static int refuse(CommandLine.ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    if (wrong instanceof CommandLine.MissingParameterException
        && !command.getSubcommands().isEmpty()) {
      command.usage(err);
    }
    err.println(wrong.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("bin/" + command.getCommandSpec().qualifiedName() + " --help says what it takes");
    err.flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int report(Throwable failure, PrintWriter err) {
    if (failure instanceof ConfigException config) {
      ProblemReport.print(err, config.problems());
      return ExitCode.CONFIG;
    }
    if (failure instanceof IOException io) {
      err.println("router: " + DiskFailure.say(io));
    } else {
      failure.printStackTrace(err);
    }
    return ExitCode.FAILED;
  }
}
