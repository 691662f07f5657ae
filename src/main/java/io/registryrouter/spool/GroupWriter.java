package io.registryrouter.spool;

import io.registryrouter.route.Group;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Writes groups to segments, each event once from its batch to one buffer to the file. */
final class GroupWriter {

  private static final int BUFFER = 256 * 1024;

  private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

  /** Returns the checksum of what was written at the offset. */
  CRC32C write(Segment segment, long offset, Group group) throws IOException {
    CRC32C crc = new CRC32C();
    long position = offset;
    buffer.clear();
    for (int i = 0; i < group.size(); i++) {
      int length = group.length(i);
      if (buffer.remaining() < length) {
        position += flush(segment, position, crc);
        if (buffer.capacity() < length) {
          buffer = ByteBuffer.allocateDirect(length);
        }
      }
      group.write(i, buffer);
    }
    flush(segment, position, crc);
    return crc;
  }

  private int flush(Segment segment, long position, CRC32C crc) throws IOException {
    buffer.flip();
    int bytes = buffer.remaining();
    crc.update(buffer);
    segment.write(buffer.rewind(), position);
    buffer.clear();
    return bytes;
  }
}
