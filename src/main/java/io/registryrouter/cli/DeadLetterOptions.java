package io.registryrouter.cli;

import io.registryrouter.config.RouterConfig;
import io.registryrouter.deadletter.DeadLetterArchive;
import io.registryrouter.deadletter.DeadLetterId;
import io.registryrouter.deadletter.DeadLetterSelection;
import io.registryrouter.deadletter.InterruptedReplays;
import io.registryrouter.event.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What the commands on dead letters share: which ones are meant, and where they are. */
final class DeadLetterOptions {

  @Mixin private CommonOptions common;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  private final Set<String> warned = new HashSet<>();

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      converter = ReasonConverter.class,
      description = "Only those with this reason; repeatable.")
  private List<Reason> reasons = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      converter = InstantConverter.class,
      description =
          "Only those from then on: 24h (ago), 2026-11-22 (a day, UTC) or 2026-11-22T10:00:00Z.")
  private Instant since;

  @Option(
      names = "--destination",
      paramLabel = "NAME",
      description = "Only those that this destination refused, or that expired on the way to it.")
  private String destination;

  @Option(
      names = "--detail",
      paramLabel = "TEXT",
      description = "Only those whose detail contains this, such as a registry's domain.")
  private String detail;

  /**
   * What a command works on.
   *
   * @param selection the dead letters that are meant
   */
  record Work(RouterConfig config, DeadLetterArchive archive, DeadLetterSelection selection) {

    Path directory() {
      return config.data().deadLetter();
    }
  }

  /**
   * Finds what is meant, and finishes first what a crash left of a replay.
   *
   * @param ids as on the command line
   */
  Work open(List<String> ids) throws IOException {
    refuseBlank("--destination", destination, "eu-de");
    refuseBlank("--detail", detail, "es.icr.io");
    Set<DeadLetterId> wanted = new LinkedHashSet<>();
    for (String id : ids) {
      wanted.add(DeadLetterId.of(id).orElseThrow(() -> unknown(id)));
    }
    DeadLetterSelection selection =
        new DeadLetterSelection(
            wanted,
            reasons.stream()
                .map(Reason::label)
                .collect(Collectors.toCollection(LinkedHashSet::new)),
            Optional.ofNullable(since),
            Optional.ofNullable(destination),
            Optional.ofNullable(detail));
    RouterConfig config = common.loadData();
    Path directory = config.data().deadLetter();
    for (Path file : new InterruptedReplays(config.data()).finish()) {
      warn("finished a replay that was broken off: " + file);
    }
    DeadLetterArchive archive = new DeadLetterArchive(directory, this::warn);
    for (DeadLetterId id : archive.unknown(wanted)) {
      throw unknown(id.toString());
    }
    return new Work(config, archive, selection);
  }

  /** Once, also of what is looked through twice. */
  private void warn(String message) {
    if (warned.add(message)) {
      spec.commandLine().getErr().println(message);
    }
  }

  /** As a variable that is not set makes of it, which would mean all. */
  private void refuseBlank(String option, String value, String example) {
    if (value != null && value.isBlank()) {
      throw new ParameterException(
          spec.commandLine(), option + " is empty; say which, e.g. " + option + " " + example);
    }
  }

  private ParameterException unknown(String id) {
    return new ParameterException(
        spec.commandLine(),
        "\""
            + id
            + "\" is no dead letter; ids are day and line, e.g. 2026-11-22:17, and"
            + " `bin/router dead-letters list` shows them");
  }

  /** By label, as everywhere else. */
  static final class ReasonConverter implements ITypeConverter<Reason> {

    @Override
    public Reason convert(String label) {
      try {
        return Reason.parse(label);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
