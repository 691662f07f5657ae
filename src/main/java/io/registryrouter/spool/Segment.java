package io.registryrouter.spool;

import io.registryrouter.disk.Directories;
import io.registryrouter.disk.SteadyFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stretch of a log: {@code <base>.ndjson} with the events, {@code <base>.index} with the appends.
 */
final class Segment implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

  static final String DATA = ".ndjson";
  static final String INDEX = ".index";

  private final Path dataFile;
  private final Path indexFile;
  private final long base;
  private final SteadyFile data;
  private final SteadyFile index;
  private volatile boolean deleted;

  private Segment(Path directory, long base) throws IOException {
    this.base = base;
    this.dataFile = directory.resolve(name(base) + DATA);
    this.indexFile = directory.resolve(name(base) + INDEX);
    this.data = SteadyFile.open(dataFile);
    try {
      this.index = SteadyFile.open(indexFile);
    } catch (IOException | RuntimeException e) {
      data.close();
      throw e;
    }
  }

  /** Twenty digits, so that names sort as numbers do. */
  static String name(long base) {
    return String.format(Locale.ROOT, "%020d", base);
  }

  static boolean isName(String name) {
    return isName(name, DATA) || isName(name, INDEX);
  }

  private static boolean isName(String name, String suffix) {
    return name.matches("\\d{20}" + Pattern.quote(suffix));
  }

  /** A new one; its name is on disk when this returns, and may be there when this fails. */
  static Segment create(Path directory, long base) throws IOException {
    Segment segment = new Segment(directory, base);
    try {
      segment.truncate(base, 0);
      Directories.force(directory);
    } catch (IOException | RuntimeException e) {
      segment.close();
      throw e;
    }
    return segment;
  }

  static Segment open(Path directory, long base) throws IOException {
    return new Segment(directory, base);
  }

  static void delete(Path directory, long base) throws IOException {
    Files.deleteIfExists(directory.resolve(name(base) + INDEX));
    Files.deleteIfExists(directory.resolve(name(base) + DATA));
  }

  /** Whether it has no index yet and nothing is in it. */
  static boolean isHalfMade(Path directory, long base) throws IOException {
    return Files.size(directory.resolve(name(base) + DATA)) == 0
        && Files.notExists(directory.resolve(name(base) + INDEX));
  }

  /** Where segments begin that have such a file, in order; no log comes beyond a long. */
  static List<Long> bases(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> isName(name, suffix))
          .filter(name -> name.compareTo(name(Long.MAX_VALUE) + suffix) <= 0)
          .map(name -> Long.valueOf(name.substring(0, 20)))
          .sorted()
          .collect(Collectors.toCollection(ArrayList::new));
    }
  }

  long base() {
    return base;
  }

  Path dataFile() {
    return dataFile;
  }

  long length() throws IOException {
    return data.size();
  }

  Instant lastWritten() throws IOException {
    return Files.getLastModifiedTime(dataFile).toInstant();
  }

  void write(ByteBuffer bytes, long offset) throws IOException {
    data.write(bytes, offset - base);
  }

  void writeIndex(byte[] line, long position) throws IOException {
    index.write(ByteBuffer.wrap(line), position);
  }

  long indexLength() throws IOException {
    return index.size();
  }

  /** Writes further lines behind those that are there. */
  void writeIndex(List<IndexEntry> there, List<IndexEntry> more) throws IOException {
    long position = bytes(there);
    for (IndexEntry entry : more) {
      byte[] line = entry.toLine();
      writeIndex(line, position);
      position += line.length;
    }
  }

  private static long bytes(List<IndexEntry> entries) throws IOException {
    long bytes = 0;
    for (IndexEntry entry : entries) {
      bytes += entry.toLine().length;
    }
    return bytes;
  }

  /** Cuts both files, the index to its first {@code entries} lines. */
  void truncate(long end, List<IndexEntry> entries) throws IOException {
    truncate(end, bytes(entries));
  }

  void truncate(long end, long indexEnd) throws IOException {
    data.truncate(end - base);
    index.truncate(indexEnd);
  }

  /** The index from a position on. */
  InputStream openIndex(long position) throws IOException {
    InputStream in = Files.newInputStream(indexFile);
    in.skipNBytes(position);
    return in;
  }

  List<IndexEntry> readIndex() throws IOException {
    return IndexEntry.read(indexFile, base);
  }

  void read(ByteBuffer into, long offset) throws IOException {
    data.read(into, offset - base);
  }

  /** Whether the bytes of an append are all there and what they were. */
  boolean isWhole(IndexEntry entry) throws IOException {
    if (entry.end() - base > data.size()) {
      return false;
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) entry.bytes());
    read(bytes, entry.offset());
    return checksum(bytes.flip()).equals(entry.crc32c());
  }

  static String checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return checksum(crc);
  }

  static String checksum(CRC32C crc) {
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /**
   * Brings its events to disk; one deleted meanwhile was delivered, which is as good.
   *
   * @throws NoSuchFileException when somebody else has deleted or replaced it
   */
  void force() throws IOException {
    force(data);
    requireInPlace();
  }

  /** Not so once somebody else has deleted or replaced it. */
  boolean isInPlace() throws IOException {
    return data.isInPlace() || deleted;
  }

  private void requireInPlace() throws IOException {
    if (!isInPlace()) {
      throw new NoSuchFileException(
          dataFile.toString(), null, "somebody has deleted or replaced this segment of the spool");
    }
  }

  /** Brings its index to disk, which an append does not wait for: {@link UnnamedEvents}. */
  void forceIndex() throws IOException {
    force(index);
  }

  private void force(SteadyFile file) throws IOException {
    try {
      file.force();
    } catch (ClosedChannelException e) {
      if (!deleted) {
        throw e;
      }
    }
  }

  /** Gives its descriptors back until it is used again, unless it would not be found then. */
  void rest() {
    try {
      if (data.isInPlace()) {
        data.rest();
        index.rest();
      }
    } catch (IOException e) {
      LOG.debug("closed all the same, or open yet; what was written to it was forced before", e);
    }
  }

  /** May be called again when it fails. */
  void delete() throws IOException {
    deleted = true;
    close();
    delete(dataFile.getParent(), base);
  }

  @Override
  public void close() throws IOException {
    data.close();
    index.close();
  }
}
