package io.registryrouter.spool;

import io.registryrouter.decode.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts slices out of segments, and knows the append that an event came with. Used by one thread.
 */
final class LogReader {

  private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);

  private final String destination;
  private final IndexWalk index = new IndexWalk();

  LogReader(String destination) {
    this.destination = destination;
  }

  /**
   * Whole events from the cursor on; a range that was begun before as it was.
   *
   * @param available bytes that may be read from there on
   * @param reuse used as the slice's buffer when it is large enough
   */
  Slice read(
      Segment segment, Cursor.State at, long available, int maxBytes, int maxEvents, byte[] reuse)
      throws IOException {
    long from = at.offset();
    boolean again = at.isInFlight() && at.inFlightTo() - from <= available;
    int length = (int) (again ? at.inFlightTo() - from : Math.min(available, maxBytes));
    int limit = again ? Integer.MAX_VALUE : maxEvents;
    byte[] buffer = reuse.length >= length ? reuse : new byte[length];
    while (true) {
      segment.read(ByteBuffer.wrap(buffer, 0, length), from);
      int events = Bytes.countLineFeeds(buffer, 0, length);
      int taken =
          events > limit
              ? Bytes.endOfLine(buffer, limit, length)
              : Bytes.endOfLastLine(buffer, length);
      events = Math.min(events, limit);
      if (events > 0) {
        return new Slice(
            destination,
            at.spool(),
            from,
            from + taken,
            buffer,
            taken,
            events,
            new Arrivals(segment));
      }
      if (length == available) {
        throw new IOException(
            String.format(
                "%s has no line end between offsets %d and %d",
                segment.dataFile(), from, from + length));
      }
      limit = 1; // an event larger than a request goes alone
      length = (int) Math.min(available, 2L * length);
      buffer = new byte[length];
    }
  }

  /**
   * Where the index is damaged, an event and those behind it in the slice came in when the segment
   * was last written: a format that wants a time must not keep them from being delivered.
   */
  private final class Arrivals implements Slice.Arrivals {

    private final Segment segment;
    private Instant unnamed;

    private Arrivals(Segment segment) {
      this.segment = segment;
    }

    @Override
    public Instant at(long offset) throws IOException {
      if (unnamed != null) {
        return unnamed;
      }
      try {
        return entryAt(segment, offset).arrived();
      } catch (IOException e) {
        LOG.atWarn()
            .addKeyValue("destination", destination)
            .addKeyValue("error", e.toString())
            .log("when events came in is not known any more");
        unnamed = segment.lastWritten();
        return unnamed;
      }
    }
  }

  /** The append that the byte at an offset came with. */
  IndexEntry entryAt(Segment segment, long offset) throws IOException {
    return index.at(segment, offset);
  }
}
