package io.registryrouter.deadletter;

import static io.registryrouter.disk.SmallJson.JSON;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.disk.Directories;
import io.registryrouter.disk.SteadyFile;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.commons.lang3.function.FailableFunction;

/**
 * Which dead letters of a day were replayed: {@code dead-letter/<yyyy-mm-dd>.replayed}, a line of
 * JSON a replay. A line is there as a whole or, torn by a crash, not at all.
 */
final class ReplayMarks {

  /** Keeps no table of names, of which each dead letter has another. */
  private static final ObjectMapper IDS =
      new ObjectMapper(
          JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build());

  private final Path file;

  /** Line and checksum, in 32 bits each. */
  private final Set<Long> deadLetters = new HashSet<>();

  private long end;

  /**
   * @param replay its id, which is in the name of its file in the inbox
   * @param deadLetters id, and checksum of the line: a file that somebody moved away is begun again
   *     at line 1, and so is an id
   */
  record Mark(String replay, String at, String path, Map<String, String> deadLetters) {}

  /** What of a mark says which replay it is. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Id(String replay) {}

  private ReplayMarks(Path file) {
    this.file = file;
  }

  static ReplayMarks read(Path file) throws IOException {
    ReplayMarks marks = new ReplayMarks(file);
    marks.end = eachLine(file, line -> JSON.readValue(line, Mark.class), marks::add);
    return marks;
  }

  /** The ids alone; what they replayed may be more than memory has room for. */
  static Set<String> replays(Path file) throws IOException {
    Set<String> replays = new HashSet<>();
    eachLine(file, line -> IDS.readValue(line, Id.class), id -> replays.add(id.replay()));
    return replays;
  }

  /** Returns where the whole lines end. */
  private static <T> long eachLine(
      Path file, FailableFunction<InputStream, T, IOException> parser, Consumer<T> visitor)
      throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    long end = 0;
    try (InputStream in = Files.newInputStream(file)) {
      LineInput line = new LineInput(in);
      for (int number = 1; line.next(); number++) {
        T parsed;
        try {
          parsed = parser.apply(line);
        } catch (JacksonException | CharConversionException e) {
          if (line.isLast()) {
            return end; // torn: its length came to disk before its bytes
          }
          throw new IOException(
              String.format(
                  "%s:%d: is no mark of a replay; remove the line, or restore the file from a copy",
                  file, number),
              e);
        }
        if (line.isWhole()) {
          visitor.accept(parsed);
          end = line.position();
        }
      }
    }
    return end;
  }

  private void add(Mark mark) {
    mark.deadLetters()
        .forEach(
            (id, checksum) ->
                DeadLetterId.of(id)
                    .filter(known -> checksum.matches("[0-9a-f]{8}"))
                    .ifPresent(known -> deadLetters.add(key(known, checksum))));
  }

  /** Of dead letters of one day. */
  private static long key(DeadLetterId id, String checksum) {
    return (long) id.line() << Integer.SIZE | Long.parseLong(checksum, 16);
  }

  boolean contain(DeadLetterId id, String checksum) {
    return deadLetters.contains(key(id, checksum));
  }

  /** Returns when it is on disk. For the holder of the {@link ReplayLock} only. */
  void append(Mark mark) throws IOException {
    byte[] json = JSON.writeValueAsBytes(mark);
    ByteBuffer line = ByteBuffer.allocate(json.length + 1).put(json).put((byte) '\n').flip();
    try (SteadyFile marks = SteadyFile.open(file)) {
      marks.truncate(end);
      marks.write(line, end);
      marks.force();
    }
    Directories.force(file.getParent());
    add(mark);
    end += json.length + 1;
  }

  /**
   * Makes sure that what was read is on disk. It is written again, for it may be there in memory
   * only, since an fsync that failed.
   */
  static void force(Path file) throws IOException {
    try (SteadyFile marks = SteadyFile.open(file)) {
      ByteBuffer piece = ByteBuffer.allocate(SteadyFile.PIECE);
      long size = marks.size();
      for (long at = 0; at < size; at += SteadyFile.PIECE) {
        piece.clear().limit((int) Math.min(SteadyFile.PIECE, size - at));
        marks.read(piece, at);
        marks.write(piece.flip(), at);
      }
      marks.force();
    }
    Directories.force(file.getParent());
  }
}
