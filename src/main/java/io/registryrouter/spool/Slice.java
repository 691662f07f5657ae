package io.registryrouter.spool;

import io.registryrouter.decode.Bytes;
import java.io.IOException;
import java.time.Instant;

/**
 * Whole events from a log, as NDJSON, to be delivered together.
 *
 * @param spool id under which its range is sent
 * @param from offset in the log of the first byte
 * @param to offset behind the last byte
 * @param buffer holds the bytes from index 0; used again after the slice is done with
 * @param length in bytes
 * @param events number of lines
 * @param arrivals when they came
 */
public record Slice(
    String destination,
    String spool,
    long from,
    long to,
    byte[] buffer,
    int length,
    int events,
    Arrivals arrivals) {

  /** When the event came in that the byte at an offset of the log belongs to. */
  @FunctionalInterface
  public interface Arrivals {
    Instant at(long offset) throws IOException;
  }

  /** Takes one event: its bytes stand in the buffer from one index to another, no line feed. */
  @FunctionalInterface
  public interface Visitor {
    void event(int start, int end) throws IOException;
  }

  /** Goes through its events in order. */
  public void forEach(Visitor visitor) throws IOException {
    int start = 0;
    int end = Bytes.lineFeed(buffer, start, length);
    while (end >= 0) {
      visitor.event(start, end);
      start = end + 1;
      end = Bytes.lineFeed(buffer, start, length);
    }
  }

  /** When the event came in that starts at an index of the buffer. */
  public Instant arrived(int start) throws IOException {
    return arrivals.at(from + start);
  }

  /** Its first so many events, or all of it. */
  public Slice first(int count) {
    return upTo(from + Bytes.endOfLine(buffer, count, length));
  }

  /** Its beginning, up to an offset behind an event. */
  public Slice upTo(long end) {
    if (end >= to) {
      return this;
    }
    int part = (int) (end - from);
    int lines = Bytes.countLineFeeds(buffer, 0, part);
    return new Slice(destination, spool, from, end, buffer, part, lines, arrivals);
  }

  /** The beginning of the id, which is that of the log. */
  public String log() {
    return spool.substring(0, Cursor.LOG_NAME);
  }

  /** The same for every attempt at this range, different for any other: an id, from, to. */
  public String key() {
    return spool + "-" + from + "-" + to;
  }
}
