package io.registryrouter.cli;

import io.registryrouter.check.Rehearsal;
import io.registryrouter.cli.EventFiles.EventFile;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.FileFormat;
import io.registryrouter.intake.file.FileIntake;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;

/** Sends events through two configurations, one event at a time, and prints where they part. */
final class Diff {

  private final RouterConfig edited;
  private final Explainer explainer;
  private final Rehearsal now;
  private final Rehearsal before;
  private final boolean json;
  private final PrintWriter out;
  private long events;
  private long changed;

  private Diff(
      RouterConfig edited,
      Rehearsal now,
      Rehearsal before,
      Clock clock,
      boolean json,
      PrintWriter out) {
    this.edited = edited;
    this.explainer = new Explainer(edited, clock);
    this.now = now;
    this.before = before;
    this.json = json;
    this.out = out;
  }

  /**
   * @return the sum of it, a line
   */
  static String print(
      RouterConfig edited,
      RouterConfig running,
      List<EventFile> files,
      boolean json,
      PrintWriter out)
      throws IOException {
    Clock clock = Clock.systemUTC();
    try (Rehearsal now = Rehearsal.load(edited, clock);
        Rehearsal before = Rehearsal.load(running, clock)) {
      Diff diff = new Diff(edited, now, before, clock, json, out);
      for (EventFile file : files) {
        diff.compare(file);
      }
      return String.format(
          "%d of %d events would leave by another door", diff.changed, diff.events);
    }
  }

  private void compare(EventFile file) throws IOException {
    try (InputStream in = FileFormat.open(file.file())) {
      EventCutter cutter = FileIntake.oneByOne(file.path(), file.file(), in, edited.maxEventSize());
      for (RawBatch batch = cutter.next(); batch != null; batch = cutter.next()) {
        compare(batch);
      }
    }
    out.flush();
  }

  private void compare(RawBatch batch) {
    events++;
    Rehearsal.Result old = before.send(batch);
    Rehearsal.Result result = now.send(batch);
    if (Rerouting.isSame(old, result)) {
      return;
    }
    changed++;
    Rerouting change = new Rerouting(explainer.explain(batch, result), old, result);
    out.println(json ? change.toJson() : change.toText());
  }
}
