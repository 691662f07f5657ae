package io.registryrouter.intake.cut;

import io.registryrouter.decode.Bytes;

/** Finds where an event ends, over any number of buffers. */
interface Boundary {

  /** The event goes on beyond the bytes given. */
  int MORE = -1;

  /** Prepares for the next event. */
  void reset();

  /**
   * @return index after the last byte of the event, or {@link #MORE}
   */
  int scan(byte[] buffer, int from, int to);

  /** An event ends with its line. */
  final class Line implements Boundary {

    @Override
    public void reset() {}

    @Override
    public int scan(byte[] buffer, int from, int to) {
      int newline = Bytes.lineFeed(buffer, from, to);
      return newline < 0 ? MORE : newline;
    }
  }

  /**
   * An event ends with its JSON value: brackets balanced, strings and escapes minded. Whether the
   * value is valid is not decided here.
   */
  final class Value implements Boundary {

    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean scalar;
    private boolean begun;

    @Override
    public void reset() {
      depth = 0;
      inString = false;
      escaped = false;
      scalar = false;
      begun = false;
    }

    @Override
    public int scan(byte[] buffer, int from, int to) {
      for (int i = from; i < to; i++) {
        byte b = buffer[i];
        if (inString) {
          if (inString(b)) {
            continue;
          }
          if (depth == 0) {
            return i + 1;
          }
        } else if (scalar) {
          if (b == ',' || b == ']' || b == '}' || (b <= ' ' && b >= 0)) {
            return i;
          }
        } else if (b == '"') {
          inString = true;
        } else if (b == '{' || b == '[') {
          depth++;
        } else if (b == '}' || b == ']') {
          if (--depth <= 0) {
            return i + 1;
          }
        } else if (!begun) {
          scalar = true;
        }
        begun = true;
      }
      return MORE;
    }

    /** True while the string goes on after this byte. */
    private boolean inString(byte b) {
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"') {
        inString = false;
      }
      return inString;
    }
  }
}
