package io.registryrouter.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.registryrouter.config.ConfigProblem;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** What became of edits while the router ran. Written by one thread, read by any. */
public final class Reloads {

  private final Clock clock;
  private final Instant started;
  private final Counter applied;
  private final Counter refused;
  private volatile State state = new State(null, null, List.of(), List.of());
  private volatile boolean lost;

  /**
   * What is so now.
   *
   * @param appliedAt when the last edit took effect; null when none has
   * @param refusedAt since when the files are not what runs; null when they are
   * @param problems why they are not
   * @param waiting settings whose new value waits for a restart
   */
  public record State(
      Instant appliedAt, Instant refusedAt, List<ConfigProblem> problems, List<String> waiting) {}

  public Reloads(MeterRegistry meters, Clock clock) {
    this.clock = clock;
    this.started = clock.instant();
    applied = counter(meters, "applied");
    refused = counter(meters, "refused");
    Gauge.builder("router.reload.last.successful", this, now -> now.isRefused() ? 0 : 1)
        .description("1 when what config/ and routes/ say is what runs, 0 when an edit was refused")
        .register(meters);
  }

  private static Counter counter(MeterRegistry meters, String result) {
    return Counter.builder("router.reloads")
        .description("Edits of config/ and routes/ that were noticed while the router ran")
        .tag("result", result)
        .register(meters);
  }

  /**
   * @param waiting settings whose new value waits for a restart
   */
  public void applied(List<String> waiting) {
    applied.increment();
    state = new State(clock.instant(), null, List.of(), waiting);
  }

  /** The files are again what runs. */
  public void mended() {
    state = new State(state.appliedAt(), null, List.of(), state.waiting());
  }

  public void refused(List<ConfigProblem> problems) {
    refused.increment();
    Instant since = isRefused() ? state.refusedAt() : clock.instant();
    state = new State(state.appliedAt(), since, List.copyOf(problems), state.waiting());
  }

  /** The edit that is refused next has left some routes out, for good. */
  public void lost() {
    lost = true;
  }

  public boolean isLost() {
    return lost;
  }

  public boolean isRefused() {
    return state.refusedAt() != null;
  }

  public State state() {
    return state;
  }

  /** When the files that run were taken. */
  public Instant takenAt() {
    Instant applied = state.appliedAt();
    return applied == null ? started : applied;
  }

  /** Edits that took effect since the start. */
  long appliedCount() {
    return (long) applied.count();
  }

  /** Edits that were refused since the start. */
  long refusedCount() {
    return (long) refused.count();
  }
}
