package io.registryrouter.spool;

import static io.registryrouter.disk.SmallJson.JSON;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import io.registryrouter.decode.Bytes;
import io.registryrouter.event.Source;
import io.registryrouter.route.Group;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One append, a line in {@code <base>.index}.
 *
 * @param offset of its first byte in the log
 * @param bytes its length
 * @param events how many lines it has
 * @param at when, ISO 8601
 * @param path that its events take
 * @param domain of the registry they are of
 * @param source where its events came from
 * @param line of the source in which its first event starts
 * @param sourceOffset where its last event starts in the source, in bytes
 * @param crc32c of its bytes, hexadecimal
 */
public record IndexEntry(
    long offset,
    long bytes,
    int events,
    String at,
    String path,
    String domain,
    Origin source,
    long line,
    long sourceOffset,
    String crc32c) {

  /** Kind and name of the source, and which taking of a file it was. */
  public record Origin(String kind, String name, String reading) {

    public Origin {
      reading = reading == null ? "" : reading; // not written when there is none
    }

    private void write(JsonGenerator json) throws IOException {
      json.writeObjectFieldStart("source");
      json.writeStringField("kind", kind);
      json.writeStringField("name", name);
      if (!reading.isEmpty()) {
        json.writeStringField("reading", reading);
      }
      json.writeEndObject();
    }
  }

  /** A line that is more than an entry is damaged: its line end may be. */
  private static final ObjectReader LINE =
      JSON.readerFor(IndexEntry.class).with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** That of a group appended at an offset. */
  static IndexEntry of(long offset, Group group, String at, CRC32C crc) {
    Source source = group.batch().source();
    return new IndexEntry(
        offset,
        group.bytes(),
        group.size(),
        at,
        group.path().label(),
        group.registry().domain(),
        new Origin(source.kind().label(), source.name(), source.reading()),
        group.firstLine(),
        group.lastOffset(),
        Segment.checksum(crc));
  }

  /**
   * When its events came in.
   *
   * @throws IOException when the index is damaged there
   */
  public Instant arrived() throws IOException {
    try {
      return Instant.parse(String.valueOf(at));
    } catch (DateTimeParseException e) {
      throw new IOException("the index does not say when offset " + offset + " came in", e);
    }
  }

  /** Where the next append begins. */
  public long end() {
    return offset + bytes;
  }

  /** Written member by member, for there is one with every request that comes in. */
  byte[] toLine() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("offset", offset);
      json.writeNumberField("bytes", bytes);
      json.writeNumberField("events", events);
      json.writeStringField("at", at);
      json.writeStringField("path", path);
      json.writeStringField("domain", domain);
      source.write(json);
      json.writeNumberField("line", line);
      json.writeNumberField("sourceOffset", sourceOffset);
      json.writeStringField("crc32c", crc32c);
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return out.toByteArray();
  }

  static IndexEntry of(byte[] line) throws IOException {
    return LINE.readValue(line);
  }

  /** The entries up to the first that is torn or does not follow the one before it. */
  static List<IndexEntry> read(Path index, long base) throws IOException {
    List<IndexEntry> entries = new ArrayList<>();
    try {
      byte[] lines = Files.readAllBytes(index);
      long next = base;
      int from = 0;
      int to = Bytes.lineFeed(lines, from, lines.length); // a last line without its end is torn
      while (to >= 0) {
        IndexEntry entry = LINE.readValue(lines, from, to - from);
        if (entry == null || entry.offset() != next || entry.bytes() <= 0) {
          break;
        }
        entries.add(entry);
        next = entry.end();
        from = to + 1;
        to = Bytes.lineFeed(lines, from, lines.length);
      }
    } catch (NoSuchFileException | JacksonException e) {
      // what was read so far counts
    }
    return entries;
  }
}
