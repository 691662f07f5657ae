package io.registryrouter.spool;

/**
 * Whole events from a log, as NDJSON, to be delivered together.
 *
 * @param from offset in the log of the first byte
 * @param to offset behind the last byte
 * @param buffer holds the bytes from index 0; used again after the slice is done with
 * @param length in bytes
 * @param events number of lines
 */
public record Slice(
    String destination, String spool, long from, long to, byte[] buffer, int length, int events) {

  /** Its beginning, up to an offset behind an event. */
  Slice upTo(long end) {
    if (end >= to) {
      return this;
    }
    int part = (int) (end - from);
    int lines = 0;
    for (int i = 0; i < part; i++) {
      lines += buffer[i] == '\n' ? 1 : 0;
    }
    return new Slice(destination, spool, from, end, buffer, part, lines);
  }

  /** The same for every attempt at this range, different for any other: spool id, from, to. */
  public String key() {
    return spool + "-" + from + "-" + to;
  }
}
