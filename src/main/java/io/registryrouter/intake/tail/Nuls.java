package io.registryrouter.intake.tail;

import io.registryrouter.decode.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The zero bytes that stand in a file where nothing was written: a writer that does not append goes
 * on at its old place after the file was truncated, and a machine that stopped leaves some as well.
 */
final class Nuls {

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
    if (!Bytes.hasNul(lines)) {
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
}
