package io.registryrouter.spool;

import io.registryrouter.route.Group;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.zip.CRC32C;
import org.apache.commons.lang3.function.FailableConsumer;

/**
 * Writes groups to segments, by one buffer of bounded size. A group that fits in is laid into it
 * once, any other for its checksum and again to be written. There is one for each log; large
 * buffers are shared, for the memory that Java gives out for them is bounded.
 */
final class GroupWriter {

  /** Holds requests; what is larger gets a buffer for batches, or one of its own. */
  private static final int SMALL = 64 * 1024;

  private static final int LARGE = 1024 * 1024;

  /** As many as there are cores of a small machine; more are made and thrown away when needed. */
  private static final BlockingQueue<ByteBuffer> UNUSED = new ArrayBlockingQueue<>(2);

  private final ByteBuffer small = ByteBuffer.allocateDirect(SMALL);
  private ByteBuffer buffer = small;

  /** Whether the buffer holds all of the group whose checksum was taken last. */
  private boolean whole;

  /** Sums up the bytes that {@link #write} writes of a group. */
  CRC32C checksum(Group group) throws IOException {
    CRC32C crc = new CRC32C();
    pour(group, crc::update);
    return crc;
  }

  /** Writes the group whose checksum was taken last. */
  void write(Segment segment, long offset, Group group) throws IOException {
    if (whole) {
      segment.write(buffer.rewind(), offset);
      return;
    }
    long[] position = {offset};
    pour(
        group,
        bytes -> {
          long at = position[0];
          position[0] += bytes.remaining();
          segment.write(bytes, at);
        });
  }

  private void pour(Group group, FailableConsumer<ByteBuffer, IOException> sink)
      throws IOException {
    clear((int) Math.min(LARGE, group.bytes()));
    for (int i = 0; i < group.size(); i++) {
      int length = group.length(i);
      if (buffer.remaining() < length) {
        sink.accept(buffer.flip());
        clear(length);
      }
      group.write(i, buffer);
    }
    sink.accept(buffer.flip());
    whole = buffer.limit() == group.bytes();
  }

  private void clear(int room) {
    if (buffer.capacity() < room) {
      release();
      ByteBuffer unused = room <= LARGE ? UNUSED.poll() : null;
      buffer = unused == null ? ByteBuffer.allocateDirect(Math.max(room, LARGE)) : unused;
    }
    buffer.clear();
  }

  /** The group is written, or will not be. */
  void release() {
    if (buffer.capacity() == LARGE) {
      UNUSED.offer(buffer);
    }
    buffer = small;
  }
}
