package io.registryrouter.intake.tail;

import io.registryrouter.intake.Head;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
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

  private static final Comparator<Seen> BY_NAME = Comparator.comparing(Seen::real);

  private final List<TailedFile> files = new ArrayList<>();
  private final Opener opener;
  private Map<Path, String> troubles = Map.of();
  private List<Glob> globs = List.of();
  private long losses;

  /** A name that the look has seen stands for another file by now. */
  private boolean stale;

  /** Opens a file for reading. */
  @FunctionalInterface
  interface Opener {
    FileChannel open(Path file) throws IOException;
  }

  Followed(List<Positions.Entry> entries, Opener opener) {
    entries.forEach(entry -> files.add(TailedFile.restore(entry)));
    files.stream().filter(this::isRotated).forEach(TailedFile::superseded);
    this.opener = opener;
  }

  /** Older ones of the same name first. */
  List<TailedFile> files() {
    return List.copyOf(files);
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
   * @return whether there is something else to be noted than before
   */
  boolean look(List<Glob> now, long millis) throws IOException {
    now.stream().filter(glob -> !globs.contains(glob)).forEach(this::sayIfNothingIsThere);
    globs = now;
    for (TailedFile file : files) {
      if (file.key() != null && !isWanted(file)) {
        file.release();
      }
    }
    Map<Path, String> found = new LinkedHashMap<>();
    Sight sight = Sight.of(globs, found);
    boolean changed = false;
    if (!isKnown(sight)) {
      sight = Sight.steady(globs, directories(), found);
      stale = false;
      changed = find(sight, millis);
      if (!stale && files.stream().anyMatch(this::isFirstMissed)) { // copied since, it may be
        sight = Sight.steady(globs, directories(), found);
        changed |= find(sight, millis);
      }
      if (!stale) {
        changed |= begin(sight, millis);
        changed |= forget(sight, millis);
      } // else files were renamed meanwhile: what is new, and what is gone, the next look tells
    }
    for (TailedFile file : files) {
      Seen named = sight.named().get(file.file());
      boolean itself = named != null && named.key().equals(file.key());
      file.live(itself || (named == null && mayComeBack(file, millis)), millis);
      if (itself) {
        file.seen(named);
      } else if (!file.isOpen()) { // it may grow all the same
        Seen.at(file.at()).filter(seen -> seen.key().equals(file.key())).ifPresent(file::seen);
      }
    }
    open(found);
    say(found);
    return changed;
  }

  /** Whether its directory is away for a while, and it still has its name there. */
  private static boolean mayComeBack(TailedFile file, long now) {
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

  /** True when everything is called as it was called before. */
  private boolean isKnown(Sight sight) {
    Set<Seen.Key> keys = keys();
    return sight.named().values().stream().allMatch(seen -> keys.contains(seen.key()))
        && files.stream().filter(this::isWanted).allMatch(this::isWhereItWas);
  }

  private boolean isWhereItWas(TailedFile file) {
    return file.key() != null
        && !file.isGone()
        && Seen.at(file.at()).filter(seen -> seen.key().equals(file.key())).isPresent();
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
  private boolean find(Sight sight, long now) {
    Map<Seen.Key, Seen> byKey = sight.byKey();
    boolean changed = false;
    for (TailedFile file : files) {
      Seen seen = byKey.get(file.key());
      if (file.key() == null) {
        changed |= isMissing(file) && findAnew(file, byKey, sight, now);
      } else if (seen != null) {
        changed |= !seen.real().equals(file.at()) || file.isGone();
        file.seen(seen);
      } else {
        changed |= file.gone(now);
      }
    }
    return changed;
  }

  private boolean findAnew(TailedFile file, Map<Seen.Key, Seen> byKey, Sight sight, long now) {
    Set<Seen.Key> taken = keys();
    List<Seen> free =
        byKey.values().stream()
            .filter(seen -> !taken.contains(seen.key()) && !file.isKnownNotToBe(seen))
            .sorted(file.position() == 0 ? Generations.OLDEST_FIRST : BY_NAME)
            .toList();
    List<Seen> rotated =
        Stream.concat(
                free.stream(),
                newer(file).map(TailedFile::key).filter(byKey::containsKey).map(byKey::get))
            .toList();
    List<Seen> sameInode =
        free.stream()
            .filter(file::mayBeContinuedBy)
            .filter(seen -> file.position() > 0 || !isAnother(seen, file, sight))
            .filter(
                seen ->
                    !file.isKnownByInodeOnly()
                        || isStill(seen, file, sight)
                        || isLikely(seen, file, rotated, sight))
            .toList();
    Optional<Seen> same = firstOf(sameInode, (seen, first) -> file.isContinuedBy(first));
    Optional<Seen> copy = stale ? Optional.empty() : copy(file, same, free);
    Optional<Seen> found = stale ? Optional.empty() : copy.or(() -> same);
    found.ifPresent(
        seen -> {
          if (!seen.real().equals(file.at()) || copy.isPresent()) {
            LOG.atInfo()
                .addKeyValue("file", file.file())
                .addKeyValue("at", seen.real())
                .addKeyValue("position", file.position())
                .log(copy.isEmpty() ? "found rotated" : "found copied; the rest is taken there");
          }
          file.is(seen, now);
        });
    return found.isPresent();
  }

  /**
   * Whether the globs name a file as another log, or as what is newer than one that was rotated. Of
   * a file that was empty the inode is all that tells it, and that may have been given to another.
   */
  private boolean isAnother(Seen seen, TailedFile file, Sight sight) {
    return sight.named().entrySet().stream()
        .filter(named -> named.getValue().key().equals(seen.key()))
        .anyMatch(named -> !named.getKey().equals(file.file()) || isRotated(file));
  }

  /** Whether its name stands for what was there when it was seen last, and not for a newer file. */
  private static boolean isStill(Seen seen, TailedFile file, Sight sight) {
    Seen named = sight.named().get(file.file());
    return named != null
        && named.key().equals(seen.key())
        && seen.born().compareTo(file.modified()) <= 0;
  }

  /**
   * Whether rotation calls files so, and has called none so that was written to before this one.
   */
  private static boolean isLikely(Seen seen, TailedFile file, List<Seen> rotated, Sight sight) {
    return file.mayBeCalled(seen.real())
        && rotated.stream()
            .filter(other -> !sight.named().containsKey(other.real()))
            .filter(other -> other.size() > 0 && file.mayBeCalled(other.real()))
            .filter(other -> other.modified().compareTo(file.since()) > 0)
            .noneMatch(other -> other.modified().compareTo(seen.modified()) < 0);
  }

  private boolean isRotated(TailedFile file) {
    return newer(file).findAny().isPresent();
  }

  /** Those of its name that were followed after it. */
  private Stream<TailedFile> newer(TailedFile file) {
    return files.stream()
        .skip(files.indexOf(file) + 1L)
        .filter(newer -> newer.file().equals(file.file()));
  }

  /** Where the rest of it lies if it is not, or may not be, in the file that it was. */
  private Optional<Seen> copy(TailedFile file, Optional<Seen> same, List<Seen> free) {
    if (same.isPresent() && !file.mayHaveBeenEmptied(same.get())) {
      return Optional.empty();
    }
    List<Seen> others = free.stream().filter(seen -> !same.equals(Optional.of(seen))).toList();
    return firstOf(
        others,
        (seen, first) -> !belongsToAnother(seen, first, file) && file.isCopiedBy(seen, first));
  }

  /** Whether it is another one, which is looked for as well, and of which something was taken. */
  private boolean belongsToAnother(Seen seen, Optional<byte[]> first, TailedFile file) {
    return files.stream()
        .filter(other -> other != file && other.key() == null && other.position() > 0)
        .anyMatch(other -> other.mayBeContinuedBy(seen) && other.isContinuedBy(first));
  }

  /** The first for which it is true; none when what was seen is not there any more. */
  private Optional<Seen> firstOf(List<Seen> all, BiPredicate<Seen, Optional<byte[]>> isIt) {
    try {
      for (Seen seen : all) {
        if (isIt.test(seen, first(seen))) {
          return Optional.of(seen);
        }
      }
    } catch (NoSuchFileException e) {
      stale = true;
    }
    return Optional.empty();
  }

  /**
   * How a file begins; empty when it cannot be read now.
   *
   * @throws NoSuchFileException when its name stands for another one by now, or for none
   */
  private Optional<byte[]> first(Seen seen) throws NoSuchFileException {
    try (FileChannel channel = opener.open(seen.real())) {
      byte[] first = Head.first(channel);
      if (!isThere(seen)) {
        throw new NoSuchFileException(seen.real().toString());
      }
      return Optional.of(first);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      LOG.debug("a file that may be the one that is looked for cannot be read", e);
      return Optional.empty();
    }
  }

  /** Begins with what has a name that the globs name and is not known. */
  private boolean begin(Sight sight, long now) {
    boolean changed = false;
    for (Map.Entry<Path, Seen> named : sight.named().entrySet()) {
      Path name = named.getKey();
      if (!keys().contains(named.getValue().key())) {
        List<Seen> between = generations(name, named.getValue(), sight);
        FileTime since = since(named.getValue(), between, sight);
        Optional<TailedFile> replaced = replaced(name, named.getValue());
        between.forEach(seen -> begin(name, seen, since, false, now));
        giveUp(name);
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

  /**
   * What has lost its name, since the last look, to a copy of it, as an editor or rsync makes one.
   */
  private Optional<TailedFile> replaced(Path name, Seen by) {
    return files.stream()
        .filter(file -> file.file().equals(name) && file.isLive() && file.isGone())
        .filter(file -> file.isOpen() && isWithin(file, by))
        .findFirst();
  }

  private boolean isWithin(TailedFile file, Seen seen) {
    try (FileChannel channel = opener.open(seen.real())) {
      return file.isWithin(channel) && isThere(seen);
    } catch (IOException e) {
      LOG.debug("a file that may be a copy of the one before it cannot be read", e);
      return false;
    }
  }

  /** Whether its name stands for it yet. */
  private static boolean isThere(Seen seen) {
    return Seen.at(seen.real()).filter(now -> now.key().equals(seen.key())).isPresent();
  }

  /**
   * What had the name between the last file known by it and the one that has it now: rotated more
   * than once since the last look. What the globs name themselves is another log.
   */
  private List<Seen> generations(Path name, Seen live, Sight sight) {
    List<TailedFile> before = files.stream().filter(file -> file.file().equals(name)).toList();
    if (before.isEmpty()) {
      return List.of();
    }
    FileTime newest =
        before.stream().map(TailedFile::modified).max(Comparator.naturalOrder()).orElseThrow();
    FileTime since = before.get(before.size() - 1).since();
    Path last = before.get(before.size() - 1).at();
    Set<Seen.Key> known = keys();
    sight.named().values().forEach(seen -> known.add(seen.key()));
    return sight.beside().values().stream()
        .filter(
            seen -> seen.modified().compareTo(newest) >= 0 || seen.modified().compareTo(since) > 0)
        .filter(seen -> seen.real().getParent().equals(live.real().getParent()))
        .filter(seen -> isGeneration(seen.real(), name, live.real(), last))
        .filter(seen -> !known.contains(seen.key()))
        .filter(seen -> !Glob.isCompressed(seen.real()))
        .sorted(Generations.OLDEST_FIRST)
        .toList();
  }

  /** When the last of those was written to that have a name of rotation and are not taken. */
  private FileTime since(Seen live, List<Seen> between, Sight sight) {
    Set<Seen.Key> known = keys();
    between.forEach(seen -> known.add(seen.key()));
    String name = live.real().getFileName().toString();
    return sight.beside().values().stream()
        .filter(seen -> seen.real().getParent().equals(live.real().getParent()))
        .filter(seen -> Generations.isOne(seen.real().getFileName().toString(), name))
        .filter(seen -> !known.contains(seen.key()))
        .map(Seen::modified)
        .reduce(live.modified(), (one, other) -> one.compareTo(other) > 0 ? one : other);
  }

  private static boolean isGeneration(Path file, Path name, Path live, Path last) {
    String candidate = file.getFileName().toString();
    String now = live.getFileName().toString();
    String before = last.getFileName().toString();
    boolean switched = !live.getFileName().equals(name.getFileName()) && !live.equals(last);
    return Generations.isOne(candidate, now, before)
        || (switched && Generations.isOfKind(before, now) && Generations.isOfKind(candidate, now));
  }

  /** What has lost its name to another file and is nowhere to be found. */
  private void giveUp(Path name) {
    for (TailedFile file : files()) {
      if (file.file().equals(name) && file.key() == null) {
        files.remove(file);
        boolean over = file.isOver() || file.isSuperseded();
        boolean lost = (file.isRestored() && !over) || file.unread() > 0;
        String why = over ? LET_GO : "truncated; it is followed from its beginning";
        say(file, lost ? Level.ERROR : Level.INFO, lost ? NOT_FOUND : why);
      }
    }
  }

  /**
   * Drops what was taken to its end and has no name any more, and what is missing for long. One
   * that was never opened, or whose directory cannot be listed, is missing and not deleted; one
   * that an earlier run saw deleted is not looked out for.
   */
  private boolean forget(Sight sight, long now) throws IOException {
    boolean changed = false;
    for (TailedFile file : files()) {
      boolean missing = isMissing(file);
      boolean listed = sight.listed().contains(file.at().getParent());
      boolean over = file.isOver() && file.isQuiet(now, LINGER_MILLIS);
      if (missing && file.isFirstMissed() && !over) {
        sayMissing(
            file, listed, "a file that was followed is not there; it goes on when it comes back");
      }
      if (over && listed && (missing || file.isOpen())) {
        drop(file);
        changed = true;
        LOG.atInfo().addKeyValue("file", file.at()).log(LET_GO);
      } else if (file.key() != null && file.isGone() && (over || !file.isOpen())) {
        file.missing();
        changed = true;
      } else if (missing && now - file.missingSince(now) >= MISSING_MILLIS) {
        drop(file);
        changed = true;
        sayMissing(
            file, true, "a file that was followed did not come back for a day; it is forgotten");
      }
    }
    return changed;
  }

  private void drop(TailedFile file) throws IOException {
    file.close();
    files.remove(file);
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
        if (Seen.at(file.at()).filter(seen -> seen.key().equals(file.key())).isPresent()) {
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
                .log("not followed; let the router's user read it, it is tried again");
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
