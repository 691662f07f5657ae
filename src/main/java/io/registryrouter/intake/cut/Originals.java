package io.registryrouter.intake.cut;

import io.registryrouter.decode.Bytes;
import io.registryrouter.event.DeadLetter;
import java.util.Arrays;

/** What a dead letter keeps of bytes in a buffer, which goes on being used. */
public final class Originals {

  private Originals() {}

  /** Of what is a JSON object: it, on one line. */
  public static DeadLetter.Original object(byte[] buffer, int from, int to) {
    byte[] copy = Arrays.copyOfRange(buffer, from, to);
    Bytes.toOneLine(copy, 0, copy.length);
    return new DeadLetter.Json(copy);
  }

  /** Of anything else. */
  public static DeadLetter.Original raw(byte[] buffer, int from, int to) {
    return new DeadLetter.Raw(Arrays.copyOfRange(buffer, from, to));
  }

  /** Of what is too large: its beginning. */
  public static DeadLetter.Original excerpt(byte[] buffer, int from, int to) {
    Excerpts excerpts = new Excerpts();
    excerpts.add(buffer, from, to);
    return excerpts.excerpt();
  }

  public static String tooLarge(long bytes, int maxEvent) {
    return String.format("%d bytes; router.event.max-size is %d bytes", bytes, maxEvent);
  }
}
