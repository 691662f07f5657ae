package io.registryrouter.intake.tail;

import io.registryrouter.decode.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The zero bytes that stand in a file where nothing was written: a writer that does not append goes
 * on at its old place after the file was truncated, one may reserve room for what it is going to
 * write, and a machine that stopped leaves some as well.
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

  /** Behind the last other byte between two places; {@code from} when there is none. */
  static long before(FileChannel file, long from, long end) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    long to = end;
    while (to > from) {
      long begin = Math.max(from, to - PIECE);
      file.read(piece.clear().limit((int) (to - begin)), begin);
      for (int i = piece.flip().limit() - 1; i >= 0; i--) {
        if (piece.get(i) != 0) {
          return begin + i + 1;
        }
      }
      to = begin;
    }
    return from;
  }

  /**
   * The same where there were zero bytes only a moment ago and is written from the beginning on.
   */
  static long grown(FileChannel file, long from, long end) throws IOException {
    long to = from;
    long piece;
    do {
      piece = Math.min(to + PIECE, end);
      to = before(file, to, piece);
    } while (to == piece && to < end);
    return to;
  }

  /** Behind the last other byte of these. */
  static int before(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
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
