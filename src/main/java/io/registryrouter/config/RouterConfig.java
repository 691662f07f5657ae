package io.registryrouter.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Everything that {@code config/} says, checked, and the route files that stood beside it.
 *
 * @param files that it was read from, with the routes beside them
 * @param data where events are kept, and what the router notes
 * @param reload whether edits are taken while the router runs
 * @param routes as they were read, with their problems
 * @param destinations by name: those the routes send to and those that have settings
 */
public record RouterConfig(
    ConfigFiles files,
    DataPaths data,
    Duration drainTimeout,
    IntakeSettings intake,
    HttpSettings http,
    ManagementSettings management,
    int maxEventSize,
    UnknownAction unknownAction,
    AccessTrailSettings accessTrail,
    DedupeSettings dedupe,
    SpoolSettings spool,
    DeadLetterSettings deadLetters,
    boolean reload,
    LogSettings log,
    RouteItems routes,
    Map<String, DestinationSettings> destinations,
    Actions actions,
    Registries registries,
    Settings settings) {

  /**
   * An event stands in memory several times: where a file is read, on each path, and in the request
   * of each destination. So large, the shipped destinations were seen to take them all at once.
   */
  private static final int EVENTS_IN_HEAP = 16;

  /** Each file that is being read has a buffer that holds the largest event. */
  private static final int BUFFERS_IN_HEAP = 4;

  private static final String DATA_DIR = "router.data-dir";
  private static final Pattern NO_URI = Pattern.compile("[%?{}]");

  /** What to do with an action that is not in {@code config/actions.yaml}. */
  public enum UnknownAction {
    DELIVER,
    DEAD_LETTER
  }

  /** Files: how long one must hold still, how often to look, how long to keep taken ones. */
  public record IntakeSettings(
      Duration settle, Duration poll, Duration doneRetention, List<TailSettings> tails) {}

  /** Where health and metrics are served; port 0 picks a free one. */
  public record ManagementSettings(String host, int port) {

    /** On one address the two servers would share the connections, a part for each. */
    static ManagementSettings read(Settings settings) {
      String host = settings.text("router.management.host");
      int port = settings.port("router.management.port");
      String door = settings.text("router.http.host");
      if (port != 0 && port == settings.port("router.http.port") && overlap(host, door)) {
        settings.problem(
            "router.management.port",
            "\"%d\" is router.http.port as well, on hosts that overlap (%s and %s); write another"
                + " (0 picks a free one)",
            port,
            host,
            door);
      }
      return new ManagementSettings(host, port);
    }

    private static boolean overlap(String one, String other) {
      try {
        InetAddress first = InetAddress.getByName(one);
        InetAddress second = InetAddress.getByName(other);
        return first.equals(second) || first.isAnyLocalAddress() || second.isAnyLocalAddress();
      } catch (UnknownHostException e) {
        return one.equals(other);
      }
    }
  }

  /** Sizes in bytes; {@code fsync} false trades durability for speed. */
  public record SpoolSettings(long maxSize, long segmentSize, boolean fsync) {}

  /**
   * How long and how much the dead letters of past days are kept.
   *
   * @param retention zero for ever
   * @param maxSize in bytes; empty without a limit
   */
  public record DeadLetterSettings(Duration retention, OptionalLong maxSize) {

    static DeadLetterSettings read(Settings settings) {
      String maxSize = "router.dead-letter.max-size";
      return new DeadLetterSettings(
          settings.duration("router.dead-letter.retention"),
          settings.optional(maxSize).isEmpty()
              ? OptionalLong.empty()
              : OptionalLong.of(settings.size(maxSize)));
    }
  }

  /**
   * @param environment process environment
   * @param overrides {@code --set} key and value
   * @throws ConfigException with every problem found
   */
  public static RouterConfig load(
      Path home, Map<String, String> environment, Map<String, String> overrides) {
    List<ConfigProblem> problems = new ArrayList<>();
    RouterConfig config = read(home, environment, overrides, problems);
    List<ConfigProblem> errors = ConfigProblem.errors(problems);
    if (!errors.isEmpty()) {
      throw new ConfigException(errors);
    }
    return config;
  }

  /**
   * As {@link #load}, but only mistakes count that may hide where the data directory is. Never to
   * be run.
   *
   * @param problems errors and warnings are added here
   * @throws ConfigException with all errors
   */
  public static RouterConfig loadData(
      Path home,
      Map<String, String> environment,
      Map<String, String> overrides,
      List<ConfigProblem> problems) {
    RouterConfig config = read(home, environment, overrides, problems);
    List<ConfigProblem> errors = ConfigProblem.errors(problems);
    if (errors.stream().anyMatch(config::mayHideData)) {
      throw new ConfigException(errors);
    }
    return config;
  }

  /** A key that is not there may be the one that is misspelt. */
  private boolean mayHideData(ConfigProblem mistake) {
    boolean ofSettings = mistake.file().filter(Settings.FILE::equals).isPresent();
    return mistake.key().equals(DATA_DIR) || (ofSettings && !settings.isSet(DATA_DIR));
  }

  /**
   * As {@link #load}, but with harmless stand-ins for what is wrong, so that the routes can be
   * looked at all the same. Never to be run when there are errors.
   *
   * @param problems errors and warnings are added here
   */
  public static RouterConfig read(
      Path home,
      Map<String, String> environment,
      Map<String, String> overrides,
      List<ConfigProblem> problems) {
    ConfigFiles files = ConfigFiles.of(home);
    RouteItems routes = RouteItems.read(files);
    Set<String> routedTo = routes.destinations();
    Settings settings = SettingsLoader.load(files, environment, overrides, routedTo, problems);
    Set<String> names = new TreeSet<>(routedTo);
    names.addAll(settings.destinations());
    Map<String, DestinationSettings> destinations = new TreeMap<>();
    names.forEach(name -> destinations.put(name, DestinationSettings.read(settings, name, files)));
    Path dataDir = dataDir(settings, home);
    warnOfContradictions(settings);
    return new RouterConfig(
        files,
        new DataPaths(dataDir),
        settings.duration("router.drain-timeout"),
        new IntakeSettings(
            settings.duration("router.intake.settle"),
            settings.positiveDuration("router.intake.poll", "500ms"),
            settings.duration("router.intake.done-retention"),
            TailSettings.read(settings, home, dataDir)),
        HttpSettings.read(settings, home),
        ManagementSettings.read(settings),
        settings.sizeInHeap("router.event.max-size", 1 << 28, EVENTS_IN_HEAP, BUFFERS_IN_HEAP),
        settings.choice("router.unknown-action", UnknownAction.class),
        AccessTrailSettings.read(settings),
        DedupeSettings.read(settings),
        new SpoolSettings(
            settings.size("router.spool.max-size"),
            settings.size("router.spool.segment-size"),
            settings.bool("router.spool.fsync")),
        DeadLetterSettings.read(settings),
        settings.bool("router.reload.enabled"),
        LogSettings.read(settings),
        routes,
        destinations,
        Actions.load(files, problems),
        Registries.load(files, problems),
        settings);
  }

  /** Limits of which one takes away what the other gives. */
  private static void warnOfContradictions(Settings settings) {
    warnIfMore(
        settings,
        "router.event.max-size",
        "router.spool.max-size",
        "an event that does not fit waits until all destinations have taken everything");
    warnIfMore(
        settings,
        "router.http.max-body",
        "router.http.max-in-flight",
        "a larger body than that is refused all the same (413)");
  }

  private static void warnIfMore(Settings settings, String key, String limit, String then) {
    if (settings.size(key) > settings.size(limit)) {
      settings.warning(
          key,
          "\"%s\" is more than %s (%s): %s; write less here, or more there",
          settings.text(key),
          limit,
          settings.text(limit),
          then);
    }
  }

  /** How many destinations the routes know; a name that has settings alone is none. */
  public int routedDestinations() {
    return routes.destinations().size();
  }

  /** What an edit hardly means, and a file that was emptied or cut off would do. */
  public List<ConfigProblem> leftOut(RouterConfig edited) {
    if (edited.settings.isFileEmpty() && !settings.isFileEmpty()) {
      return List.of(
          ConfigProblem.error(
              Settings.FILE, "", "is empty; restore it, or restart the router if that is meant"));
    }
    return Stream.concat(
            HttpSettings.leftOut(http, edited).stream(),
            destinations.values().stream()
                .flatMap(destination -> DestinationSettings.leftOut(destination, edited).stream()))
        .toList();
  }

  /** The routes that read its files name it in a URI, where some characters mean something else. */
  private static Path dataDir(Settings settings, Path home) {
    Path dataDir = home.resolve(settings.text(DATA_DIR));
    if (NO_URI.matcher(dataDir.toString()).find()) {
      settings.problem(DATA_DIR, "%s has one of %% ? { } in its path; choose another", dataDir);
    }
    return dataDir;
  }
}
