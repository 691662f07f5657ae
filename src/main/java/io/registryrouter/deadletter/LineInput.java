package io.registryrouter.deadletter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The lines of a file, each an input without its end; none of them is held in memory. */
final class LineInput extends InputStream {

  private final InputStream file;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int limit;
  private boolean ended = true;
  private boolean whole;
  private long position;

  /**
   * @param file closed by the caller
   */
  LineInput(InputStream file) {
    this.file = file;
  }

  /** Goes on to the next line; false when there is none. */
  boolean next() throws IOException {
    ended = isLast();
    whole = false;
    return !ended;
  }

  /** Whether nothing comes behind this line. */
  boolean isLast() throws IOException {
    skipRest();
    return isAtEnd();
  }

  /** Whether this line has an end. */
  boolean isWhole() throws IOException {
    skipRest();
    return whole;
  }

  /** In the file, behind this line. */
  long position() throws IOException {
    skipRest();
    return position;
  }

  private void skipRest() throws IOException {
    transferTo(OutputStream.nullOutputStream());
  }

  private boolean isAtEnd() throws IOException {
    if (next == limit) {
      next = 0;
      limit = Math.max(0, file.read(buffer));
    }
    return next == limit;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int start, int length) throws IOException {
    if (ended || isAtEnd()) {
      ended = true;
      return -1;
    }
    if (buffer[next] == '\n') {
      pass(1);
      ended = true;
      whole = true;
      return -1;
    }
    int count = 0;
    while (count < length && next + count < limit && buffer[next + count] != '\n') {
      count++;
    }
    System.arraycopy(buffer, next, bytes, start, count);
    pass(count);
    return count;
  }

  private void pass(int count) {
    next += count;
    position += count;
  }
}
