package io.registryrouter.intake.tail;

import io.registryrouter.config.EventPath;
import io.registryrouter.config.TailSettings;
import io.registryrouter.event.RawBatch;
import io.registryrouter.intake.file.FileIntake;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The growing files whose events take one path. A position moves, and durably, only after the lines
 * before it are on disk elsewhere. Used by one thread, but for what any may ask.
 */
final class Tails {

  private static final Logger LOG = LoggerFactory.getLogger(Tails.class);

  /** Bytes of all files together that may be under way to the disk. */
  private static final long IN_FLIGHT = 4L * Lines.BATCH_BYTES;

  /** How long a file waits whose lines were given back. */
  private static final long PAUSE_MILLIS = 1000;

  private final EventPath path;
  private final Positions positions;
  private final Supplier<List<TailSettings>> settings;
  private final Supplier<Duration> settle;
  private final Supplier<FileIntake.Limits> limits;
  private final Clock clock;
  private final Followed.Opener opener;
  private Followed followed;
  private boolean unsaved;

  /** How often nothing was known of what was followed before. */
  private long unknown;

  private volatile State state = new State(0, 0, 0, 0, "");

  /**
   * How following gets on.
   *
   * @param files how many are followed, rotated ones included
   * @param lag bytes that stand in them and were not taken yet
   * @param losses how often events of them may have been lost
   * @param troubles how many files and directories cannot be read
   * @param trouble which these are, which files wait, and why; empty when all is taken
   */
  record State(int files, long lag, long losses, int troubles, String trouble) {}

  /** Takes a batch to the disk. */
  @FunctionalInterface
  interface Receiver {

    /** Returns when the batch is routed; what it returns completes when it is on disk. */
    CompletableFuture<Void> take(RawBatch batch) throws InterruptedException;
  }

  private record UnderWay(TailedFile file, Cut cut, CompletableFuture<Void> taken) {}

  /**
   * @param store where the positions are kept
   * @param settings of all paths
   * @param settle how long what has no line end must hold still in a file that was rotated
   */
  Tails(
      EventPath path,
      Path store,
      Supplier<List<TailSettings>> settings,
      Supplier<Duration> settle,
      Supplier<FileIntake.Limits> limits,
      Clock clock,
      Followed.Opener opener) {
    this.path = path;
    this.positions = new Positions(store);
    this.settings = settings;
    this.settle = settle;
    this.limits = limits;
    this.clock = clock;
    this.opener = opener;
  }

  /**
   * Finds out which files there are now, and which were truncated: also of those that wait, for a
   * copy of what was truncated may be gone by the time that it is their turn.
   */
  void look() throws IOException {
    if (followed == null) {
      Optional<List<Positions.Entry>> noted = positions.read();
      unknown += noted.isEmpty() ? 1 : 0;
      followed = new Followed(noted.orElse(List.of()), opener);
    }
    unsaved |= followed.look(globs(true), globs(false), clock.millis());
    for (TailedFile file : followed.files()) {
      watch(file);
    }
  }

  /**
   * @param own those of the path, or else of all others
   */
  private List<Glob> globs(boolean own) {
    return settings.get().stream()
        .filter(tail -> own == (tail.path() == path))
        .map(tail -> new Glob(tail.glob()))
        .toList();
  }

  /**
   * Takes a batch of each file that has one.
   *
   * @param stopping true when no further batch is to be begun
   * @return false when there was none
   */
  boolean pass(Receiver receiver, BooleanSupplier stopping)
      throws IOException, InterruptedException {
    if (unsaved) {
      save(); // the id of a reading is noted before anything of it is handed over
    }
    Set<Path> behind = new HashSet<>();
    Map<Path, List<TailedFile>> ofOneName = new HashMap<>();
    List<UnderWay> underWay = new ArrayList<>();
    long bytes = 0;
    boolean any = false;
    for (TailedFile file : followed.files()) {
      if (stopping.getAsBoolean()) {
        break;
      }
      List<TailedFile> older = ofOneName.computeIfAbsent(file.file(), name -> new ArrayList<>());
      Cut cut = behind.contains(file.file()) ? null : next(file);
      any |= cut != null;
      // Asked again: what a writer wrote last to an older file was there before what is cut here.
      if (cut != null && older.stream().noneMatch(Tails::isUnfinishedNow)) {
        bytes += cut.bytes();
        underWay.add(new UnderWay(file, cut, take(cut, receiver)));
      }
      if (file.isUnfinished()) {
        behind.add(file.file()); // no newer file of its name is begun before it is taken
      }
      older.add(file);
      if (bytes >= IN_FLIGHT) {
        finish(underWay);
        bytes = 0;
      }
    }
    finish(underWay);
    note();
    return any;
  }

  private static boolean isUnfinishedNow(TailedFile file) {
    return file.isUnfinished() || (file.key() != null && file.behind() > 0);
  }

  /** Null when there is none now. */
  private Cut next(TailedFile file) throws IOException {
    watch(file);
    long now = clock.millis();
    if (!file.isOpen() || file.unread() == 0 || file.isWaiting(now)) {
      return null;
    }
    try {
      boolean rest = !file.isLive() && file.isQuiet(now, settle.get().toMillis());
      return file.cut(path, limits.get(), rest);
    } catch (IOException | RuntimeException e) {
      broken(file, e);
      return null;
    }
  }

  /** Notes how it has grown; one that was truncated is to be found anew. */
  private void watch(TailedFile file) throws IOException {
    try {
      if (file.isOpen() && file.isTruncated()) {
        file.noteTruncated();
      } else if (file.isOpen()) {
        unsaved |= file.measure(clock.millis());
      }
    } catch (IOException | RuntimeException e) {
      broken(file, e);
    }
  }

  /** What is wrong with one file holds up no file of another name, nor what was taken of them. */
  private void broken(TailedFile file, Exception why) throws IOException {
    if (why instanceof ClosedByInterruptException stopped) {
      throw stopped;
    }
    file.release(); // to be found and opened anew
    givenBack(file, why);
  }

  private static CompletableFuture<Void> take(Cut cut, Receiver receiver)
      throws InterruptedException {
    try {
      return cut.batch() == null
          ? CompletableFuture.completedFuture(null)
          : receiver.take(cut.batch());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Waits until all of these are on disk, and moves their positions. */
  private void finish(List<UnderWay> underWay) throws IOException {
    for (UnderWay one : underWay) {
      try {
        one.taken().join();
        one.file().advance(one.cut());
        unsaved = true;
      } catch (CompletionException e) {
        givenBack(one.file(), e.getCause());
      }
    }
    underWay.clear();
    if (unsaved) {
      save();
    }
  }

  private void givenBack(TailedFile file, Throwable why) {
    file.waitUntil(clock.millis() + PAUSE_MILLIS);
    if (file.isNews(String.valueOf(why.getMessage()))) {
      LOG.atWarn()
          .addKeyValue("file", file.file())
          .addKeyValue("position", file.position())
          .addKeyValue("error", why.toString())
          .log("lines were given back; they are taken again until they are on disk");
    }
  }

  private void save() throws IOException {
    positions.save(followed.files().stream().map(TailedFile::entry).toList());
    unsaved = false;
  }

  /** Notes that nothing is taken now, and why. */
  void waits(Throwable why) {
    note(1, "tailing waits: " + why);
  }

  private void note() {
    Map<Path, String> unreadable = new LinkedHashMap<>(followed.troubles());
    List<String> waiting = new ArrayList<>();
    for (TailedFile file : followed.wanted()) {
      if (!file.trouble().isEmpty() && file.isOpen()) {
        waiting.add(file.file() + " waits: " + file.trouble());
      } else if (!file.trouble().isEmpty()) {
        unreadable.putIfAbsent(file.at(), "cannot be read: " + file.trouble());
      }
    }
    List<String> now = new ArrayList<>();
    unreadable.forEach((path, why) -> now.add(path + " " + why));
    now.addAll(waiting);
    note(unreadable.size(), String.join("; ", now));
  }

  private void note(int troubles, String trouble) {
    List<TailedFile> files = followed == null ? List.of() : followed.wanted();
    state =
        new State(
            files.size(),
            files.stream().mapToLong(TailedFile::behind).sum(),
            unknown + (followed == null ? 0 : followed.losses()),
            troubles,
            trouble);
  }

  EventPath path() {
    return path;
  }

  /** Whether a setting names files of the path, be they there or not. Any thread may ask. */
  boolean isAsked() {
    return !globs(true).isEmpty();
  }

  /** As the last look found it. Any thread may ask. */
  State state() {
    return state;
  }

  /** Lets go of the files; a later look goes on from what is on disk. */
  void close() throws IOException {
    if (followed != null) {
      followed.close();
      followed = null;
    }
  }
}
