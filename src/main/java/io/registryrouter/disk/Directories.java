package io.registryrouter.disk;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** What {@link Files} does not tell of directories, or not do to them. */
public final class Directories {

  private Directories() {}

  /**
   * Whether there is such a directory.
   *
   * @throws IOException when this user may not know, which {@link Files} takes for none
   */
  public static boolean isThere(Path directory) throws IOException {
    try {
      return Files.readAttributes(directory, BasicFileAttributes.class).isDirectory();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Makes the names in it survive a power failure. Not broken off by an interrupt, which would
   * leave a file without its log or the reverse.
   */
  public static void force(Path directory) throws IOException {
    boolean interrupted = false;
    while (true) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
        break;
      } catch (ClosedByInterruptException e) {
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
