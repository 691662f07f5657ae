package io.registryrouter.intake.tail;

import io.registryrouter.intake.Head;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the files that a look saw are those that are followed, what they were copied to, and
 * what was rotated between them: by inode, beginning, name and time. For one sight.
 */
final class Matching {

  private static final Logger LOG = LoggerFactory.getLogger(Matching.class);

  /** Beginnings that one look keeps in memory at most; those of further files are read again. */
  private static final int MOST_BEGINNINGS = 4096;

  private final List<TailedFile> files;
  private final Sight sight;
  private final Map<Seen.Key, Seen> byKey;
  private final Set<Seen.Key> before;
  private final Followed.Opener opener;
  private final Map<Seen.Key, Optional<byte[]>> beginnings = new HashMap<>();

  /** Null until a file is looked for. */
  private Unfollowed unfollowed;

  private Map<Long, List<TailedFile>> missing = Map.of();
  private boolean stale;

  /**
   * A file that was looked for.
   *
   * @param copy whether it goes on in a copy of it
   */
  record Found(Seen seen, boolean copy) {}

  /**
   * @param files as they are at any moment, older ones of the same name first
   * @param before what earlier searches have looked through
   */
  Matching(List<TailedFile> files, Sight sight, Set<Seen.Key> before, Followed.Opener opener) {
    this.files = files;
    this.sight = sight;
    this.byKey = sight.byKey();
    this.before = before;
    this.opener = opener;
  }

  /** True when a name that was seen stands for another file by now; then nothing is found. */
  boolean isStale() {
    return stale;
  }

  /** A file that needs not be looked for. */
  Optional<Seen> seen(TailedFile file) {
    return Optional.ofNullable(byKey.get(file.key()));
  }

  /** Whether a file was deleted before it was opened, and its inode was given to another one. */
  boolean isReplaced(TailedFile file) {
    return !file.isOpen()
        && seen(file)
            .filter(seen -> !seen.real().equals(file.at()) && !isAsOld(seen, file))
            .isPresent();
  }

  /** A file that is not where it was, or not known to be. */
  Optional<Found> find(TailedFile file) {
    if (unfollowed == null) {
      unfollowed = new Unfollowed(byKey.values(), followed(), before);
      missing =
          files.stream()
              .filter(other -> other.key() == null && other.position() > 0)
              .collect(Collectors.groupingBy(TailedFile::inode));
    }
    Optional<Seen> same = firstOf(sameInode(file), (seen, first) -> file.isContinuedBy(first));
    Optional<Seen> copy = stale ? Optional.empty() : copy(file, same);
    Optional<Found> found =
        stale
            ? Optional.empty()
            : copy.map(seen -> new Found(seen, true))
                .or(() -> same.map(seen -> new Found(seen, false)));
    found.ifPresent(it -> unfollowed.take(it.seen()));
    return found;
  }

  /** What later searches need not look through again for the files that this one was for. */
  Set<Seen.Key> searched() {
    return unfollowed == null ? Set.of() : unfollowed.known();
  }

  private List<Seen> sameInode(TailedFile file) {
    return unfollowed
        .ofInode(file)
        .filter(file::mayBeContinuedBy)
        .filter(seen -> file.position() > 0 || !isAnother(seen, file))
        .filter(seen -> !file.isKnownByInodeOnly() || isStill(seen, file) || isLikely(seen, file))
        .toList();
  }

  /**
   * Whether the globs name a file as another log, or as what is newer than one that was rotated. Of
   * a file that was empty the inode is all that tells it, and that may have been given to another.
   */
  private boolean isAnother(Seen seen, TailedFile file) {
    return sight.isOfAnotherPath(seen)
        || sight.named().entrySet().stream()
            .filter(named -> named.getValue().key().equals(seen.key()))
            .anyMatch(named -> !named.getKey().equals(file.file()) || isRotated(file));
  }

  /** Whether its name stands for what was there when it was seen last, and not for a newer file. */
  private boolean isStill(Seen seen, TailedFile file) {
    Seen named = sight.named().get(file.file());
    return named != null && named.key().equals(seen.key()) && isAsOld(seen, file);
  }

  /** Whether it was there when the file was seen last. */
  private static boolean isAsOld(Seen seen, TailedFile file) {
    return seen.born().compareTo(file.modified()) <= 0;
  }

  /**
   * Whether rotation calls files so, and has called none so that was written to before this one.
   */
  private boolean isLikely(Seen seen, TailedFile file) {
    Stream<Seen> newer = newer(file, files).map(this::seen).flatMap(Optional::stream);
    return file.mayBeCalled(seen.real())
        && Stream.concat(unfollowed.of(file), newer)
            .filter(other -> !sight.named().containsKey(other.real()))
            .filter(other -> other.size() > 0 && file.mayBeCalled(other.real()))
            .filter(other -> !sight.isOfAnotherPath(other))
            .filter(other -> other.modified().compareTo(file.since()) > 0)
            .noneMatch(other -> other.modified().compareTo(seen.modified()) < 0);
  }

  private boolean isRotated(TailedFile file) {
    return newer(file, files).findAny().isPresent();
  }

  /** Those of its name that were followed after it. */
  static Stream<TailedFile> newer(TailedFile file, List<TailedFile> files) {
    return files.stream()
        .skip(files.indexOf(file) + 1L)
        .filter(newer -> newer.file().equals(file.file()));
  }

  /** Where the rest of it lies if it is not, or may not be, in the file that it was. */
  private Optional<Seen> copy(TailedFile file, Optional<Seen> same) {
    if (same.isPresent() && !file.mayHaveBeenEmptied(same.get())) {
      return Optional.empty();
    }
    Map<Boolean, List<Seen>> others =
        unfollowed
            .of(file)
            .filter(seen -> !same.equals(Optional.of(seen)) && !sight.isOfAnotherPath(seen))
            .collect(Collectors.partitioningBy(seen -> file.mayBeCalled(seen.real())));
    return firstOf(others.get(true), (seen, first) -> isCopy(seen, first, file))
        .or(() -> firstOf(others.get(false), (seen, first) -> isCopy(seen, first, file)));
  }

  private boolean isCopy(Seen seen, Optional<byte[]> first, TailedFile file) {
    if (first.isEmpty() || belongsToAnother(seen, first, file)) {
      unfollowed.doubt(seen);
      return false;
    }
    unfollowed.compared(seen);
    return file.isCopiedBy(seen, first) && endsAsTaken(seen, file);
  }

  /** Other logs may begin as long as a head is, such as with what their program says of itself. */
  private boolean endsAsTaken(Seen seen, TailedFile file) {
    try (FileChannel channel = opener.open(seen.real())) {
      boolean ends = file.taken().endsIn(channel);
      stale |= !isThere(seen);
      return ends && !stale;
    } catch (NoSuchFileException e) {
      stale = true;
      return false;
    } catch (IOException e) {
      unfollowed.doubt(seen);
      LOG.debug("a file that may be a copy of the one that is looked for cannot be read", e);
      return false;
    }
  }

  /** Whether it is another one, which is looked for as well, and of which something was taken. */
  private boolean belongsToAnother(Seen seen, Optional<byte[]> first, TailedFile file) {
    return missing.getOrDefault(seen.key().inode(), List.of()).stream()
        .filter(other -> other != file && other.key() == null)
        .anyMatch(other -> other.mayBeContinuedBy(seen) && other.isContinuedBy(first));
  }

  /** The first for which it is true; none when what was seen is not there any more. */
  private Optional<Seen> firstOf(List<Seen> all, BiPredicate<Seen, Optional<byte[]>> isIt) {
    try {
      for (Seen seen : all) {
        if (isIt.test(seen, beginning(seen))) {
          return Optional.of(seen);
        }
      }
    } catch (NoSuchFileException e) {
      stale = true;
    }
    return Optional.empty();
  }

  /** Read once for all that are looked for. */
  private Optional<byte[]> beginning(Seen seen) throws NoSuchFileException {
    Optional<byte[]> first = beginnings.get(seen.key());
    if (first == null) {
      first = first(seen);
      if (beginnings.size() < MOST_BEGINNINGS) {
        beginnings.put(seen.key(), first);
      }
    }
    return first;
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

  /**
   * What has lost its name, since the last look, to a copy of it, as an editor or rsync makes one.
   */
  Optional<TailedFile> replaced(Path name, Seen by) {
    return files.stream()
        .filter(file -> file.file().equals(name) && file.isLive() && file.isGone())
        .filter(file -> file.isOpen() && isWithin(file, by))
        .findFirst();
  }

  private boolean isWithin(TailedFile file, Seen seen) {
    try (FileChannel channel = opener.open(seen.real())) {
      return file.taken().isToldIn(channel) && isThere(seen);
    } catch (IOException e) {
      LOG.debug("a file that may be a copy of the one before it cannot be read", e);
      return false;
    }
  }

  /** Whether its name stands for it yet. */
  private static boolean isThere(Seen seen) {
    return Seen.isAt(seen.real(), seen.key());
  }

  /**
   * What had the name between the last file known by it and the one that has it now: rotated more
   * than once since the last look. What the globs name themselves is another log.
   */
  List<Seen> generations(Path name, Seen live) {
    List<TailedFile> before = files.stream().filter(file -> file.file().equals(name)).toList();
    if (before.isEmpty()) {
      return List.of();
    }
    FileTime newest =
        before.stream().map(TailedFile::modified).max(Comparator.naturalOrder()).orElseThrow();
    FileTime since = before.get(before.size() - 1).since();
    Path last = before.get(before.size() - 1).at();
    Set<Seen.Key> known = followed();
    sight.named().values().forEach(seen -> known.add(seen.key()));
    return sight.beside().values().stream()
        .filter(
            seen -> seen.modified().compareTo(newest) >= 0 || seen.modified().compareTo(since) > 0)
        .filter(seen -> seen.real().getParent().equals(live.real().getParent()))
        .filter(seen -> isGeneration(seen.real(), name, live.real(), last))
        .filter(seen -> !known.contains(seen.key()))
        .filter(seen -> !sight.isOfAnotherLog(seen, live.real().getFileName().toString()))
        .filter(seen -> !Glob.isCompressed(seen.real()))
        .sorted(Generations.OLDEST_FIRST)
        .toList();
  }

  /** When the last of those was written to that have a name of rotation and are not taken. */
  FileTime since(Seen live, List<Seen> between) {
    Set<Seen.Key> known = followed();
    between.forEach(seen -> known.add(seen.key()));
    String name = live.real().getFileName().toString();
    return sight.beside().values().stream()
        .filter(seen -> seen.real().getParent().equals(live.real().getParent()))
        .filter(seen -> Generations.isOne(seen.real().getFileName().toString(), name))
        .filter(seen -> !known.contains(seen.key()) && !sight.isOfAnotherLog(seen, name))
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

  private Set<Seen.Key> followed() {
    Set<Seen.Key> keys = new HashSet<>();
    files.forEach(file -> keys.add(file.key()));
    return keys;
  }
}
