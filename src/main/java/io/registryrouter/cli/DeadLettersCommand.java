package io.registryrouter.cli;

import picocli.CommandLine.Command;

/** {@code bin/router dead-letters}. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DeadLettersListCommand.class,
      DeadLettersShowCommand.class,
      DeadLettersReplayCommand.class
    },
    description = {
      "Looks through the dead letters in <data-dir>/dead-letter/ and puts them back into the inbox,"
          + " whether a router runs or not.",
      ""
    })
final class DeadLettersCommand {}
