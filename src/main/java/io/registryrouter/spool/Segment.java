package io.registryrouter.spool;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
  private final FileChannel data;
  private final FileChannel index;

  private Segment(Path directory, long base, StandardOpenOption... options) throws IOException {
    this.base = base;
    this.dataFile = directory.resolve(name(base) + DATA);
    this.indexFile = directory.resolve(name(base) + INDEX);
    this.data = FileChannel.open(dataFile, options);
    this.index = FileChannel.open(indexFile, options);
  }

  /** Twenty digits, so that names sort as numbers do. */
  static String name(long base) {
    return String.format("%020d", base);
  }

  /** A new one; its name is on disk when this returns. */
  static Segment create(Path directory, long base) throws IOException {
    Segment segment =
        new Segment(
            directory,
            base,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    Directories.force(directory);
    return segment;
  }

  static Segment open(Path directory, long base) throws IOException {
    return new Segment(
        directory,
        base,
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
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
    long position = offset - base;
    while (bytes.hasRemaining()) {
      position += data.write(bytes, position);
    }
  }

  void writeIndex(byte[] line, long position) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      position += index.write(bytes, position);
    }
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
    long position = offset - base;
    while (into.hasRemaining()) {
      int read = data.read(into, position);
      if (read < 0) {
        throw new EOFException(dataFile + " ends before offset " + (offset + into.position()));
      }
      position += read;
    }
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
    return String.format("%08x", crc.getValue());
  }

  void force() throws IOException {
    data.force(false);
    index.force(false);
  }

  void delete() throws IOException {
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
