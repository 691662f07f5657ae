package io.registryrouter.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What has to be known of an event's bytes besides its JSON, eight bytes at a time. */
public final class Bytes {

  /** Length of the byte-order mark of UTF-8. */
  public static final int BYTE_ORDER_MARK = 3;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LOW_BITS = 0x0101010101010101L;

  private Bytes() {}

  /** True when there are only ASCII characters. */
  static boolean isAscii(byte[] bytes, int from, int to) {
    long seen = 0;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      seen |= (long) LONG.get(bytes, i);
    }
    for (; i < to; i++) {
      seen |= bytes[i]; // sign extension sets the high bits
    }
    return (seen & HIGH_BITS) == 0;
  }

  /** Whether it may stand between the tokens of a JSON text (RFC 8259, section 2). */
  public static boolean isWhitespace(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  /** Whether the bytes begin with the byte-order mark of UTF-8, {@value #BYTE_ORDER_MARK} bytes. */
  public static boolean hasByteOrderMark(byte[] bytes, int from, int to) {
    return to - from >= BYTE_ORDER_MARK
        && bytes[from] == (byte) 0xEF
        && bytes[from + 1] == (byte) 0xBB
        && bytes[from + 2] == (byte) 0xBF;
  }

  /** Strict UTF-8 (RFC 3629): no overlong forms, no surrogates. */
  static boolean isUtf8(byte[] bytes, int from, int to) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Turns CR and LF into spaces; in valid JSON they stand between tokens only. */
  public static void toOneLine(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + 8 <= to; i += 8) {
      if (hasLess((long) LONG.get(bytes, i), '\r' + 1)) {
        replace(bytes, i, i + 8);
      }
    }
    replace(bytes, i, to);
  }

  /** Whether there is a zero byte. */
  public static boolean hasNul(byte[] bytes) {
    int i = 0;
    for (; i + 8 <= bytes.length; i += 8) {
      if (hasLess((long) LONG.get(bytes, i), 1)) {
        return true;
      }
    }
    while (i < bytes.length && bytes[i] != 0) {
      i++;
    }
    return i < bytes.length;
  }

  /** Index behind the line feed of the {@code count}th line; {@code to} when there are fewer. */
  public static int endOfLine(byte[] bytes, int count, int to) {
    int end = 0;
    for (int i = 0; i < count && end < to; i++) {
      int lineFeed = lineFeed(bytes, end, to);
      end = lineFeed < 0 ? to : lineFeed + 1;
    }
    return end;
  }

  /** Index of the first line feed, or -1. */
  public static int lineFeed(byte[] bytes, int from, int to) {
    int i = from;
    while (i + 32 <= to && !hasLineFeed(bytes, i)) {
      i += 32;
    }
    for (; i + 8 <= to; i += 8) {
      long found = lineFeeds((long) LONG.get(bytes, i));
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / 8;
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Index behind the last line feed before {@code to}; 0 when there is none. */
  public static int endOfLastLine(byte[] bytes, int to) {
    int end = to;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  /** Whether there is one among the 32 bytes from an index on. */
  private static boolean hasLineFeed(byte[] bytes, int i) {
    return (lineFeeds((long) LONG.get(bytes, i))
            | lineFeeds((long) LONG.get(bytes, i + 8))
            | lineFeeds((long) LONG.get(bytes, i + 16))
            | lineFeeds((long) LONG.get(bytes, i + 24)))
        != 0;
  }

  /** How many line feeds there are. */
  public static int countLineFeeds(byte[] bytes, int from, int to) {
    int count = 0;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      count += Long.bitCount(lineFeeds((long) LONG.get(bytes, i)));
    }
    for (; i < to; i++) {
      count += bytes[i] == '\n' ? 1 : 0;
    }
    return count;
  }

  /**
   * Index of the first byte that does not simply stand for itself in a JSON string: a quote, a
   * backslash, a control character, or one beyond ASCII; {@code to} when there is none.
   */
  static int endOfPlainText(byte[] bytes, int from, int to) {
    int i = from;
    for (; i + 8 <= to; i += 8) {
      long found = notPlain((long) LONG.get(bytes, i));
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / 8;
      }
    }
    while (i < to && bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\') {
      i++;
    }
    return i;
  }

  /** The lowest high bit that is set is that of the first such byte; those above it may err. */
  private static long notPlain(long word) {
    long quote = word ^ (LOW_BITS * '"');
    long backslash = word ^ (LOW_BITS * '\\');
    return (((quote - LOW_BITS) & ~quote)
            | ((backslash - LOW_BITS) & ~backslash)
            | (word - LOW_BITS * ' ')
            | word)
        & HIGH_BITS;
  }

  private static void replace(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        bytes[i] = ' ';
      }
    }
  }

  /** Whether one of the eight bytes is less than {@code n}, which is at most 128. */
  private static boolean hasLess(long word, int n) {
    return ((word - LOW_BITS * n) & ~word & HIGH_BITS) != 0;
  }

  /** The high bit of each of the eight bytes that is a line feed, and no other. */
  private static long lineFeeds(long word) {
    long zeroWhereEqual = word ^ (LOW_BITS * '\n');
    return ~(((zeroWhereEqual & ~HIGH_BITS) + ~HIGH_BITS) | zeroWhereEqual) & HIGH_BITS;
  }
}
