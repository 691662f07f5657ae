package io.registryrouter.spool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

  private static final ObjectMapper JSON = new ObjectMapper();

  private UnnamedEvents() {}

  /**
   * An entry for each event behind those that are named, up to the first line that is torn or no
   * event as the router writes it. Where an event came from is not known any more: it says the
   * segment, and the line there.
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
        JsonNode enrichment = enrichment(line);
        if (offset + line.length > to || enrichment == null) {
          break;
        }
        found.add(
            new IndexEntry(
                offset,
                line.length,
                1,
                at,
                enrichment.path("path").asText(),
                enrichment.path("registryDomain").asText(),
                new IndexEntry.Origin("file", segment.dataFile().getFileName().toString(), ""),
                ++number,
                0,
                Segment.checksum(ByteBuffer.wrap(line))));
        offset += line.length;
      }
    }
    return found;
  }

  /** Null when the line is none that the router wrote. */
  private static JsonNode enrichment(byte[] line) {
    try {
      JsonNode enrichment = JSON.readTree(line).path("enrichment");
      boolean whole = enrichment.path("path").isTextual() && enrichment.has("registryDomain");
      return whole ? enrichment : null;
    } catch (IOException e) {
      return null;
    }
  }
}
