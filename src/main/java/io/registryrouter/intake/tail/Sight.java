package io.registryrouter.intake.tail;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Files as one look saw them.
 *
 * @param named what the globs name, by these names
 * @param others what the globs of other paths name: logs of their own
 * @param beside all that lies in certain directories, by names without symbolic links
 * @param listed these directories; what is not seen in one of them is not there
 */
record Sight(
    SortedMap<Path, Seen> named,
    SortedMap<Path, Seen> others,
    SortedMap<Path, Seen> beside,
    Set<Path> listed) {

  /** A listing that is made while files are renamed may miss one or have it twice. */
  private static final int LOOKS = 10;

  /**
   * Only what the globs name.
   *
   * @param troubles what cannot be looked at is added, with the reason
   */
  static Sight of(List<Glob> globs, Map<Path, String> troubles) {
    return new Sight(named(globs, troubles), new TreeMap<>(), new TreeMap<>(), new HashSet<>());
  }

  private static SortedMap<Path, Seen> named(List<Glob> globs, Map<Path, String> troubles) {
    SortedMap<Path, Seen> named = new TreeMap<>();
    for (Glob glob : globs) {
      for (Path file : glob.find(troubles)) {
        Seen.at(file).ifPresent(seen -> named.put(file, seen));
        if (!named.containsKey(file) && glob.namesOne() && isOther(file)) {
          troubles.put(file, "is no regular file; of a directory name the files, e.g. *.log");
        }
      }
    }
    return named;
  }

  private static boolean isOther(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file);
  }

  /** All there is in these directories and in those of the files named; seen the same twice. */
  static Sight steady(
      List<Glob> globs, List<Glob> others, Set<Path> directories, Map<Path, String> troubles) {
    Sight before = whole(globs, others, directories, troubles);
    for (int i = 0; i < LOOKS; i++) {
      Sight now = whole(globs, others, directories, troubles);
      if (now.keys().equals(before.keys())) {
        return now;
      }
      before = now;
    }
    return before;
  }

  private static Sight whole(
      List<Glob> globs, List<Glob> others, Set<Path> known, Map<Path, String> troubles) {
    Sight sight = of(globs, troubles);
    sight.others.putAll(named(others, new HashMap<>())); // the other path says what is wrong there
    Set<Path> directories = new HashSet<>(known);
    sight.named.values().forEach(seen -> directories.add(seen.real().getParent()));
    for (Path directory : directories) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
        for (Path file : all) {
          seen(file).ifPresent(seen -> sight.beside.put(file, seen));
        }
        if (Files.isExecutable(directory)) { // or nothing in it may be looked at
          sight.listed.add(directory);
        }
      } catch (IOException | DirectoryIteratorException e) {
        // not there, or not to be listed: then nothing is found in it, and nothing missed
      }
    }
    return sight;
  }

  private static Optional<Seen> seen(Path file) {
    return Files.isSymbolicLink(file) ? Optional.empty() : Seen.at(file);
  }

  private Map<Path, Seen.Key> keys() {
    Map<Path, Seen.Key> keys = new HashMap<>();
    named.forEach((file, seen) -> keys.put(file, seen.key()));
    others.forEach((file, seen) -> keys.put(file, seen.key()));
    beside.forEach((file, seen) -> keys.put(file, seen.key()));
    return keys;
  }

  /** Whether the setting names a file as a log of another path. */
  boolean isOfAnotherPath(Seen file) {
    return others.values().stream().anyMatch(other -> other.key().equals(file.key()));
  }

  /**
   * Whether a file is another log than the one of that name, or was rotated from one: by the
   * setting's own names, and of several that fit by the longest.
   */
  boolean isOfAnotherLog(Seen file, String log) {
    String name = file.real().getFileName().toString();
    return isOfAnotherPath(file)
        || Stream.of(named, others)
            .flatMap(logs -> logs.values().stream())
            .filter(other -> other.real().getParent().equals(file.real().getParent()))
            .map(other -> other.real().getFileName().toString())
            .anyMatch(other -> other.length() > log.length() && Generations.isOne(name, other));
  }

  /** Every file once, however many names it has. */
  Map<Seen.Key, Seen> byKey() {
    Map<Seen.Key, Seen> files = new HashMap<>();
    beside.values().forEach(seen -> files.put(seen.key(), seen));
    named.values().forEach(seen -> files.putIfAbsent(seen.key(), seen));
    return files;
  }
}
