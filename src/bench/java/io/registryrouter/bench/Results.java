package io.registryrouter.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What was measured: a table to look at while it grows, and JSON at the end. */
final class Results {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final PrintStream out;
  private final ObjectNode all = JSON.createObjectNode();

  Results(PrintStream out) {
    this.out = out;
  }

  void headline(String text) {
    out.printf("%n%s%n", text);
  }

  /** A figure, with the goal it is measured against where there is one. */
  void figure(String work, String what, double value, String unit, Goal goal) {
    ObjectNode figure = all.withArray("figures").addObject();
    figure.put("work", work).put("what", what).put("value", rounded(value)).put("unit", unit);
    String verdict = "";
    if (goal != null) {
      figure.put("goal", goal.toString()).put("reached", goal.isReached(value));
      verdict = "goal " + goal + (goal.isReached(value) ? "" : "  MISSED");
    }
    out.printf(Locale.ROOT, "  %-52s %12s %-9s %s%n", work + ": " + what, text(value), unit, verdict);
  }

  void figure(String work, String what, double value, String unit) {
    figure(work, what, value, unit, null);
  }

  /** Rate and cost of a work as medians, with all runs in the JSON. */
  void samples(String work, List<Sample> samples, Goal rate, Goal cpu) {
    Sample median = Sample.median(samples);
    figure(work, "rate", median.eventsPerSecond(), "events/s", rate);
    figure(work, "volume", median.megabytesPerSecond(), "MB/s");
    figure(work, "CPU", median.cpuMicrosPerEvent(), "µs/event", cpu);
    ArrayNode runs = all.withObject("/runs").withArray(work);
    samples.forEach(sample -> runs.add(rounded(sample.eventsPerSecond())));
  }

  /** A point of a plot. */
  void point(String plot, double x, String what, double y) {
    all.withObject("/plots").withArray(plot).addObject().put("x", x).put(what, rounded(y));
    out.printf(Locale.ROOT, "  %-40s %12s %20s %s%n", plot, text(x), text(y), what);
  }

  void about(String key, String value) {
    all.withObject("/machine").put(key, value);
    out.printf("  %-20s %s%n", key, value);
  }

  void write(Path file) throws IOException {
    Files.write(file, JSON.writeValueAsBytes(all));
    out.printf("%nwritten: %s%n", file);
  }

  private static double rounded(double value) {
    return Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100.0;
  }

  private static String text(double value) {
    return Math.abs(value) >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  /** What a figure has to be. */
  record Goal(boolean atLeast, double value) {

    static Goal atLeast(double value) {
      return new Goal(true, value);
    }

    static Goal atMost(double value) {
      return new Goal(false, value);
    }

    boolean isReached(double measured) {
      return atLeast ? measured >= value : measured <= value;
    }

    @Override
    public String toString() {
      return (atLeast ? "≥ " : "≤ ") + text(value);
    }
  }
}
