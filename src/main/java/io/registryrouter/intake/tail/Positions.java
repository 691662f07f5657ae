package io.registryrouter.intake.tail;

import static io.registryrouter.disk.SmallJson.JSON;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import io.registryrouter.disk.WholeFile;
import io.registryrouter.intake.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far each followed file has been handed over, in {@code inbox/<path>/.tails}. */
final class Positions {

  private static final Logger LOG = LoggerFactory.getLogger(Positions.class);

  private final Path store;

  /**
   * One file, older ones of the same name first.
   *
   * @param file under which name it was first seen
   * @param at under which name it was last seen
   * @param reading random id of this taking of the file
   * @param position behind the last line that was handed over, in bytes
   * @param line that begins there, from 1
   * @param head checksum of the first {@code headBytes} bytes, CRC32C
   * @param last checksum of the {@code lastBytes} bytes before the position, CRC32C
   * @param size in bytes, when it was last looked at
   * @param modified then, ISO 8601
   * @param since when the last of what was rotated before it, and is not taken, was written to, ISO
   *     8601
   * @param deleted whether it was seen to have no name left
   */
  record Entry(
      String file,
      String at,
      long inode,
      String reading,
      long position,
      long line,
      int headBytes,
      String head,
      int lastBytes,
      String last,
      long size,
      String modified,
      String since,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean deleted) {

    /**
     * @throws RuntimeException when there is something that no router has noted
     */
    Entry {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(reading, "reading");
      Long.parseLong(head, 16);
      Long.parseLong(last, 16);
      Instant.parse(modified);
      Instant.parse(since);
      if (position < 0 || line < 1 || headBytes < 0 || headBytes > Head.MOST) {
        throw new IllegalArgumentException("no position in a file");
      }
    }

    Taken taken() {
      return new Taken(
          position,
          line,
          new Head(headBytes, Long.parseLong(head, 16)),
          new Head(lastBytes, Long.parseLong(last, 16)));
    }
  }

  Positions(Path store) {
    this.store = store;
  }

  /** What is noted; empty when the note cannot be read, then files are taken from their start. */
  Optional<List<Entry>> read() throws IOException {
    try {
      Entry[] entries = JSON.readValue(Files.readAllBytes(store), Entry[].class);
      return entries == null || Arrays.asList(entries).contains(null)
          ? notReadable()
          : Optional.of(List.of(entries));
    } catch (NoSuchFileException e) {
      return Optional.of(List.of());
    } catch (JacksonException e) {
      return notReadable();
    }
  }

  private Optional<List<Entry>> notReadable() {
    LOG.atError()
        .addKeyValue("file", store)
        .log(
            "the positions in tailed files are not readable; what has their names now is taken from"
                + " its start, and what was rotated before it was taken may be lost, see"
                + " docs/tail.md");
    return Optional.empty();
  }

  /** Is on disk when this returns. */
  void save(List<Entry> entries) throws IOException {
    WholeFile.replaceDurably(store, JSON.writeValueAsBytes(entries));
  }
}
