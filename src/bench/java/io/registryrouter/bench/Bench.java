package io.registryrouter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code bin/bench}: measures the router on this machine and prints what it is worth. Needs Linux,
 * for {@code /proc}.
 */
@Command(
    name = "bin/bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts the router as it ships, feeds it, receives from it, checks that everything arrives"
            + " once and in order, and prints what it took. Exit code 1 when something is lost.")
public final class Bench implements Callable<Integer> {

  /** What can be measured. */
  enum Work {
    LIMITS,
    PROCESS,
    FILE,
    HTTP,
    BACKLOG,
    SCALING
  }

  @Parameters(
      arity = "0..*",
      paramLabel = "WORK",
      description = "What to measure: ${COMPLETION-CANDIDATES} (default: all but scaling).")
  private Set<Work> works = EnumSet.complementOf(EnumSet.of(Work.SCALING));

  @Option(names = "--runs", defaultValue = "5", description = "Of each, after warm-up (default: 5).")
  private int runs;

  @Option(names = "--warm-ups", defaultValue = "4", description = "Before these (default: 4).")
  private int warmUps;

  @Option(names = "--events", defaultValue = "400000", description = "Of a run (default: 400000).")
  private int events;

  @Option(names = "--size", defaultValue = "1400", description = "Bytes of an event (default: 1400).")
  private int size;

  @Option(names = "--backlog", defaultValue = "1000000", description = "Events (default: 1000000).")
  private int backlog;

  @Option(names = "--idle", defaultValue = "20", description = "Seconds before idle memory (default: 20).")
  private int idleSeconds;

  @Option(names = "--seed", defaultValue = "1", description = "Of the events (default: 1).")
  private long seed;

  @Option(names = "--json", paramLabel = "FILE", description = "Where to write the results.")
  private Path json;

  @Option(
      names = "--chart",
      paramLabel = "FILE",
      description = "Where to draw the results, as SVG; needs --json.")
  private Path chart;

  private final Path checkout = Path.of("").toAbsolutePath();
  private Path directory;

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Bench())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    directory = Files.createTempDirectory(Files.createDirectories(checkout.resolve("target")), "bench");
    try {
      Results results = new Results(System.out);
      results.about("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
      results.about("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
      results.about("java", System.getProperty("java.vm.version"));
      for (Work work : works) {
        run(work, results);
      }
      if (json != null) {
        results.write(json);
        if (chart != null) {
          Chart.draw(json, chart);
        }
      }
      return 0;
    } finally {
      Directories.delete(directory);
    }
  }

  private void run(Work work, Results results) throws Exception {
    switch (work) {
      case LIMITS -> limits(results);
      case PROCESS -> new ProcessWork(this).run(results);
      case FILE -> new FileWork(this).run(results);
      case HTTP -> new HttpWork(this).run(results);
      case BACKLOG -> new BacklogWork(this).run(results);
      case SCALING -> new ScalingWork(this).run(results);
    }
  }

  private void limits(Results results) throws IOException {
    results.headline("what this machine can do at most");
    String limit = "limit";
    results.figure(
        limit, "1 MiB writes, each fsynced", Limits.fsyncedMegabytesPerSecond(directory), "MB/s");
    results.figure(limit, "4 KiB write and fsync", Limits.fsyncMillis(directory), "ms");
    results.figure(limit, "loopback HTTP", Limits.loopbackMegabytesPerSecond(), "MB/s");
    results.figure(limit, "jackson-core alone, one thread", Limits.parsedPerSecond(size), "events/s");
  }

  Path checkout() {
    return checkout;
  }

  /** A directory of this run, which goes away with it. */
  Path directory(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }

  int runs() {
    return runs;
  }

  int warmUps() {
    return warmUps;
  }

  int events() {
    return events;
  }

  int size() {
    return size;
  }

  int backlog() {
    return backlog;
  }

  int idleSeconds() {
    return idleSeconds;
  }

  long seed() {
    return seed;
  }

  /** A program of the benchmark's own, in a JVM as the router has it. */
  Subject java(Path directory, Class<?> main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return new Subject(
        command, directory, directory.resolve("log.txt"), directory.resolve("gc.log"));
  }

  /** Everything came, once. */
  void requireWhole(Receiver.Arrived arrived, long expected) {
    if (arrived.events() != expected || arrived.doubles() > 0) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "%d events were sent, but %s", expected, arrived));
    }
  }

  /** And in order. */
  void requireSound(Receiver.Arrived arrived, long expected) {
    requireWhole(arrived, expected);
    if (arrived.disordered() > 0) {
      throw new IllegalStateException("out of order: " + arrived);
    }
  }
}
