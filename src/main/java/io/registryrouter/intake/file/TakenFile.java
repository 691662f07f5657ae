package io.registryrouter.intake.file;

import io.registryrouter.disk.Directories;
import io.registryrouter.disk.FileState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of an inbox that was taken and is to leave it.
 *
 * @param broken whether it could not be read to its end
 * @param state as it was when it was taken
 */
record TakenFile(Path path, Path inbox, boolean broken, FileState state) {

  /** What becomes of files has one name in the log. */
  private static final Logger LOG = LoggerFactory.getLogger(FinishedFiles.class);

  /** The directory that it goes to. */
  Path target() {
    return inbox.resolve(broken ? ".failed" : ".done");
  }

  void move() throws IOException {
    Path relative = inbox.relativize(path);
    Path target = target().resolve(relative);
    Files.createDirectories(target.getParent());
    Path moved = Files.move(path, free(target));
    forceGone();
    LOG.atInfo()
        .addKeyValue("file", relative)
        .addKeyValue("to", inbox.relativize(moved))
        .log(broken ? "damaged file taken as far as it could be read" : "file taken");
  }

  /**
   * {@code name}, {@code name.1}, {@code name.2}, …: nothing is overwritten. The end of what is
   * there is sought by halves, for a sender may use one name for years.
   */
  private static Path free(Path target) {
    int there = -1;
    int free = 0;
    while (isThere(numbered(target, free))) {
      there = free;
      free = 2 * free + 1;
    }
    while (free - there > 1) {
      int middle = there + (free - there) / 2;
      if (isThere(numbered(target, middle))) {
        there = middle;
      } else {
        free = middle;
      }
    }
    return numbered(target, free);
  }

  private static Path numbered(Path target, int number) {
    return number == 0 ? target : target.resolveSibling(target.getFileName() + "." + number);
  }

  private static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Or it would be here again after a power failure; its sender may have deleted directories. */
  private void forceGone() throws IOException {
    Path directory = path.getParent();
    while (true) {
      try {
        Directories.force(directory);
        return;
      } catch (NoSuchFileException e) {
        directory = directory.getParent();
      }
    }
  }
}
