package io.registryrouter.disk;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What has to be done to a directory so that the names in it survive a power failure. */
public final class Directories {

  private Directories() {}

  /** Not broken off by an interrupt, which would leave a file without its log or the reverse. */
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
