package io.registryrouter.intake.file;

import static io.registryrouter.disk.SmallJson.JSON;

import com.fasterxml.jackson.core.JacksonException;
import io.registryrouter.disk.FileState;
import io.registryrouter.disk.WholeFile;
import io.registryrouter.intake.Head;
import io.registryrouter.intake.cut.EventCutter.Position;
import io.registryrouter.intake.cut.Framing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the file being taken from an inbox has been handed over, in {@code
 * inbox/<path>/.progress}. One file is taken at a time, so there is one entry; it counts only for
 * the very same file (name, size, modification time, beginning), also where it was copied to.
 */
final class Progress {

  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

  /** What could not be written; it counts as if it had been, as long as this runs. */
  private static final Map<Path, Entry> UNSAVED = new ConcurrentHashMap<>();

  private final Path store;
  private final String file;
  private final FileState now;
  private final byte[] first;
  private String reading = "";

  /**
   * @param modified ISO 8601
   */
  private record Entry(
      String file,
      long size,
      String modified,
      Head head,
      String reading,
      long offset,
      long line,
      Framing framing) {}

  private Progress(Path store, String file, FileState now, byte[] first) {
    this.store = store;
    this.file = file;
    this.now = now;
    this.first = first;
  }

  /**
   * The random id of this taking of the file: that of an earlier one that was not finished, else a
   * new one, which is noted before anything is handed over.
   */
  String begin() {
    Entry entry = read();
    if (entry == null) {
      return beginAnew();
    }
    reading = entry.reading;
    return reading;
  }

  /** A new id, for a content of which nothing was taken. */
  String beginAnew() {
    if (store == null) {
      return "";
    }
    reading = UUID.randomUUID().toString();
    save(Position.START);
    return reading;
  }

  /** Keeps nothing: for files that are not in an inbox. */
  static Progress none() {
    return new Progress(null, "", null, new byte[0]);
  }

  static Progress of(Path inbox, Path file) throws IOException {
    return new Progress(
        inbox.resolve(".progress"),
        inbox.relativize(file).toString(),
        FileState.of(file),
        Head.first(file));
  }

  /** Where to go on; the start when nothing is known of this file. */
  Position load() {
    Entry entry = read();
    return entry == null ? Position.START : new Position(entry.offset, entry.line, entry.framing);
  }

  /** What is noted of this very file, null when nothing is. */
  private Entry read() {
    Entry entry = store == null ? null : stored(store);
    return isOf(entry) ? entry : null;
  }

  private boolean isOf(Entry entry) {
    return entry != null
        && file.equals(entry.file)
        && now.size() == entry.size
        && now.modified().toString().equals(entry.modified)
        && entry.reading != null
        && entry.head != null
        && entry.head.matches(first);
  }

  private static Entry stored(Path store) {
    Entry unsaved = UNSAVED.get(store);
    if (unsaved != null) {
      return unsaved;
    }
    try {
      return JSON.readValue(Files.readAllBytes(store), Entry.class);
    } catch (NoSuchFileException e) {
      return null;
    } catch (JacksonException e) {
      LOG.atWarn()
          .addKeyValue("file", store)
          .log("the progress within a file is not readable; the file is taken from its start");
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a crash before this makes come again is known to the spool by the id of the reading. */
  void save(Position position) {
    write(position, now);
  }

  /** The same for a file that has grown meanwhile; false when what stood in it is not there. */
  boolean save(Position position, FileState grown) throws IOException {
    boolean same = head().matches(Head.first(store.resolveSibling(file)));
    if (same) {
      write(position, grown);
    }
    return same;
  }

  private Head head() {
    return Head.of(first, first.length);
  }

  private void write(Position position, FileState state) {
    if (store == null) {
      return;
    }
    Entry entry =
        new Entry(
            file,
            state.size(),
            state.modified().toString(),
            head(),
            reading,
            position.offset(),
            position.line(),
            position.framing());
    try {
      WholeFile.replace(store, JSON.writeValueAsBytes(entry));
      UNSAVED.remove(store);
    } catch (IOException e) {
      UNSAVED.put(store, entry);
      LOG.atWarn()
          .addKeyValue("file", store)
          .addKeyValue("error", e.toString())
          .log("the progress within a file cannot be kept; after a stop its start comes again");
    }
  }

  /** The file is done with. */
  static void forget(Path inbox) throws IOException {
    UNSAVED.remove(inbox.resolve(".progress"));
    Files.deleteIfExists(inbox.resolve(".progress"));
  }

  /** The file of an inbox that was begun, is not done with and is there as it was. */
  static Optional<Path> begun(Path inbox) {
    try {
      Entry entry = stored(inbox.resolve(".progress"));
      if (entry == null || entry.file == null) {
        return Optional.empty();
      }
      Path path = inbox.resolve(entry.file);
      return of(inbox, path).isOf(entry) ? Optional.of(path) : Optional.empty();
    } catch (IOException | UncheckedIOException | InvalidPathException e) {
      return Optional.empty(); // it is gone; or whoever takes the next file says why it cannot
    }
  }
}
