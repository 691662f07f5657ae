package io.registryrouter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program under measurement, and what the operating system says of it (Linux's /proc). */
class Subject implements AutoCloseable {

  private static final Pattern GC_PAUSE = Pattern.compile("Pause .* ([0-9.]+)ms$");

  /** Clock ticks a second in /proc, fixed on Linux for all architectures that Java runs on. */
  private static final long TICKS = 100;

  private final Process process;
  private final Path log;
  private final Path gcLog;

  /**
   * @param log takes what it prints
   * @param gcLog where its JVM writes about garbage collection; need not exist
   */
  Subject(List<String> command, Path directory, Path log, Path gcLog) throws IOException {
    this.log = log;
    this.gcLog = gcLog;
    this.process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  /** What it printed. */
  String printed() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Looks every 10 ms until it is so; a program that ended will not get there. */
  void await(BooleanSupplier state, String what) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!state.getAsBoolean()) {
      if (System.nanoTime() > deadline || process.waitFor(10, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("waited in vain for " + what + "; it said:\n" + printed());
      }
    }
  }

  /** User and system time until now, in microseconds; the kernel counts it in 10 ms. */
  long cpuMicros() {
    String stat = proc("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * (1_000_000 / TICKS);
  }

  /** Memory that it holds now, in MB. */
  double rssMegabytes() {
    return status("VmRSS");
  }

  /** The most that it held since {@link #forgetPeak}, in MB. */
  double peakMegabytes() {
    return status("VmHWM");
  }

  void forgetPeak() {
    try {
      Files.writeString(Path.of("/proc", String.valueOf(process.pid()), "clear_refs"), "5");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private double status(String key) {
    for (String line : proc("status").split("\n")) {
      if (line.startsWith(key + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IllegalStateException("no " + key + " in /proc");
  }

  private String proc(String file) {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(process.pid()), file));
    } catch (IOException e) {
      throw new IllegalStateException("the program is gone; it said:\n" + printed(), e);
    }
  }

  /** All pauses for garbage collection until now. */
  Pauses pauses() {
    int count = 0;
    double longest = 0;
    double total = 0;
    if (Files.exists(gcLog)) {
      try {
        for (String line : Files.readAllLines(gcLog)) {
          Matcher pause = GC_PAUSE.matcher(line);
          if (pause.find()) {
            double millis = Double.parseDouble(pause.group(1));
            count++;
            total += millis;
            longest = Math.max(longest, millis);
          }
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return new Pauses(count, total, longest);
  }

  /** Milliseconds. */
  record Pauses(int count, double total, double longest) {

    Pauses since(Pauses before) {
      return new Pauses(count - before.count, total - before.total, longest);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%d, %.0f ms, longest %.0f ms", count, total, longest);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
