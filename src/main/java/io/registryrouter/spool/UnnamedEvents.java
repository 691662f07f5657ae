package io.registryrouter.spool;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.registryrouter.decode.EventParsers;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Events of a segment that its index does not name. An index line is written before its events and
 * not brought to disk with each append, so a power failure, and nothing else, may leave such
 * events; they were acknowledged.
 */
final class UnnamedEvents {

  /** Those of the door: what was taken can be read again. */
  private static final EventParsers PARSERS = new EventParsers();

  private UnnamedEvents() {}

  /**
   * An entry for each event behind those that are named, up to the first line that is torn or no
   * event as the router writes it. Where an event came from is not known any more: it says the
   * segment, and the line there. Its path and its registry an event says itself.
   *
   * @param to what is behind this offset does not count
   */
  static List<IndexEntry> find(Segment segment, List<IndexEntry> named, long to)
      throws IOException {
    List<IndexEntry> found = new ArrayList<>();
    long offset = named.isEmpty() ? segment.base() : named.get(named.size() - 1).end();
    long number = named.stream().mapToLong(IndexEntry::events).sum();
    String at = segment.lastWritten().toString();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(segment.dataFile()))) {
      in.skipNBytes(offset - segment.base());
      for (byte[] line = IndexWalk.line(in); line.length > 0; line = IndexWalk.line(in)) {
        if (offset + line.length > to || !isEvent(line)) {
          break;
        }
        found.add(
            new IndexEntry(
                offset,
                line.length,
                1,
                at,
                "",
                "",
                new IndexEntry.Origin("file", segment.dataFile().getFileName().toString(), ""),
                ++number,
                0,
                Segment.checksum(ByteBuffer.wrap(line))));
        offset += line.length;
      }
    }
    return found;
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
