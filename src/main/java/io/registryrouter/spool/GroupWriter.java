package io.registryrouter.spool;

import io.registryrouter.route.Group;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Writes groups to segments, by one buffer of bounded size. */
final class GroupWriter {

  private static final int BUFFER = 256 * 1024;

  private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

  /** Takes what is in the buffer. */
  @FunctionalInterface
  private interface Sink {
    void take(ByteBuffer bytes) throws IOException;
  }

  /** Of the bytes that are written of a group. */
  CRC32C checksum(Group group) throws IOException {
    CRC32C crc = new CRC32C();
    pour(group, crc::update);
    return crc;
  }

  void write(Segment segment, long offset, Group group) throws IOException {
    long[] position = {offset};
    pour(
        group,
        bytes -> {
          long at = position[0];
          position[0] += bytes.remaining();
          segment.write(bytes, at);
        });
  }

  private void pour(Group group, Sink sink) throws IOException {
    buffer.clear();
    for (int i = 0; i < group.size(); i++) {
      int length = group.length(i);
      if (buffer.remaining() < length) {
        sink.take(buffer.flip());
        buffer = buffer.capacity() < length ? ByteBuffer.allocateDirect(length) : buffer.clear();
      }
      group.write(i, buffer);
    }
    sink.take(buffer.flip());
  }
}
