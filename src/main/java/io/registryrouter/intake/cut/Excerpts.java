package io.registryrouter.intake.cut;

import io.registryrouter.event.DeadLetter;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;

/** Takes in bytes without end and keeps their beginning, their number and their digest. */
final class Excerpts {

  /** How much of something too large is kept. */
  static final int HEAD = 64 * 1024;

  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private final MessageDigest sha256 = DigestUtils.getSha256Digest();
  private long size;

  void add(byte[] buffer, int from, int to) {
    int room = Math.min(HEAD - head.size(), to - from);
    if (room > 0) {
      head.write(buffer, from, room);
    }
    sha256.update(buffer, from, to - from);
    size += to - from;
  }

  long size() {
    return size;
  }

  DeadLetter.Original excerpt() {
    return new DeadLetter.Excerpt(
        head.toByteArray(), size, HexFormat.of().formatHex(sha256.digest()));
  }

  /** All of it when it is short, else its beginning. */
  DeadLetter.Original original() {
    return size <= HEAD ? new DeadLetter.Raw(head.toByteArray()) : excerpt();
  }
}
