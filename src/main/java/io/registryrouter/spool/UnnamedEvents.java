package io.registryrouter.spool;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.registryrouter.decode.EventParsers;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Events of a segment that its index does not name. An index line is written before its events and
 * not brought to disk with each append, so a power failure, and nothing else, may leave such
 * events; they were acknowledged.
 */
final class UnnamedEvents {

  /** With the limits of decode: what was taken can be read again. */
  private static final EventParsers PARSERS = new EventParsers();

  /**
   * Bytes that have an entry together at most, if they are not one event: an entry for each would
   * make an index that no start can hold, and an append is read again as a whole.
   */
  private static final int MOST = 1024 * 1024;

  private UnnamedEvents() {}

  /**
   * Entries for the events behind those that are named, up to the first line that is torn or no
   * event as the router writes it. Where an event came from is not known any more: an entry says
   * the segment, and the line there of its first. Its path and its registry an event says itself.
   *
   * @param to what is behind this offset does not count
   */
  static List<IndexEntry> find(Segment segment, List<IndexEntry> named, long to)
      throws IOException {
    List<IndexEntry> found = new ArrayList<>();
    long offset = named.isEmpty() ? segment.base() : named.get(named.size() - 1).end();
    long number = 1 + named.stream().mapToLong(IndexEntry::events).sum();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(segment.dataFile()))) {
      in.skipNBytes(offset - segment.base());
      Row row = new Row(offset, number);
      byte[] line = event(in);
      while (line.length > 0 && row.end() + line.length <= to) {
        if (row.bytes + line.length > MOST && row.events > 0) {
          found.add(row.entry(segment));
          row = new Row(row.end(), row.line + row.events);
        }
        row.add(line);
        line = event(in);
      }
      if (row.events > 0) {
        found.add(row.entry(segment));
      }
    }
    return found;
  }

  /** Events in a row that get an entry together. */
  private static final class Row {

    private final long offset;
    private final long line;
    private final CRC32C crc = new CRC32C();
    private long bytes;
    private int events;

    private Row(long offset, long line) {
      this.offset = offset;
      this.line = line;
    }

    private long end() {
      return offset + bytes;
    }

    private void add(byte[] event) {
      crc.update(event);
      bytes += event.length;
      events++;
    }

    private IndexEntry entry(Segment segment) throws IOException {
      return new IndexEntry(
          offset,
          bytes,
          events,
          segment.lastWritten().toString(),
          "",
          "",
          new IndexEntry.Origin("file", segment.dataFile().getFileName().toString(), ""),
          line,
          0,
          Segment.checksum(crc));
    }
  }

  /** The next line, empty when it is torn or no event. */
  private static byte[] event(InputStream in) throws IOException {
    byte[] line = IndexWalk.line(in);
    return isEvent(line) ? line : new byte[0];
  }

  /** Whether the router wrote the line: a JSON object whose last member is its enrichment. */
  private static boolean isEvent(byte[] line) throws IOException {
    try (JsonParser json = PARSERS.parser(line, 0, line.length)) {
      boolean enriched = false;
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean named = json.currentName().equals("enrichment");
        enriched = json.nextToken() == JsonToken.START_OBJECT && named;
        json.skipChildren();
      }
      return enriched && json.nextToken() == null;
    } catch (JacksonException e) {
      return false;
    }
  }
}
