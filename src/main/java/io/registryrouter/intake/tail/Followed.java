package io.registryrouter.intake.tail;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Which files are followed: those that the globs name, and those that had such a name until they
 * were rotated, for as long as they exist. Of one name the older come first. Used by one thread.
 */
final class Followed implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Followed.class);

  /** How long a file without a name may be written to after its last line: its writer lets go. */
  private static final long LINGER_MILLIS = Duration.ofMinutes(1).toMillis();

  /** How long a file that is not there is waited for. */
  private static final long MISSING_MILLIS = Duration.ofDays(1).toMillis();

  private static final String LET_GO = "no longer following a file";

  private static final String NOT_FOUND =
      "what this name stood for was rotated or truncated and is not found; events may be lost, see"
          + " docs/tail.md";

  private static final String CUT =
      "a file ends before, or goes on otherwise than, what was taken of it, as after a power"
          + " failure; what is in it comes again, and events may be lost, see docs/tail.md";

  private final List<TailedFile> files = new ArrayList<>();
  private final Opener opener;

  /** What was looked through for files that are missing. */
  private Set<Seen.Key> searched = Set.of();

  private Map<Path, String> troubles = Map.of();
  private List<Glob> globs = List.of();
  private long losses;

  /** Opens a file for reading. */
  @FunctionalInterface
  interface Opener {
    FileChannel open(Path file) throws IOException;
  }

  Followed(List<Positions.Entry> entries, Opener opener) {
    entries.forEach(entry -> files.add(TailedFile.restore(entry)));
    Set<Path> newer = new HashSet<>();
    for (int i = files.size() - 1; i >= 0; i--) {
      if (!newer.add(files.get(i).file())) {
        files.get(i).noteSuperseded();
      }
    }
    this.opener = opener;
  }

  /** Older ones of the same name first. */
  List<TailedFile> files() {
    return List.copyOf(files);
  }

  /** Those of them that a glob still names; what an edit has taken out is only remembered. */
  List<TailedFile> wanted() {
    return files.stream().filter(this::isWanted).toList();
  }

  /** Why some of it cannot be looked at. */
  Map<Path, String> troubles() {
    return troubles;
  }

  /** How often an ERROR has said that events may be lost. */
  long losses() {
    return losses;
  }

  /**
   * Finds out what is there now.
   *
   * @param others name the logs of other paths
   * @return whether there is something else to be noted than before
   */
  boolean look(List<Glob> now, List<Glob> others, long millis) throws IOException {
    now.stream().filter(glob -> !globs.contains(glob)).forEach(this::sayIfNothingIsThere);
    globs = now;
    for (TailedFile file : files) {
      if (!isWanted(file)) {
        file.unwatch();
      }
    }
    Map<Path, String> found = new LinkedHashMap<>();
    Sight sight = Sight.of(globs, found);
    boolean changed = false;
    if (!isKnown(sight, millis)) {
      sight = Sight.steady(globs, others, directories(), found);
      Matching matching = new Matching(files, sight, searched, opener);
      changed = find(matching, millis);
      if (!matching.isStale() && files.stream().anyMatch(this::isFirstMissed)) {
        // It may have been copied and truncated since; then this shows the copy.
        sight = Sight.steady(globs, others, directories(), found);
        matching = new Matching(files, sight, searched, opener);
        changed |= find(matching, millis);
      }
      if (!matching.isStale()) {
        changed |= begin(sight, matching, millis);
        changed |= forget(sight, millis);
      } // else files were renamed meanwhile: what is new, and what is gone, the next look tells
    }
    for (TailedFile file : files) {
      Seen named = sight.named().get(file.file());
      boolean itself = named != null && named.key().equals(file.key());
      file.noteLive(itself || (named == null && mayComeBack(file, millis)), millis);
      if (itself) {
        file.noteSeen(named);
      } else if (!file.isOpen()) { // it may grow all the same
        Seen.at(file.at()).filter(seen -> seen.key().equals(file.key())).ifPresent(file::noteSeen);
      }
    }
    open(found);
    say(found);
    return changed;
  }

  /** Whether its directory is away for a while, and it still has its name there. */
  private static boolean mayComeBack(TailedFile file, long now) {
    if (file.isDeleted()) {
      return false;
    }
    Path directory = file.file().getParent();
    boolean away = !Files.isDirectory(directory) || !Files.isExecutable(directory);
    return away && file.isLive() && !file.isQuiet(now, MISSING_MILLIS);
  }

  private void sayIfNothingIsThere(Glob glob) {
    boolean known = files.stream().anyMatch(file -> glob.matches(file.file()));
    if (!known && glob.find(new LinkedHashMap<>()).isEmpty()) {
      LOG.atWarn()
          .addKeyValue("glob", glob)
          .log("no file has such a name yet; it is followed when there is one");
    }
  }

  private boolean isFirstMissed(TailedFile file) {
    return isMissing(file) && file.isFirstMissed();
  }

  private boolean isMissing(TailedFile file) {
    return file.key() == null && isWanted(file);
  }

  private boolean isWanted(TailedFile file) {
    return globs.stream().anyMatch(glob -> glob.matches(file.file()));
  }

  /** True when everything is called as it was called before, and nothing is over. */
  private boolean isKnown(Sight sight, long now) {
    Set<Seen.Key> keys = keys();
    return sight.named().values().stream().allMatch(seen -> keys.contains(seen.key()))
        && files.stream()
            .filter(this::isWanted)
            .allMatch(file -> isWhereItWas(file) || isOnlyOpen(file, now));
  }

  /** Whether it is deleted and may be written to yet: there is nothing to be looked for. */
  private static boolean isOnlyOpen(TailedFile file, long now) {
    return file.isDeleted() && file.isOpen() && !isOver(file, now);
  }

  /** Whether it was taken to its end and nobody is going to write to it. */
  private static boolean isOver(TailedFile file, long now) {
    return file.isQuiet(now, LINGER_MILLIS) && file.isOver();
  }

  private boolean isWhereItWas(TailedFile file) {
    return file.key() != null && !file.isGone() && Seen.isAt(file.at(), file.key());
  }

  private Set<Seen.Key> keys() {
    Set<Seen.Key> keys = new HashSet<>();
    files.forEach(file -> keys.add(file.key()));
    return keys;
  }

  private Set<Path> directories() {
    Set<Path> directories = new HashSet<>();
    files.stream().filter(this::isWanted).forEach(file -> directories.add(file.at().getParent()));
    return directories;
  }

  /** Finds the files that are followed under the names that they have now. */
  private boolean find(Matching matching, long now) throws IOException {
    boolean changed = false;
    for (TailedFile file : files) {
      if (matching.isReplaced(file)) {
        file.release();
      }
    }
    boolean anyGone =
        files.stream()
            .anyMatch(file -> file.isOpen() && !file.isDeleted() && matching.seen(file).isEmpty());
    Set<Seen.Key> deleted = anyGone ? OpenFiles.deleted() : Set.of();
    for (TailedFile file : files) {
      Optional<Seen> seen = matching.seen(file);
      if (file.key() == null) {
        changed |= isMissing(file) && findAnew(file, matching, now);
      } else if (seen.isPresent()) {
        changed |= !seen.get().real().equals(file.at()) || file.isGone();
        file.noteSeen(seen.get());
      } else {
        changed |= file.noteGone(deleted.contains(file.key()), now);
      }
    }
    if (!matching.isStale()) {
      files.stream().filter(this::isMissing).forEach(TailedFile::noteSearched);
      searched = matching.searched();
    }
    return changed;
  }

  private static boolean findAnew(TailedFile file, Matching matching, long now) {
    Optional<Matching.Found> found = matching.find(file);
    found.ifPresent(
        it -> {
          if (!it.seen().real().equals(file.at()) || it.copy()) {
            LOG.atInfo()
                .addKeyValue("file", file.file())
                .addKeyValue("at", it.seen().real())
                .addKeyValue("position", file.position())
                .log(it.copy() ? "found copied; the rest is taken there" : "found rotated");
          }
          file.become(it.seen(), now);
        });
    return found.isPresent();
  }

  /** Begins with what has a name that the globs name and is not known. */
  private boolean begin(Sight sight, Matching matching, long now) {
    boolean changed = false;
    Set<Seen.Key> keys = keys();
    for (Map.Entry<Path, Seen> named : sight.named().entrySet()) {
      Path name = named.getKey();
      if (keys.add(named.getValue().key())) {
        List<Seen> between = matching.generations(name, named.getValue());
        FileTime since = matching.since(named.getValue(), between);
        Optional<TailedFile> replaced = matching.replaced(name, named.getValue());
        between.forEach(seen -> keys.add(seen.key()));
        between.forEach(seen -> begin(name, seen, since, false, now));
        giveUp(name, named.getValue());
        if (sight.isOfAnotherPath(named.getValue())) {
          LOG.atWarn()
              .addKeyValue("file", name)
              .log("another path follows this file as well; each of its lines is taken twice");
        }
        TailedFile begun = begin(name, named.getValue(), since, true, now);
        replaced.ifPresent(begun::goesOnBehind);
        changed = true;
      }
    }
    return changed;
  }

  private TailedFile begin(Path name, Seen seen, FileTime since, boolean live, long now) {
    TailedFile begun = TailedFile.begin(name, seen, since, now);
    files.add(begun);
    LOG.atInfo()
        .addKeyValue("file", name)
        .addKeyValue("at", seen.real())
        .log(live ? "following a file" : "following a file that was rotated before it was seen");
    return begun;
  }

  /** What has lost its name to another file and is nowhere to be found. */
  private void giveUp(Path name, Seen now) {
    for (TailedFile file : files()) {
      if (file.file().equals(name) && file.key() == null) {
        files.remove(file);
        boolean over = file.isOver() || file.isSuperseded();
        boolean lost = (file.isRestored() && !over) || file.unread() > 0;
        String why = over ? LET_GO : "truncated; it is followed from its beginning";
        String loss = file.isCut(now) ? CUT : NOT_FOUND;
        say(file, lost ? Level.ERROR : Level.INFO, lost ? loss : why);
      }
    }
  }

  /**
   * Drops what was taken to its end and has no name any more, and what is missing for long. One
   * that was never opened, or whose directory cannot be listed, is missing unless it was seen to be
   * deleted; one that an earlier run saw deleted is not looked out for.
   */
  private boolean forget(Sight sight, long now) throws IOException {
    boolean changed = false;
    Set<TailedFile> dropped = new HashSet<>();
    for (TailedFile file : files()) {
      boolean missing = isMissing(file);
      boolean listed = sight.listed().contains(file.at().getParent());
      boolean over = isOver(file, now);
      if (missing && file.isFirstMissed() && !over) {
        sayMissing(
            file, listed, "a file that was followed is not there; it goes on when it comes back");
      }
      if (over && (listed || file.isDeleted()) && (missing || file.isOpen())) {
        dropped.add(file);
        changed = true;
        LOG.atInfo().addKeyValue("file", file.at()).log(LET_GO);
      } else if (file.key() != null && file.isGone() && (over || !file.isOpen())) {
        file.noteMissing();
        changed = true;
      } else if (missing && now - file.missingSince(now) >= MISSING_MILLIS) {
        dropped.add(file);
        changed = true;
        sayMissing(
            file, true, "a file that was followed did not come back for a day; it is forgotten");
      }
    }
    for (TailedFile file : dropped) {
      file.close();
    }
    files.removeAll(dropped);
    return changed;
  }

  /** What is missing is lost, as far as it was not taken, when it is gone for good. */
  private void sayMissing(TailedFile file, boolean gone, String what) {
    say(file, gone && file.unread() > 0 ? Level.ERROR : Level.WARN, what);
  }

  /** An ERROR says that events of it may be lost. */
  private void say(TailedFile file, Level level, String what) {
    losses += level == Level.ERROR ? 1 : 0;
    LOG.atLevel(level)
        .addKeyValue("file", file.file())
        .addKeyValue("takenTo", file.position())
        .addKeyValue("knownBytesNotTaken", file.unread())
        .log(what);
  }

  private void open(Map<Path, String> found) {
    for (TailedFile file : files) {
      if (file.key() == null || file.isOpen()) {
        continue;
      }
      try {
        FileChannel channel = opener.open(file.at());
        if (Seen.isAt(file.at(), file.key())) {
          file.open(channel);
        } else {
          channel.close(); // renamed this moment; the next look finds it
        }
      } catch (NoSuchFileException e) {
        LOG.debug("renamed or deleted this moment, as the next look tells", e);
      } catch (IOException e) {
        found.put(file.at(), "cannot be read: " + e);
      }
    }
  }

  /** Each trouble once, until it is over. */
  private void say(Map<Path, String> found) {
    found.forEach(
        (path, why) -> {
          if (!troubles.containsKey(path)) {
            LOG.atError()
                .addKeyValue("file", path)
                .addKeyValue("error", why)
                .log(
                    "not followed; let the router's user read it or name another file, it is tried again");
          }
        });
    troubles.keySet().stream()
        .filter(path -> !found.containsKey(path))
        .forEach(path -> LOG.atInfo().addKeyValue("file", path).log("can be read again"));
    troubles = Map.copyOf(found);
  }

  @Override
  public void close() throws IOException {
    for (TailedFile file : files) {
      file.close();
    }
  }
}
