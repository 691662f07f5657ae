package io.registryrouter.intake.cut;

import io.registryrouter.decode.Bytes;
import io.registryrouter.event.DeadLetter;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Takes in bytes without end and keeps their beginning, their number and their digest. Blanks at
 * the end are no part of an event, but of the rest of what is broken.
 */
final class Excerpts {

  /** How much of something too large is kept. */
  static final int HEAD = 64 * 1024;

  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private final MessageDigest sha256 = DigestUtils.getSha256Digest();
  private MessageDigest withoutBlanks = sha256;
  private long size;
  private long blanks;

  void add(byte[] buffer, int from, int to) {
    int room = Math.min(HEAD - head.size(), to - from);
    if (room > 0) {
      head.write(buffer, from, room);
    }
    int text = to;
    while (text > from && Bytes.isWhitespace(buffer[text - 1])) {
      text--;
    }
    if (text > from) {
      sha256.update(buffer, from, text - from);
      blanks = 0;
      withoutBlanks = sha256;
    }
    if (text < to) {
      withoutBlanks = blanks == 0 ? copy(sha256) : withoutBlanks;
      sha256.update(buffer, text, to - text);
      blanks += to - text;
    }
    size += to - from;
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("Java's own SHA-256 can be copied", e);
    }
  }

  /** Without blanks at the end. */
  long size() {
    return size - blanks;
  }

  /** The event, without blanks at the end. */
  DeadLetter.Original excerpt() {
    return excerpt(size(), withoutBlanks);
  }

  /** All of it when it is short, else its beginning. */
  DeadLetter.Original original() {
    return size <= HEAD ? new DeadLetter.Raw(head.toByteArray()) : excerpt(size, sha256);
  }

  private DeadLetter.Excerpt excerpt(long length, MessageDigest digest) {
    byte[] kept = Arrays.copyOf(head.toByteArray(), (int) Math.min(length, head.size()));
    return new DeadLetter.Excerpt(kept, length, HexFormat.of().formatHex(digest.digest()));
  }
}
