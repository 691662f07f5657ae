package io.registryrouter.spool;

import io.registryrouter.disk.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/** The files of one log: its segments with their indexes, and three beside them. */
record LogDirectory(Path path) {

  private static final String CURSOR = "cursor";
  private static final String MARKS = "marks";
  private static final String ANSWERED = "answered";
  private static final Set<String> BESIDE_SEGMENTS = Set.of(CURSOR, MARKS, ANSWERED);

  /** The {@link Cursor}. */
  Path cursor() {
    return path.resolve(CURSOR);
  }

  /** The {@link Marks}. */
  Path marks() {
    return path.resolve(MARKS);
  }

  /** The {@link AnsweredLines}. */
  Path answered() {
    return path.resolve(ANSWERED);
  }

  /** Whether nothing lies in it but files of a log. */
  boolean holdsNothingElse() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).allMatch(LogDirectory::isOwn);
    }
  }

  /** Whether there is nothing of a log yet but what could be made of its first segment. */
  boolean isUnbegun() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        if (!Segment.isName(file.getFileName().toString()) || Files.size(file) != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isOwn(String name) {
    String whole = name.replaceFirst("\\.tmp$", ""); // which a crash leaves
    return BESIDE_SEGMENTS.contains(whole) || Segment.isName(name);
  }

  /** With all files, the cursor last: what was delivered would else wait again after a crash. */
  void delete() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.filter(file -> !file.equals(cursor())).toList()) {
        Files.delete(file);
      }
    }
    Directories.force(path);
    Files.deleteIfExists(cursor());
    Files.delete(path);
  }
}
