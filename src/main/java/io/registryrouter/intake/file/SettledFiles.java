package io.registryrouter.intake.file;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileFilter;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a file through once its size and modification time have held still for long enough, and
 * never one whose name says that it is being written. What one look at an inbox finds counts as
 * seen at the same moment, however long the look takes, so that none goes through before another
 * that comes first by its name. Each inbox has its own; used by one thread.
 */
public final class SettledFiles extends DefaultPollingConsumerPollStrategy
    implements GenericFileFilter<File> {

  private static final Logger LOG = LoggerFactory.getLogger(SettledFiles.class);

  /** How many may wait before those are looked for that were taken away. */
  private static final int MANY = 1000;

  /** How many of an inbox are told of that stay. */
  static final int MOST_TROUBLES = 1000;

  /** The inbox itself, as its files are named in it. */
  private static final String INBOX = ".";

  /** How many wait at the same time, so that an inbox of any size needs no more memory. */
  static final int MOST = 10_000;

  private final Supplier<Duration> settle;
  private final Predicate<Path> due;
  private final Runnable tidying;
  private final Clock clock;

  /**
   * Files that were seen. Those let through stay among them while they are there: they may have to
   * wait for another one, and then go before those that were seen later.
   */
  private final Map<String, Sighting> waiting = new HashMap<>();

  private int many = MANY;
  private boolean polled;
  private Look look;

  /** How many files this look has let through, and with how many it ends. */
  private int passed;

  private int enough = Integer.MAX_VALUE;

  /** By name in the inbox, why this look let a file or a directory be. */
  private Map<String, String> found = new TreeMap<>();

  /** The same of the look before, and where that did not come by all, of those before. */
  private volatile Map<String, String> troubles = Map.of();

  /** One walk through the inbox. */
  private static final class Look {

    private final long begin;
    private long end;
    private boolean tidied;

    Look(long begin) {
      this.begin = begin;
    }
  }

  private record Sighting(long size, long modified, Look since) {}

  /**
   * @param due false for a file that has to wait for another one, or for its next attempt
   * @param tidying done before each look
   * @param clock by which it is told how long a file has held still; not to be set back
   */
  public SettledFiles(
      Supplier<Duration> settle, Predicate<Path> due, Runnable tidying, Clock clock) {
    this.settle = settle;
    this.due = due;
    this.tidying = tidying;
    this.clock = clock;
  }

  /** A look begins. For a route that does not say so, each file has one of its own. */
  @Override
  public boolean begin(Consumer consumer, Endpoint endpoint) {
    tidying.run();
    polled = true;
    if (passed >= enough) {
      troubles.forEach(this::stillStays);
    }
    troubles = found;
    found = new TreeMap<>();
    passed = 0;
    look = new Look(clock.millis());
    if (endpoint instanceof GenericFileEndpoint<?> inbox) {
      enough = inbox.getMaxMessagesPerPoll() > 0 ? inbox.getMaxMessagesPerPoll() : enough;
      obstacleOfInbox(Path.of(inbox.getConfiguration().getDirectory()))
          .ifPresent(why -> stays(INBOX, why));
    }
    return true;
  }

  @Override
  public boolean accept(GenericFile<File> file) {
    String name = file.getFileNameOnly();
    if (FileIntake.isUnfinished(name) && !file.isDirectory()) {
      return false;
    }
    Optional<String> obstacle = obstacle(file);
    obstacle.ifPresent(why -> stays(file.getRelativeFilePath(), why));
    if (obstacle.isPresent() || file.isDirectory()) {
      return obstacle.isEmpty();
    }
    boolean passes = due.test(file.getFile().toPath()) && hasSettled(file);
    passed += passes ? 1 : 0;
    return passes;
  }

  /** As far as is known: the look was over before it came by it. */
  private void stillStays(String name, String why) {
    if (found.size() < MOST_TROUBLES && !name.equals(INBOX)) {
      found.putIfAbsent(name, why);
    }
  }

  /** Said once for each reason, and not at every look. */
  private void stays(String name, String why) {
    boolean said = why.equals(found.get(name)) || why.equals(troubles.get(name));
    if (found.size() < MOST_TROUBLES || found.containsKey(name)) {
      found.put(name, why);
      if (!said) {
        LOG.atWarn().addKeyValue("file", name).addKeyValue("error", why).log("file stays");
      }
    }
  }

  private static Optional<String> obstacleOfInbox(Path inbox) {
    return Files.isDirectory(inbox)
        ? obstacleOfDirectory(inbox)
        : Optional.of("the inbox is gone, or this user may not look for it; restore it");
  }

  /** By name in the inbox, why the last look let a file or a directory be. By any thread. */
  Map<String, String> troubles() {
    return troubles;
  }

  private boolean hasSettled(GenericFile<File> file) {
    look = polled ? look : new Look(clock.millis());
    look.end = clock.millis();
    Sighting before = waiting.get(file.getAbsoluteFilePath());
    long size = file.getFileLength();
    long modified = file.getLastModified();
    boolean still = before != null && before.size() == size && before.modified() == modified;
    Sighting sighting = still ? before : new Sighting(size, modified, look);
    boolean settled = hasSettledSince(sighting.since());
    if (before == null ? hasRoom() : !still) {
      waiting.put(file.getAbsoluteFilePath(), sighting);
    }
    return settled;
  }

  private boolean hasSettledSince(Look seen) {
    long time = settle.get().toMillis();
    return seen == look ? time == 0 : look.begin - seen.end >= time;
  }

  /** Those that were taken away wait no longer. */
  private boolean hasRoom() {
    if (waiting.size() >= many && !look.tidied) {
      look.tidied = true;
      waiting.keySet().removeIf(name -> !Files.exists(Path.of(name)));
      many = Math.min(MOST, Math.max(MANY, 2 * waiting.size()));
    }
    return waiting.size() < MOST;
  }

  /** How many are known, those included that were let through and are not gone. */
  int waiting() {
    return waiting.size();
  }

  private static Optional<String> obstacle(GenericFile<File> file) {
    try {
      return obstacle(file.getFile().toPath(), file.isDirectory());
    } catch (InvalidPathException e) {
      return Optional.of(
          "its name has characters that the locale has not; rename it, or start the router with"
              + " LC_ALL=C.UTF-8");
    }
  }

  /** What makes it nothing to be opened; empty also for a file that is gone meanwhile. */
  private static Optional<String> obstacle(Path path, boolean directory) {
    if (directory) {
      return obstacleOfDirectory(path);
    }
    if (Files.isRegularFile(path)) {
      return Files.isReadable(path)
          ? Optional.empty()
          : Optional.of("this user may not read it; chmod or chown it");
    }
    if (Files.exists(path)) {
      return Optional.of("it is no regular file; remove it");
    }
    // What Java makes of bytes that are no character, and cannot turn back into them.
    if (path.toString().indexOf('\uFFFD') >= 0) {
      return Optional.of("its name is not UTF-8; rename it");
    }
    return Files.isSymbolicLink(path)
        ? Optional.of("it is a link to what is not there; remove it")
        : Optional.empty();
  }

  private static Optional<String> obstacleOfDirectory(Path path) {
    if (isLoop(path)) {
      return Optional.of("it is a link to a directory that it stands in; remove it");
    }
    return (Files.isReadable(path) && Files.isExecutable(path)) || Files.notExists(path)
        ? Optional.empty()
        : Optional.of("this user may not look into it; chmod or chown it");
  }

  /** Whether what a directory's name links to is above it, so that a walk would never end. */
  private static boolean isLoop(Path directory) {
    try {
      if (!Files.isSymbolicLink(directory)) {
        return false;
      }
      Path target = directory.toRealPath();
      for (Path above = directory.getParent(); above != null; above = above.getParent()) {
        if (above.toRealPath().startsWith(target)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return true; // the system itself gives up: too many links, or not readable
    }
  }
}
