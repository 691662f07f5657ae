package io.registryrouter.spool;

import static io.registryrouter.disk.SmallJson.JSON;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import io.registryrouter.disk.SteadyFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * How far a destination has taken its log, and the range that is being sent. One line of JSON,
 * padded to a fixed length and written over itself in one go, so that a killed process leaves it
 * whole. Used by the one thread that delivers.
 */
final class Cursor implements Closeable {

  /** One disk sector holds it. */
  private static final int LENGTH = 256;

  /** So many characters of the id name the log. */
  static final int LOG_NAME = 8;

  private final SteadyFile file;
  private final String renewed;
  private volatile State state;

  /**
   * @param spool random id; with a range it names a request once and for all, so that each start
   *     takes a new one, of which only the beginning stays: were the spool an older copy, a range
   *     could come again with other events. What is in flight keeps the one it was begun with.
   * @param offset everything before it is delivered or dead-lettered
   * @param inFlightTo end of the range (from {@code offset}) that was begun to be sent; equal to
   *     {@code offset} when there is none
   * @param refusedInARow single events that the destination has refused since it last took one
   */
  record State(String spool, long offset, long inFlightTo, int refusedInARow) {

    /** The beginning of the id, which is that of the log. */
    String log() {
      return spool.substring(0, LOG_NAME);
    }

    boolean isInFlight() {
      return inFlightTo > offset;
    }
  }

  private Cursor(SteadyFile file, State state) {
    this.file = file;
    this.renewed = state.log() + newSpoolId().substring(LOG_NAME);
    this.state = state;
  }

  /** The cursor in the file; empty when there is no file or its content makes no sense. */
  static Optional<State> read(Path path) throws IOException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    if (Files.isDirectory(path)) {
      throw new FileSystemException(
          path.toString(),
          null,
          "a directory; the file that says how far delivery has come is expected here; move the"
              + " directory away, and delivery begins again at the oldest event in the spool");
    }
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(path));
      JsonNode spool = json.path("spool");
      JsonNode offset = json.path("offset");
      JsonNode inFlightTo = json.path("inFlightTo");
      boolean sound =
          spool.isTextual()
              && spool.asText().length() >= LOG_NAME
              && offset.isIntegralNumber()
              && inFlightTo.isIntegralNumber()
              && offset.asLong() >= 0
              && inFlightTo.asLong() >= offset.asLong();
      return sound
          ? Optional.of(
              new State(
                  spool.asText(),
                  offset.asLong(),
                  inFlightTo.asLong(),
                  json.path("refusedInARow").asInt()))
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  static String newSpoolId() {
    return UUID.randomUUID().toString();
  }

  static Cursor open(Path path, State state) throws IOException {
    SteadyFile file = SteadyFile.open(path);
    Cursor cursor = new Cursor(file, state);
    if (state.isInFlight()) {
      cursor.write(state);
    } else {
      cursor.advance(state.offset(), state.refusedInARow());
    }
    file.truncate(LENGTH);
    cursor.force();
    return cursor;
  }

  void force() throws IOException {
    file.force();
  }

  State state() {
    return state;
  }

  /** Notes the range before its first byte is sent. */
  void begin(long to) throws IOException {
    if (to != state.inFlightTo()) {
      write(new State(state.spool(), state.offset(), to, state.refusedInARow()));
    }
  }

  /** Moves on; what is before the offset will not be sent again. */
  void advance(long offset, int refusedInARow) throws IOException {
    write(new State(renewed, offset, offset, refusedInARow));
  }

  private void write(State next) throws IOException {
    String json = // twice a request, so not formatted
        "{\"spool\":\""
            + next.spool()
            + "\",\"offset\":"
            + next.offset()
            + ",\"inFlightTo\":"
            + next.inFlightTo()
            + ",\"refusedInARow\":"
            + next.refusedInARow()
            + "}";
    byte[] line = new byte[LENGTH];
    Arrays.fill(line, (byte) ' ');
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, line, 0, text.length);
    line[LENGTH - 1] = '\n';
    file.write(ByteBuffer.wrap(line), 0);
    state = next;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
