package io.registryrouter.spool;

import io.registryrouter.config.DestinationSettings;
import io.registryrouter.config.RouterConfig;
import io.registryrouter.config.RouterConfig.SpoolSettings;
import io.registryrouter.disk.Directories;
import io.registryrouter.disk.SteadyFile;
import io.registryrouter.intake.Handover;
import io.registryrouter.observe.Balance;
import io.registryrouter.observe.DeliveryStatus;
import io.registryrouter.route.Group;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.commons.lang3.concurrent.BasicThreadFactory;
import org.apache.commons.lang3.function.FailableRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logs of all destinations under one quota. Thread-safe. */
public final class Spools implements GroupSink, Closeable {

  /** Bytes of each of the journal's two files: at 30,000 events a second they turn in 0.2 s. */
  private static final int JOURNAL_FILE = 8 * 1024 * 1024;

  /** Bytes of the quota from which on there is a journal, which comes on top of it. */
  private static final long LEAST_QUOTA = 256L * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(Spools.class);

  private final Path directory;
  private final Map<String, SpoolLog> logs = new ConcurrentSkipListMap<>();
  private final Map<String, DeliveryStatus> statuses = new ConcurrentSkipListMap<>();
  private final SpoolRoom room;
  private final Balance balance;
  private final Clock clock;

  private final ExecutorService committer = thread("spool-commit");
  private final ExecutorService settler = thread("spool-journal");
  private final Optional<Journal> journal;
  private final Commits commits;

  private long backlogAtStart;

  private Spools(Path directory, SpoolSettings settings, Balance balance, Clock clock) {
    this.directory = directory;
    this.room = new SpoolRoom(directory, settings, logs.values(), clock);
    this.balance = balance;
    this.clock = clock;
    this.journal =
        settings.maxSize() < LEAST_QUOTA
            ? Optional.empty()
            : Optional.of(new Journal(directory, JOURNAL_FILE, settler, SteadyFile::force));
    this.commits = new Commits(committer, journal);
  }

  /**
   * Opens, and where necessary mends, the log of each destination; also those that are on disk but
   * no route or setting names any more, so that what waits in them is counted. Of these, empty ones
   * go.
   */
  public static Spools open(RouterConfig config, Clock clock, Balance balance) throws IOException {
    Path directory = Files.createDirectories(config.data().spool());
    JournalReplay.run(directory);
    Spools spools = new Spools(directory, config.spool(), balance, clock);
    spools.open(config);
    try (Stream<Path> left = Files.list(directory)) {
      for (Path log : left.filter(Spools::isLog).sorted().toList()) {
        spools.openLeft(log.getFileName().toString(), config.spool());
      }
    }
    spools.backlogAtStart = spools.backlog();
    return spools;
  }

  /** Not what a file system keeps there for itself, such as {@code lost+found}. */
  private static boolean isLog(Path path) {
    return Files.isDirectory(path) && DestinationSettings.isName(path.getFileName().toString());
  }

  /** What they may take together. */
  public SpoolRoom room() {
    return room;
  }

  /** Opens the logs of new destinations; none goes away. */
  public void open(RouterConfig config) throws IOException {
    for (String name : config.destinations().keySet()) {
      if (!logs.containsKey(name)) {
        add(SpoolLog.open(name, directory.resolve(name), config.spool(), clock, commits));
      }
    }
    Directories.force(directory); // the names of new logs
  }

  private void add(SpoolLog log) {
    statuses.put(log.destination(), new DeliveryStatus(clock));
    logs.put(log.destination(), log);
    balance.watch(log.destination(), log::backlog);
  }

  /** One of a destination that may have been taken out of service. */
  private void openLeft(String name, SpoolSettings settings) throws IOException {
    if (logs.containsKey(name)) {
      return;
    }
    LogDirectory left = new LogDirectory(directory.resolve(name));
    if (left.isUnbegun()) {
      remove(name, left::delete);
      return;
    }
    SpoolLog log = SpoolLog.open(name, left.path(), settings, clock, commits);
    if (log.isDispensable()) {
      remove(name, log::delete);
    } else {
      add(log);
    }
  }

  private static void remove(String name, FailableRunnable<IOException> deletion) {
    try {
      deletion.run();
      LOG.atInfo()
          .addKeyValue("destination", name)
          .log("no route or setting names it and nothing waits in its spool, which was removed");
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("destination", name)
          .addKeyValue("error", e.toString())
          .log("an empty spool that nothing names cannot be removed");
    }
  }

  private static ExecutorService thread(String name) {
    return Executors.newSingleThreadExecutor(
        BasicThreadFactory.builder().namingPattern(name).daemon(true).build());
  }

  @Override
  public void accept(String destination, Group group, Handover handover) throws IOException {
    SpoolLog log = log(destination);
    Group rest = log.unknownOf(group);
    CompletableFuture<Void> onDisk =
        rest.size() == 0
            ? CompletableFuture.completedFuture(null)
            : log.append(rest, handover.fsyncFailuresAtFirst(destination, log.failures()));
    if (group.countOnce()) {
      handover.accepted(
          group.size(), onDisk.thenRun(() -> balance.received(rest.batch(), rest.size())));
    } else {
      handover.alsoOnDisk(onDisk.thenRun(() -> balance.copied(rest.size())));
    }
  }

  /**
   * @throws IllegalArgumentException when there is no such destination
   */
  public SpoolLog log(String destination) {
    SpoolLog log = logs.get(destination);
    if (log == null) {
      throw new IllegalArgumentException("no destination \"" + destination + "\"");
    }
    return log;
  }

  /** How delivery to a destination is doing. */
  public DeliveryStatus status(String destination) {
    return statuses.get(destination);
  }

  /** Waits until nothing is left to deliver that a route reads; false when the time is up first. */
  public boolean awaitDelivered(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    for (SpoolLog log : logs.values()) {
      if (log.isRead() && !log.awaitDelivered(Duration.ofNanos(deadline - System.nanoTime()))) {
        return false;
      }
    }
    return true;
  }

  /** Events that wait for each destination. */
  public Map<String, Long> backlogs() {
    Map<String, Long> backlogs = new TreeMap<>();
    logs.forEach((name, log) -> backlogs.put(name, log.backlog()));
    return backlogs;
  }

  /** Bytes on disk of each destination. */
  public Map<String, Long> sizes() {
    Map<String, Long> sizes = new TreeMap<>();
    logs.forEach((name, log) -> sizes.put(name, log.size()));
    return sizes;
  }

  /** How long the next event of a destination has waited; zero when none waits. */
  public Duration oldestAge(String destination) throws IOException {
    return log(destination)
        .oldest()
        .map(at -> Duration.between(at, clock.instant()))
        .filter(age -> !age.isNegative()) // as after the clock was set back
        .orElse(Duration.ZERO);
  }

  /** By destination, why its log takes nothing. */
  Map<String, String> troubles() {
    Map<String, String> troubles = new TreeMap<>();
    logs.forEach((name, log) -> log.probe().ifPresent(why -> troubles.put(name, why.toString())));
    return troubles;
  }

  /** Why the spool takes nothing, or not what came last; empty when it does. */
  public Optional<String> obstacle() {
    Map<String, String> troubles = troubles();
    if (!troubles.isEmpty()) {
      return Optional.of("cannot be written, intake of its events waits: " + troubles);
    }
    return room.isQuotaUsedUp()
        ? Optional.of(room.used() + "; intake waits until some of it is delivered")
        : Optional.empty();
  }

  /** Events that an earlier run left to deliver. */
  public long backlogAtStart() {
    return backlogAtStart;
  }

  /** Events that wait for delivery, in all. */
  public long backlog() {
    return logs.values().stream().mapToLong(SpoolLog::backlog).sum();
  }

  @Override
  public void close() throws IOException {
    committer.shutdown();
    try {
      if (journal.isPresent()) {
        journal.get().close();
      }
    } finally {
      settler.shutdown();
      for (SpoolLog log : logs.values()) {
        log.close();
      }
    }
  }
}
