package io.registryrouter.spool;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Finds the append that an offset of a log came with, by walking forward through the index; one
 * entry is in memory, however many appends a segment has. Used by one thread.
 */
final class IndexWalk {

  private long base = -1;
  private long position;
  private IndexEntry current;

  /**
   * @throws IOException when the index ends before the offset
   */
  IndexEntry at(Segment segment, long offset) throws IOException {
    if (segment.base() != base || (current != null && offset < current.offset())) {
      position = 0;
      current = null;
    }
    if (current == null || current.end() <= offset) {
      walk(segment, offset);
    }
    return current;
  }

  private void walk(Segment segment, long offset) throws IOException {
    base = -1; // begins anew when this fails
    try (InputStream in = new BufferedInputStream(segment.openIndex(position))) {
      do {
        byte[] line = line(in);
        if (line.length == 0) {
          throw new IOException(
              "the index of " + segment.dataFile() + " ends before offset " + offset);
        }
        current = IndexEntry.of(line);
        position += line.length;
      } while (current.end() <= offset);
    }
    base = segment.base();
  }

  /**
   * With its line feed; empty when there is no whole one. No line has a zero in it, and where a
   * power failure left nothing else there may be millions.
   */
  static byte[] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b > 0; b = in.read()) {
      line.write(b);
      if (b == '\n') {
        return line.toByteArray();
      }
    }
    return new byte[0];
  }
}
