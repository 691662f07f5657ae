package io.registryrouter.disk;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;

/** What {@link Files} does not tell of directories, or not do to them. */
public final class Directories {

  private Directories() {}

  /**
   * Whether there is such a directory.
   *
   * @throws IOException when this user may not know, which {@link Files} takes for none, or when
   *     something else has its name
   */
  public static boolean isThere(Path directory) throws IOException {
    try {
      if (Files.readAttributes(directory, BasicFileAttributes.class).isDirectory()) {
        return true;
      }
      throw noDirectory(directory.toString());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Makes it, and those it stands in, where they are missing; their names are on disk when this
   * returns.
   *
   * @throws IOException also when something else has its name
   */
  public static void make(Path directory, FileAttribute<?>... attributes) throws IOException {
    Path whole = directory.toAbsolutePath();
    Path there = whole;
    while (Files.notExists(there)) {
      there = there.getParent();
    }
    try {
      Files.createDirectories(directory, attributes);
    } catch (FileAlreadyExistsException e) {
      throw noDirectory(e.getFile());
    }
    for (Path made = whole; !made.equals(there); made = made.getParent()) {
      forceIfReadable(made.getParent());
    }
  }

  /** One that is not the router's may be such that this user writes to it and does not read it. */
  private static void forceIfReadable(Path directory) throws IOException {
    try {
      force(directory);
    } catch (AccessDeniedException e) {
      // its names come to disk when the system writes them
    }
  }

  private static IOException noDirectory(String file) {
    return new FileSystemException(
        file,
        null,
        "is no directory; set router.data-dir to another, or move this away if it is in the way");
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
