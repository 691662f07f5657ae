package io.registryrouter.intake.tail;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The files that this process has open, as Linux lists them. */
final class OpenFiles {

  private static final Path ALL = Path.of("/proc/self/fd");

  private OpenFiles() {}

  /** Whether one has no name left, in no directory; false where nothing tells. */
  static boolean isDeleted(Seen.Key key) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(ALL)) {
      for (Path open : all) {
        if (isDeleted(open, key)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // another system
    }
  }

  private static boolean isDeleted(Path open, Seen.Key key) {
    try {
      Map<String, Object> of = Files.readAttributes(open, "unix:dev,ino,nlink");
      return (int) of.get("nlink") == 0
          && key.equals(new Seen.Key((long) of.get("dev"), (long) of.get("ino")));
    } catch (IOException e) {
      return false; // closed just now
    }
  }
}
