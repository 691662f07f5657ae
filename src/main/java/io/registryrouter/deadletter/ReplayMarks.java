package io.registryrouter.deadletter;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.registryrouter.disk.Directories;
import io.registryrouter.disk.SteadyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which dead letters of a day were replayed: {@code dead-letter/<yyyy-mm-dd>.replayed}, a line of
 * JSON a replay. A line is there as a whole or, torn by a crash, not at all.
 */
final class ReplayMarks {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final Set<String> replays = new HashSet<>();
  private final Set<String> deadLetters = new HashSet<>();
  private long end;

  /**
   * @param replay its id, which is in the name of its file in the inbox
   * @param deadLetters id, and checksum of the line: a file that somebody moved away is begun again
   *     at line 1, and so is an id
   */
  record Mark(String replay, String at, String path, Map<String, String> deadLetters) {}

  private ReplayMarks(Path file) {
    this.file = file;
  }

  static ReplayMarks read(Path file) throws IOException {
    ReplayMarks marks = new ReplayMarks(file);
    if (Files.exists(file)) {
      marks.parse(Files.readAllBytes(file));
    }
    return marks;
  }

  private void parse(byte[] bytes) throws IOException {
    int from = 0;
    int number = 1;
    for (int to = 0; to < bytes.length; to++) {
      if (bytes[to] == '\n') {
        try {
          add(JSON.readValue(bytes, from, to - from, Mark.class));
        } catch (JacksonException e) {
          if (to == bytes.length - 1) {
            return; // torn: its length came to disk before its bytes
          }
          throw new IOException(
              String.format(
                  "%s:%d: is no mark of a replay; remove the line, or restore the file from a copy",
                  file, number),
              e);
        }
        number++;
        from = to + 1;
        end = from;
      }
    }
  }

  private void add(Mark mark) {
    replays.add(mark.replay());
    mark.deadLetters().forEach((id, checksum) -> deadLetters.add(id + " " + checksum));
  }

  boolean contain(DeadLetterId id, String checksum) {
    return deadLetters.contains(id + " " + checksum);
  }

  Set<String> replays() {
    return replays;
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

  /** Makes sure that what was read is on disk. */
  void force() throws IOException {
    try (SteadyFile marks = SteadyFile.open(file)) {
      marks.force();
    }
    Directories.force(file.getParent());
  }
}
