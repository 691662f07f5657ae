package io.registryrouter.support;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a scrape says, read strictly: <a
 * href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus' text format</a>.
 */
public final class Exposition {

  private static final Pattern ABOUT = Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][\\w:]*) (.*)");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)\\})? (NaN|[+-]Inf|[-+.\\dE]+)");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=\"([^\"\\\\]*)\",?");
  private static final List<String> PARTS = List.of("_bucket", "_sum", "_count");

  private final Map<String, String> help = new TreeMap<>();
  private final Map<String, String> types = new TreeMap<>();
  private final List<Sample> samples;

  /** One line. */
  public record Sample(String name, Map<String, String> labels, double value) {}

  private Exposition(String text) {
    samples = text.lines().filter(line -> !comment(line)).map(Exposition::sample).toList();
  }

  public static Exposition parse(String text) {
    return new Exposition(text);
  }

  private boolean comment(String line) {
    if (!line.startsWith("#")) {
      return false;
    }
    Matcher about = ABOUT.matcher(line);
    if (!about.matches()) {
      throw new AssertionError("neither HELP nor TYPE: " + line);
    }
    Map<String, String> kind = about.group(1).equals("HELP") ? help : types;
    if (kind.put(about.group(2), about.group(3)) != null) {
      throw new AssertionError("twice: " + line);
    }
    return true;
  }

  private static Sample sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError("no sample: " + line);
    }
    Map<String, String> labels = new LinkedHashMap<>();
    Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
    int end = 0;
    while (label.lookingAt()) {
      labels.put(label.group(1), label.group(2));
      end = label.end();
      label.region(end, label.regionEnd());
    }
    if (sample.group(2) != null && end != sample.group(2).length()) {
      throw new AssertionError("no labels: " + line);
    }
    String value = sample.group(3).replace("Inf", "Infinity");
    return new Sample(sample.group(1), labels, Double.parseDouble(value));
  }

  public List<Sample> samples() {
    return samples;
  }

  /** Names as they can be asked for, those of a histogram's parts too. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    samples.forEach(sample -> names.add(sample.name()));
    return names;
  }

  /** What HELP and TYPE of a sample are said of. */
  public String familyOf(String name) {
    for (String part : PARTS) {
      String family = name.endsWith(part) ? name.substring(0, name.length() - part.length()) : "";
      if (List.of("histogram", "summary").contains(types.getOrDefault(family, ""))) {
        return family;
      }
    }
    return name;
  }

  /** Empty when there is none. */
  public String help(String family) {
    return help.getOrDefault(family, "").strip();
  }

  /** Empty when there is none. */
  public String type(String family) {
    return types.getOrDefault(family, "");
  }

  /**
   * The value of the one sample of this name that has these labels, given as name and value in
   * turn.
   */
  public double value(String name, String... labels) {
    List<Sample> found = samples.stream().filter(sample -> is(sample, name, labels)).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " of " + name + List.of(labels));
    }
    return found.get(0).value();
  }

  private static boolean is(Sample sample, String name, String... labels) {
    boolean is = sample.name().equals(name);
    for (int i = 0; is && i < labels.length; i += 2) {
      is = labels[i + 1].equals(sample.labels().get(labels[i]));
    }
    return is;
  }
}
