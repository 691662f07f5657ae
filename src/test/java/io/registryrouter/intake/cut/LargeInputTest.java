package io.registryrouter.intake.cut;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.registryrouter.config.EventPath;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * Files of several GB, made up while they are read: what is held of them does not depend on their
 * length. A gigabyte shows that as well as more would and takes a second or two.
 */
class LargeInputTest {

  private static final int MIB = 1024 * 1024;
  private static final int MAX_EVENT = MIB;
  private static final int BATCH_BYTES = 2 * MIB;

  /** A MiB of lines of 1 KiB. */
  private static final byte[] LINES =
      ("{\"action\":\"" + "x".repeat(1024 - 14) + "\"}\n")
          .repeat(1024)
          .getBytes(StandardCharsets.UTF_8);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What was read of a stream. */
  private record Read(long events, long buffers, long allocated, DeadLetter last) {}

  @Test
  void aGigabyteOfLinesPassesThroughOneBuffer() throws IOException {
    Read read = read(new Repeated(LINES, 1024));

    assertThat(read.events()).isEqualTo(MIB);
    assertThat(read.last()).isNull();
    assertThat(read.buffers()).isEqualTo(1);
    assertThat(read.allocated()).isLessThan(256L * MIB); // garbage of 1024 batches, 100 kB each
  }

  @Test
  void anEventWithoutEndIsPassedOver() throws IOException {
    Read read =
        read(new Repeated("{\"a\":[1,2,".repeat(1000).getBytes(StandardCharsets.UTF_8), 50_000));

    assertThat(read.events()).isZero();
    assertThat(read.last().detail())
        .isEqualTo("500000000 bytes; router.event.max-size is 1048576 bytes");
    assertThat(read.allocated()).isLessThan(16L * MIB);
  }

  @Test
  void gzipOfManyMembersInflatesInBoundedMemory() throws IOException {
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(member)) {
      gzip.write(LINES);
    }

    Read read = read(FileFormat.inflate(new Repeated(member.toByteArray(), 512)));

    assertThat(read.events()).isEqualTo(512 * 1024);
    assertThat(read.last()).isNull();
    assertThat(read.buffers()).isEqualTo(1);
    assertThat(read.allocated()).isLessThan(256L * MIB);
  }

  private Read read(InputStream in) throws IOException {
    long before = threads.getCurrentThreadAllocatedBytes();
    EventCutter cutter =
        new EventCutter(
            EventPath.ACTIVITY_TRACKER,
            new Source(Source.Kind.FILE, "large"),
            Framing.LINES,
            in,
            MAX_EVENT,
            BATCH_BYTES);
    long events = 0;
    Set<Integer> buffers = new HashSet<>();
    DeadLetter last = null;
    for (RawBatch batch = cutter.next(); batch != null; batch = cutter.next()) {
      events += batch.size();
      buffers.add(System.identityHashCode(batch.buffer()));
      assertThat(batch.buffer().length).isEqualTo(BATCH_BYTES + MAX_EVENT + EventCutter.SPARE);
      for (DeadLetter dead : batch.deadLetters()) {
        last = dead;
      }
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    return new Read(events, buffers.size(), allocated, last);
  }

  /** The same bytes again and again. */
  private static final class Repeated extends InputStream {

    private final byte[] bytes;
    private long times;
    private int at;

    Repeated(byte[] bytes, long times) {
      this.bytes = bytes;
      this.times = times;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (times == 0) {
        return -1;
      }
      int read = Math.min(length, bytes.length - at);
      System.arraycopy(bytes, at, buffer, offset, read);
      at += read;
      if (at == bytes.length) {
        at = 0;
        times--;
      }
      return read;
    }
  }
}
