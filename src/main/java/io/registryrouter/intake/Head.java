package io.registryrouter.intake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The beginning of what was taken of a file: by it another content under the same inode is noticed,
 * and the same content under another.
 *
 * @param bytes how many, never more than {@value #MOST}
 * @param crc32c of these
 */
public record Head(int bytes, long crc32c) {

  public static final int MOST = 1024;
  public static final Head NONE = new Head(0, 0);

  /** The first bytes of a file, as many as a head can have. */
  public static byte[] first(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return first(channel);
    }
  }

  /** The same of one that is open. */
  public static byte[] first(FileChannel file) throws IOException {
    ByteBuffer first = ByteBuffer.allocate(MOST);
    while (first.hasRemaining() && file.read(first, first.position()) >= 0) {}
    return Arrays.copyOf(first.array(), first.position());
  }

  /** Of a file that was taken up to a position. */
  public static Head of(byte[] first, long position) {
    int bytes = (int) Math.min(first.length, position);
    CRC32C crc = new CRC32C();
    crc.update(first, 0, bytes);
    return new Head(bytes, crc.getValue());
  }

  public boolean matches(byte[] first) {
    return equals(of(first, bytes));
  }
}
