package io.registryrouter.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What has to be known of an event's bytes besides its JSON, eight bytes at a time. */
public final class Bytes {

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
      long word = (long) LONG.get(bytes, i);
      if (has(word, '\n') || has(word, '\r')) {
        replace(bytes, i, i + 8);
      }
    }
    replace(bytes, i, to);
  }

  private static void replace(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        bytes[i] = ' ';
      }
    }
  }

  /**
   * Whether one of the eight bytes is {@code c}; may err towards true, which costs a second look.
   */
  private static boolean has(long word, char c) {
    long zeroWhereEqual = word ^ (LOW_BITS * c);
    return ((zeroWhereEqual - LOW_BITS) & ~zeroWhereEqual & HIGH_BITS) != 0;
  }
}
