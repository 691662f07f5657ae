package io.registryrouter.config;

import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * All {@code router.*} settings: overrides beat the environment, which beats the file, which beats
 * the program's {@code defaults.properties}. Reading a value that is wrong adds a problem and
 * returns a harmless stand-in, so that all mistakes are found in one go.
 */
public final class Settings {

  static final String FILE = "config/application.properties";
  static final String TOKENS = "router.http.tokens.";
  private static final Pattern CREDENTIAL =
      Pattern.compile("\\.(tokens?|user|password|api-key)(\\.|$)");

  /** What is bound to a socket, a lock or a file for as long as the program runs. */
  private static final Set<String> FIXED =
      Set.of(
          "router.data-dir",
          "router.drain-timeout",
          "router.http.host",
          "router.http.port",
          "router.http.max-header-size",
          "router.http.tls.certificate",
          "router.http.tls.key",
          "router.http.tls.client-ca",
          "router.management.host",
          "router.management.port",
          "router.spool.segment-size",
          "router.spool.fsync",
          "router.reload.enabled");

  private final Map<String, String> environment;
  private final Map<String, String> overrides;
  private final Map<String, Setting> settings = new TreeMap<>();
  private final Map<String, String> defaults = new HashMap<>();
  private final Set<String> mistaken = new HashSet<>();
  private final List<String> environmentNotes = new ArrayList<>();
  private final List<ConfigProblem> problems;

  Settings(
      Map<String, String> environment,
      Map<String, String> overrides,
      List<ConfigProblem> problems) {
    this.environment = Map.copyOf(environment);
    this.overrides = Map.copyOf(overrides);
    this.problems = problems;
  }

  /** Notes what stands for a key, instead of what stood for it before. */
  void put(Setting setting) {
    settings.put(setting.key(), setting);
  }

  /** Notes the program's own value of a key. */
  void putDefault(Setting setting) {
    defaults.put(setting.key(), setting.value());
    put(setting);
  }

  void noteEnvironment(String note) {
    environmentNotes.add(note);
  }

  Set<String> keys() {
    return settings.keySet();
  }

  /** The process environment that they were read with. */
  public Map<String, String> environment() {
    return environment;
  }

  /** The {@code --set} keys and values that they were read with. */
  public Map<String, String> overrides() {
    return overrides;
  }

  /** Whether nothing in force comes from the file. */
  boolean isFileEmpty() {
    return settings.values().stream().noneMatch(setting -> setting.where().startsWith(FILE));
  }

  /** The keys that cannot change while the program runs and have another value here. */
  public List<String> fixedThatDiffer(Settings running) {
    return FIXED.stream()
        .filter(key -> !settings.get(key).value().equals(running.settings.get(key).value()))
        .sorted()
        .toList();
  }

  /**
   * What is in force from the environment, a line a variable, to be said at start-up; no values.
   */
  public List<String> environmentNotes() {
    return List.copyOf(environmentNotes);
  }

  /**
   * Every key and value in force, for property placeholders in routes; without those that are
   * mistaken and have no default.
   */
  public Map<String, String> asMap() {
    Map<String, String> map =
        settings.values().stream().collect(Collectors.toMap(Setting::key, Setting::value));
    mistaken.forEach(map::remove);
    mistaken.stream().filter(defaults::containsKey).forEach(key -> map.put(key, defaults.get(key)));
    return map;
  }

  /** The text with the values of all credentials of four characters or more blanked out. */
  public String withoutSecrets(String text) {
    String safe = text;
    for (Setting setting : settings.values()) {
      if (setting.value().length() > 3 && CREDENTIAL.matcher(setting.key()).find()) {
        safe = safe.replace(setting.value(), "***");
      }
    }
    return safe;
  }

  /** Where the first setting of a destination stands, or empty when it has none. */
  public Optional<String> whereIs(String destination) {
    String prefix = DestinationSettings.PREFIX + destination + ".";
    return settings.values().stream()
        .filter(setting -> setting.key().startsWith(prefix))
        .map(Setting::where)
        .findFirst();
  }

  /** The destinations that have settings of their own. */
  Set<String> destinations() {
    return settings.keySet().stream()
        .filter(key -> key.startsWith(DestinationSettings.PREFIX))
        .map(key -> key.substring(DestinationSettings.PREFIX.length()).split("\\.", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The names under {@code router.http.tokens.}. */
  Set<String> tokenNames() {
    return settings.keySet().stream()
        .filter(key -> key.startsWith(TOKENS))
        .map(key -> key.substring(TOKENS.length()).replaceFirst("\\.file$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  void problemAt(String where, String key, String message, Object... args) {
    mistaken.add(key);
    add(ConfigProblem.error(where, key, String.format(message, args)));
  }

  private void add(ConfigProblem problem) {
    if (!problems.contains(problem)) { // what destinations share is read once for each
      problems.add(problem);
    }
  }

  /** Adds a problem at the place where the key is set. */
  void problem(String key, String message, Object... args) {
    problemAt(where(key), key, message, args);
  }

  /** Adds a warning at the place where the key is set. */
  void warning(String key, String message, Object... args) {
    add(ConfigProblem.warning(where(key), key, String.format(message, args)));
  }

  /** Whether a value of its own stands somewhere, and not the default. */
  boolean isSet(String key) {
    Setting setting = settings.get(key);
    return setting != null && !setting.where().equals("default");
  }

  /** Where the key is set. */
  public String where(String key) {
    return isSet(key) ? settings.get(key).where() : FILE;
  }

  /** The value, or empty when the key is absent or has no value. */
  Optional<String> optional(String key) {
    return Optional.ofNullable(settings.get(key)).filter(s -> !s.isEmpty()).map(Setting::value);
  }

  /** Where a secret is set: by this key, or by the one that names its file. */
  String keyOrFile(String key) {
    return optional(key).isPresent() ? key : key + ".file";
  }

  /** Empty, with a problem, when it has no value. */
  String text(String key) {
    Optional<String> value = optional(key);
    if (value.isEmpty()) {
      problem(key, "has no value; give it one, or remove the line to have the default");
    }
    return value.orElse("");
  }

  Duration duration(String key) {
    String value = text(key);
    return Units.duration(value)
        .orElseGet(
            () ->
                wrong(
                    key,
                    value,
                    "a duration",
                    "30s (units: ms, s, m, h, d; at most 36500d)",
                    Duration.ofSeconds(1)));
  }

  /** One that is no time at all would keep what it is for from ever coming about. */
  Duration positiveDuration(String key, String example) {
    Duration duration = duration(key);
    if (duration.isZero()) {
      wrong(key, text(key), "a time above 0", example, duration);
    }
    return duration;
  }

  /** Bytes, so many at most. */
  int size(String key, int max) {
    long size = size(key);
    if (size > max) {
      problem(key, "\"%s\" is too much; write %dMiB or less", text(key), max >> 20);
    }
    return (int) Math.min(size, max);
  }

  /**
   * Bytes that stand in memory, so many at most.
   *
   * @param warned more than this part of the heap may end the process
   * @param refused more than this part of it does
   */
  int sizeInHeap(String key, int max, int warned, int refused) {
    int size = size(key, max);
    if (size(key) <= max) {
      compareWithHeap(key, size, warned, refused, bytes -> (bytes >> 20) + "MiB");
    }
    return size;
  }

  /**
   * A whole number above 0, of what stands in memory.
   *
   * @param each so many bytes
   */
  int numberInHeap(String key, String example, int each, int warned, int refused) {
    int number = positive(key, example);
    compareWithHeap(
        key, (long) number * each, warned, refused, bytes -> Long.toString(bytes / each));
    return number;
  }

  private void compareWithHeap(
      String key, long bytes, int warned, int refused, LongFunction<String> value) {
    long heap = Runtime.getRuntime().maxMemory();
    if (bytes <= heap / warned) {
      return;
    }
    String message =
        String.format(
            "\"%s\" is much for a heap of %d MiB; when the heap is used up, the process ends (exit"
                + " code 3); write %s or less, or give Java a larger heap:"
                + " ROUTER_JAVA_OPTS=-Xmx%dm",
            text(key),
            heap >> 20,
            value.apply(heap / warned),
            warned * ((bytes >> 20) + 1L) * 11 / 10); // of which Java itself keeps some
    if (bytes > heap / refused) {
      problem(key, "%s", message);
    } else {
      warning(key, "%s", message);
    }
  }

  long size(String key) {
    String value = text(key);
    return Units.size(value)
        .orElseGet(
            () ->
                wrong(
                    key,
                    value,
                    "a size",
                    "64MiB (1 or more; units: KiB, MiB, GiB; without one bytes)",
                    1L));
  }

  int positive(String key, String example) {
    String value = text(key);
    return Units.integer(value)
        .filter(n -> n > 0)
        .orElseGet(() -> wrong(key, value, "a whole number above 0", example, 1));
  }

  int port(String key) {
    String value = text(key);
    return Units.integer(value)
        .filter(n -> n >= 0 && n <= 65535)
        .orElseGet(() -> wrong(key, value, "a port", "8080 (0 to 65535; 0 picks a free one)", 0));
  }

  boolean bool(String key) {
    String value = text(key);
    if (value.equals("true") || value.equals("false")) {
      return value.equals("true");
    }
    return wrong(key, value, "true or false", "true", false);
  }

  LocalDate date(String key) {
    String value = text(key);
    try {
      return LocalDate.parse(value.startsWith("+") ? "" : value); // there is no day after the last
    } catch (DateTimeParseException e) {
      return wrong(key, value, "a day", "2019-09-30", LocalDate.EPOCH);
    }
  }

  Backoff backoff(String key) {
    String value = text(key);
    return Backoff.parse(value)
        .orElseGet(
            () ->
                wrong(
                    key,
                    value,
                    "a backoff",
                    "200ms to 30s (first and longest pause)",
                    Backoff.NONE));
  }

  /** A constant as settings, routes and answers write it: in lower case with dashes. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A constant of the enum, written as a {@link #word}. */
  <E extends Enum<E>> E choice(String key, Class<E> type) {
    String value = text(key);
    List<String> words = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String word = word(constant);
      if (word.equals(value)) {
        return constant;
      }
      words.add(word);
    }
    if (!value.isEmpty()) {
      problem(
          key,
          "\"%s\" is not accepted; accepted: %s%s",
          value,
          String.join(", ", words),
          Nearest.hint(value, words));
    }
    return type.getEnumConstants()[0];
  }

  /** Adds a problem when there is a value. */
  <T> T wrong(String key, String value, String what, String example, T standIn) {
    if (!value.isEmpty()) {
      problem(key, "\"%s\" is not %s; write e.g. %s", value, what, example);
    }
    return standIn;
  }
}
