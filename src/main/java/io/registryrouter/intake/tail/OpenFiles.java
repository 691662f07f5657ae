package io.registryrouter.intake.tail;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The files that this process has open, as Linux lists them. */
final class OpenFiles {

  private static final Path ALL = Path.of("/proc/self/fd");

  private OpenFiles() {}

  /** Those that have no name left, in no directory; none where nothing tells. */
  static Set<Seen.Key> deleted() {
    Set<Seen.Key> deleted = new HashSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(ALL)) {
      for (Path open : all) {
        addIfDeleted(open, deleted);
      }
    } catch (IOException | DirectoryIteratorException e) {
      return Set.of(); // another system
    }
    return deleted;
  }

  private static void addIfDeleted(Path open, Set<Seen.Key> deleted) {
    try {
      Map<String, Object> of = Files.readAttributes(open, "unix:dev,ino,nlink");
      if ((int) of.get("nlink") == 0) {
        deleted.add(new Seen.Key((long) of.get("dev"), (long) of.get("ino")));
      }
    } catch (IOException e) {
      // closed just now
    }
  }
}
