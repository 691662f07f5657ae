package io.registryrouter.intake.tail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The zero bytes that stand in a file where nothing was written: a writer that does not append goes
 * on at its old place after the file was truncated, and a machine that stopped leaves some as well.
 */
final class Nuls {

  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final int PIECE = 64 * 1024;

  private Nuls() {}

  /** The first other byte from a place on; {@code end} when there is none. */
  static long behind(FileChannel file, long from, long end) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    long at = from;
    while (at < end && file.read(piece.clear(), at) > 0) {
      for (piece.flip(); piece.hasRemaining(); at++) {
        if (piece.get() != 0) {
          return at;
        }
      }
    }
    return end;
  }

  /** Turns those at the beginning of a line into blanks. */
  static void blank(byte[] lines) {
    if (!hasAny(lines)) {
      return;
    }
    boolean begin = true;
    for (int i = 0; i < lines.length; i++) {
      if (begin && lines[i] == 0) {
        lines[i] = ' ';
      } else {
        begin = lines[i] == '\n';
      }
    }
  }

  private static boolean hasAny(byte[] bytes) {
    ByteBuffer words = ByteBuffer.wrap(bytes);
    long zeros = 0;
    while (words.remaining() >= Long.BYTES) {
      long word = words.getLong();
      zeros |= (word - LOW_BITS) & ~word & HIGH_BITS;
    }
    while (words.hasRemaining()) {
      zeros |= words.get() == 0 ? 1 : 0;
    }
    return zeros != 0;
  }
}
