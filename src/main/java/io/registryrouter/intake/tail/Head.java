package io.registryrouter.intake.tail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The beginning of what was taken of a file: by it another content under the same inode is noticed,
 * and the same content under another.
 *
 * @param bytes how many, never more than {@value #MOST}
 * @param crc32c of these
 */
record Head(int bytes, long crc32c) {

  static final int MOST = 1024;
  static final Head NONE = new Head(0, 0);

  /** The first bytes of a file, as many as a head can have. */
  static byte[] first(FileChannel file) throws IOException {
    ByteBuffer first = ByteBuffer.allocate(MOST);
    while (first.hasRemaining() && file.read(first, first.position()) >= 0) {}
    return Arrays.copyOf(first.array(), first.position());
  }

  /** Of a file that was taken up to a position. */
  static Head of(byte[] first, long position) {
    int bytes = (int) Math.min(first.length, position);
    CRC32C crc = new CRC32C();
    crc.update(first, 0, bytes);
    return new Head(bytes, crc.getValue());
  }

  boolean matches(byte[] first) {
    return equals(of(first, bytes));
  }
}
