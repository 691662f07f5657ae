package io.registryrouter.intake.tail;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.registryrouter.config.EventPath;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.intake.Gate;
import io.registryrouter.intake.file.FileIntake;
import io.registryrouter.observe.Status;
import io.registryrouter.observe.SteadyClock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The growing files of every path, kept open for as long as the program runs: a route that is
 * exchanged goes on with them.
 */
public final class TailIntake implements Closeable {

  private final Map<EventPath, Tails> tails = new EnumMap<>(EventPath.class);
  private final Gate gate;

  /**
   * @param config as it is now; the data directory is that of the start
   * @param gate where each batch passes
   */
  public TailIntake(Supplier<RouterConfig> config, Gate gate, Clock clock) {
    this.gate = gate;
    Clock steady = SteadyClock.from(clock);
    for (EventPath path : EventPath.values()) {
      tails.put(
          path,
          new Tails(
              path,
              config.get().data().inbox(path).resolve(".tails"),
              () -> config.get().intake().tails(),
              () -> config.get().intake().settle(),
              () -> FileIntake.Limits.of(config.get()),
              steady,
              file -> open(file, config.get().data().root())));
    }
  }

  /**
   * @param file without symbolic links
   */
  private static FileChannel open(Path file, Path dataDir) throws IOException {
    if (file.startsWith(dataDir.toRealPath())) {
      throw new IOException(
          "it lies in router.data-dir; what the router writes itself is no source");
    }
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  /** How far behind each path is, how much of it is not followed, and what may be lost. */
  public void measure(MeterRegistry meters) {
    for (Tails of : tails.values()) {
      Gauge.builder("router.intake.tail.lag", of, now -> now.state().lag())
          .description("Bytes that stand in tailed files and were not taken yet")
          .baseUnit("bytes")
          .tag("path", of.path().label())
          .register(meters);
      Gauge.builder("router.intake.tail.files", of, now -> now.state().files())
          .description("Tailed files that are followed, rotated ones included")
          .tag("path", of.path().label())
          .register(meters);
      Gauge.builder("router.intake.tail.troubles", of, now -> now.state().troubles())
          .description("Tailed files and directories of them that cannot be read now")
          .tag("path", of.path().label())
          .register(meters);
      FunctionCounter.builder("router.intake.tail.losses", of, now -> now.state().losses())
          .description("How often an ERROR has said that events of a tailed file may be lost")
          .tag("path", of.path().label())
          .register(meters);
    }
  }

  /** The paths of which files are followed, or should be: also where none is there yet. */
  public List<Status.Tail> status() {
    return tails.values().stream().filter(Tails::isAsked).map(TailIntake::status).toList();
  }

  private static Status.Tail status(Tails of) {
    Tails.State now = of.state();
    return new Status.Tail(of.path().label(), now.files(), now.lag(), now.trouble());
  }

  /** How many files and directories of all paths cannot be read now. */
  public int troubles() {
    return tails.values().stream().mapToInt(of -> of.state().troubles()).sum();
  }

  Tails of(EventPath path) {
    return tails.get(path);
  }

  Gate gate() {
    return gate;
  }

  @Override
  public void close() throws IOException {
    for (Tails of : tails.values()) {
      of.close();
    }
  }
}
