package io.registryrouter.intake.cut;

import io.registryrouter.decode.Decoder;
import java.util.Arrays;

/**
 * Takes out of a JSON text what is nested too deep for a parser, so that one value does not keep
 * what is around it from being read.
 */
public final class DeepValues {

  private DeepValues() {}

  /**
   * A 0 and spaces for each array and object below {@link Decoder#MAX_NESTING} levels, so that all
   * else stands where it stood.
   *
   * @return a copy, or the text itself when there is no such value
   */
  public static byte[] replaced(byte[] text, int start, int end) {
    byte[] replaced = text;
    Boundary value = new Boundary.Value();
    boolean inString = false;
    int depth = 0;
    for (int i = start; i < end; i++) {
      byte b = text[i];
      if (inString) {
        inString = b != '"';
        i += b == '\\' ? 1 : 0; // what is escaped ends no string
      } else if (b == '"') {
        inString = true;
      } else if (b == '}' || b == ']') {
        depth--;
      } else if ((b == '{' || b == '[') && ++depth > Decoder.MAX_NESTING) {
        value.reset();
        int to = value.scan(text, i, end);
        to = to == Boundary.MORE ? end : to;
        replaced = replaced == text ? text.clone() : replaced;
        Arrays.fill(replaced, i, to, (byte) ' ');
        replaced[i] = '0';
        depth--;
        i = to - 1;
      }
    }
    return replaced;
  }
}
