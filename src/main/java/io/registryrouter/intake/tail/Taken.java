package io.registryrouter.intake.tail;

import io.registryrouter.intake.Head;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * What was taken of a file, from its first byte on.
 *
 * @param position behind the last byte of it
 * @param line that begins there, from 1
 * @param head its first bytes; where nothing is taken, those that are known to stand there
 * @param last the bytes before the position
 */
record Taken(long position, long line, Head head, Head last) {

  static final Taken NOTHING = new Taken(0, 1, Head.NONE, Head.NONE);

  /** The same, and these first bytes are known. */
  Taken beginningWith(Head known) {
    return new Taken(position, line, known, last);
  }

  boolean isNothing() {
    return position == 0;
  }

  /** Whether it is too short for its beginning to tell it: that may be how each log begins. */
  boolean isShort() {
    return position < Head.MOST;
  }

  /** Whether a file begins as this does. */
  boolean begins(FileChannel file) throws IOException {
    return head.matches(Head.first(file));
  }

  /** Whether a file holds before the position what was taken last. */
  boolean endsIn(FileChannel file) throws IOException {
    return last.bytes() == 0 || last.equals(Lines.last(file, position));
  }

  /** Whether a file holds what was taken, as far as its first and its last bytes tell. */
  boolean isToldIn(FileChannel file) throws IOException {
    return !isShort() && last.bytes() > 0 && begins(file) && endsIn(file);
  }
}
