package io.registryrouter.intake;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.intake.EventCutter.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the file being taken from an inbox has been handed over, in {@code
 * inbox/<path>/.progress}. One file is taken at a time, so there is one entry; it counts only for
 * the very same file (name, inode, size).
 */
final class Progress {

  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path store;
  private final String file;
  private final String inode;
  private final long size;

  private record Entry(
      String file, String inode, long size, long offset, long line, Framing framing) {}

  private Progress(Path store, String file, String inode, long size) {
    this.store = store;
    this.file = file;
    this.inode = inode;
    this.size = size;
  }

  /** Keeps nothing: for files that are not in an inbox. */
  static Progress none() {
    return new Progress(null, "", "", 0);
  }

  static Progress of(Path inbox, Path file) throws IOException {
    return new Progress(
        inbox.resolve(".progress"),
        inbox.relativize(file).toString(),
        Files.getAttribute(file, "unix:ino").toString(),
        Files.size(file));
  }

  /** Where to go on; the start when nothing is known of this file. */
  Position load() {
    if (store == null) {
      return Position.START;
    }
    try {
      Entry entry = JSON.readValue(Files.readAllBytes(store), Entry.class);
      boolean same =
          entry != null
              && file.equals(entry.file)
              && inode.equals(entry.inode)
              && size == entry.size;
      return same ? new Position(entry.offset, entry.line, entry.framing) : Position.START;
    } catch (NoSuchFileException e) {
      return Position.START;
    } catch (JacksonException e) {
      LOG.atWarn()
          .addKeyValue("file", store)
          .log("the progress within a file is not readable; the file is taken from its start");
      return Position.START;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A crash between the hand-over and this makes at most one batch come twice. */
  void save(Position position) {
    if (store == null) {
      return;
    }
    Entry entry =
        new Entry(file, inode, size, position.offset(), position.line(), position.framing());
    try {
      Path temporary = store.resolveSibling(".progress.tmp");
      Files.write(temporary, JSON.writeValueAsBytes(entry));
      Files.move(temporary, store, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", store)
          .addKeyValue("error", e.toString())
          .log("the progress within a file cannot be kept; after a stop its start comes again");
    }
  }

  /** The file is done with. */
  static void forget(Path inbox) throws IOException {
    Files.deleteIfExists(inbox.resolve(".progress"));
  }
}
