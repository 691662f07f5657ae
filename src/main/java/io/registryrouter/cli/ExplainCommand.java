package io.registryrouter.cli;

import io.registryrouter.check.Rehearsal;
import io.registryrouter.cli.EventFiles.EventFile;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.FileFormat;
import io.registryrouter.intake.file.FileIntake;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/router explain}. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Says for each event how its action, registry domain, path and cutoff were found, and by which"
          + " door it would leave. The real routes decide; nothing is sent or written.",
      ""
    })
final class ExplainCommand implements Callable<Integer> {

  private static final Path STDIN = Path.of("-");

  @Mixin private CommonOptions common;
  @Mixin private PathOption path;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "One JSON object an event, a line each.")
  private boolean json;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE|DIR",
      description = "Event file or directory; - for stdin, which is the default.")
  private Path file = STDIN;

  @Override
  public Integer call() throws IOException {
    RouterConfig config = common.check().rehearsable();
    Explainer explainer = new Explainer(config, Clock.systemUTC());
    try (Rehearsal rehearsal = Rehearsal.load(config, Clock.systemUTC())) {
      if (file.equals(STDIN)) {
        EventPath by = path.path().orElse(EventPath.ACTIVITY_TRACKER);
        explain(explainer, rehearsal, FileIntake.oneByOne(by, System.in, config.maxEventSize()));
      } else {
        for (EventFile found : path.files(List.of(file))) {
          try (InputStream in = FileFormat.open(found.file())) {
            explain(
                explainer,
                rehearsal,
                FileIntake.oneByOne(found.path(), found.file(), in, config.maxEventSize()));
          }
        }
      }
    }
    return ExitCode.OK;
  }

  private void explain(Explainer explainer, Rehearsal rehearsal, EventCutter events)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    for (RawBatch batch = events.next(); batch != null; batch = events.next()) {
      Explanation explanation = explainer.explain(batch, rehearsal.send(batch));
      out.println(json ? explanation.toJson() : explanation.toText());
      out.flush();
    }
  }
}
