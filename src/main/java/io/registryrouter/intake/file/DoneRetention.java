package io.registryrouter.intake.file;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long files that were taken are kept: {@code router.intake.done-retention}. */
final class DoneRetention {

  private static final Logger LOG = LoggerFactory.getLogger(DoneRetention.class);

  private final Supplier<Duration> kept;

  /**
   * @param kept how long; zero keeps them for ever
   */
  DoneRetention(Supplier<Duration> kept) {
    this.kept = kept;
  }

  /** On the thread that looks for files: a large directory holds up no acknowledgement. */
  void apply(Path done, Instant now) {
    Duration time = kept.get();
    if (time.isZero() || !Files.isDirectory(done)) {
      return;
    }
    try {
      delete(done, now.minus(time));
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("directory", done)
          .addKeyValue("error", e.toString())
          .log("files that were taken long ago cannot all be deleted; tried again later");
    }
  }

  private static void delete(Path done, Instant oldest) throws IOException {
    Files.walkFileTree(
        done,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            // Moving sets the change time; the modification time is the sender's.
            FileTime moved =
                (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            boolean taken = attributes.isRegularFile() || attributes.isSymbolicLink();
            if (taken && moved.toInstant().isBefore(oldest)) {
              Files.deleteIfExists(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            super.postVisitDirectory(directory, failure);
            if (!directory.equals(done)) {
              deleteIfEmpty(directory);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void deleteIfEmpty(Path directory) throws IOException {
    try {
      Files.delete(directory);
    } catch (DirectoryNotEmptyException e) {
      // its files are kept longer
    }
  }
}
