package io.registryrouter.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A stretch of a log: {@code <base>.ndjson} with the events, {@code <base>.index} with the appends.
 */
final class Segment implements Closeable {

  static final String DATA = ".ndjson";
  private static final String INDEX = ".index";

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
    this.index = SteadyFile.open(indexFile);
  }

  /** Twenty digits, so that names sort as numbers do. */
  static String name(long base) {
    return String.format("%020d", base);
  }

  /** A new one; its name is on disk when this returns. */
  static Segment create(Path directory, long base) throws IOException {
    Segment segment = new Segment(directory, base);
    segment.truncate(base, 0);
    Directories.force(directory);
    return segment;
  }

  static Segment open(Path directory, long base) throws IOException {
    return new Segment(directory, base);
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

  void write(ByteBuffer bytes, long offset) throws IOException {
    data.write(bytes, offset - base);
  }

  void writeIndex(byte[] line, long position) throws IOException {
    index.write(ByteBuffer.wrap(line), position);
  }

  long indexLength() throws IOException {
    return index.size();
  }

  /** Cuts both files, the index to its first {@code entries} lines. */
  void truncate(long end, List<IndexEntry> entries) throws IOException {
    long indexEnd = 0;
    for (IndexEntry entry : entries) {
      indexEnd += entry.toLine().length;
    }
    truncate(end, indexEnd);
  }

  void truncate(long end, long indexEnd) throws IOException {
    data.truncate(end - base);
    index.truncate(indexEnd);
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

  /** Brings it to disk; one that is deleted meanwhile was delivered, which is as good. */
  void force() throws IOException {
    try {
      data.force();
      index.force();
    } catch (ClosedChannelException e) {
      if (!deleted) {
        throw e;
      }
    }
  }

  /** May be called again when it fails. */
  void delete() throws IOException {
    deleted = true;
    close();
    Files.deleteIfExists(indexFile);
    Files.deleteIfExists(dataFile);
  }

  @Override
  public void close() throws IOException {
    data.close();
    index.close();
  }
}
