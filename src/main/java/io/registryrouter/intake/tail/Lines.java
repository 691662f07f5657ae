package io.registryrouter.intake.tail;

import io.registryrouter.config.EventPath;
import io.registryrouter.decode.Bytes;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Source;
import io.registryrouter.intake.Head;
import io.registryrouter.intake.cut.EventCutter;
import io.registryrouter.intake.cut.EventCutter.Position;
import io.registryrouter.intake.cut.Framing;
import io.registryrouter.intake.file.FileIntake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** The lines of an open file, which may be truncated at any moment. */
final class Lines {

  /** How many bytes of lines a batch has at most, but for a single longer line. */
  static final int BATCH_BYTES = 1024 * 1024;

  private final FileChannel channel;
  private final Source source;

  /** No line ends between the last position asked for and here. */
  private long scanned;

  Lines(FileChannel channel, Source source) {
    this.channel = channel;
    this.source = source;
  }

  /**
   * The next ones, a batch at most; null when no line has ended.
   *
   * @param taken what they come behind
   * @param end how far the file is filled
   * @param rest whether what has no line end counts as a line
   */
  Cut cut(Taken taken, long end, EventPath path, FileIntake.Limits limits, boolean rest)
      throws IOException {
    long begin = taken.position();
    if (end <= begin || (end == scanned && !rest)) {
      return null;
    }
    byte[] next = read(channel, begin, 1);
    if (next.length == 0) {
      return null; // truncated just now, as the next look at it will tell
    }
    long from = next[0] == 0 ? Nuls.behind(channel, begin, end) : begin;
    if (from == end) {
      return null; // truncated and reserved anew just now
    }
    int most = Math.min(BATCH_BYTES, limits.batch());
    byte[] bytes = read(channel, from, (int) Math.min(most, end - from));
    byte[] first = Head.first(channel);
    if (bytes.length == 0 || !taken.head().matches(first)) {
      return null; // truncated just now as well
    }
    int lines = Bytes.endOfLastLine(bytes, bytes.length);
    long to = lines > 0 ? from + lines : endOfLine(from + bytes.length, end, rest);
    if (to < 0) {
      return null;
    }
    EventCutter cutter = cutter(path, limits.maxEvent(), from, to, bytes);
    cutter.resume(new Position(from, taken.line(), Framing.LINES));
    RawBatch batch = cutter.next();
    Position behind = cutter.position();
    Head head = Head.of(first, behind.offset());
    Head last = last(channel, behind.offset());
    if (!stands(to, head)) {
      return null; // truncated since it was begun to be read
    }
    Taken upTo = new Taken(behind.offset(), behind.line(), head, last);
    return new Cut(batch, upTo, behind.offset() - begin);
  }

  /** What has no line end yet may be another line by now. */
  void again() {
    scanned = 0;
  }

  /** Whether it is that long, and begins so, yet. */
  private boolean stands(long to, Head beginning) throws IOException {
    return channel.size() >= to && beginning.matches(Head.first(channel));
  }

  private EventCutter cutter(EventPath path, int maxEvent, long from, long to, byte[] bytes)
      throws IOException {
    if (to - from <= bytes.length) {
      byte[] body = Arrays.copyOf(bytes, (int) (to - from));
      Nuls.blank(body);
      return new EventCutter(path, source, Framing.LINES, body, maxEvent);
    }
    return new EventCutter(
        path, source, Framing.LINES, new FilePart(channel, to), maxEvent, BATCH_BYTES);
  }

  /** A checksum of the bytes before a position, as many as a head has. */
  static Head last(FileChannel channel, long position) throws IOException {
    int length = (int) Math.min(Head.MOST, position);
    return Head.of(read(channel, position - length, length), length);
  }

  static byte[] read(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {}
    return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
  }

  /** Behind the next newline; without one {@code end} when the rest counts, else -1. */
  private long endOfLine(long from, long end, boolean rest) throws IOException {
    for (long at = Math.max(from, scanned); at < end; ) {
      byte[] bytes = read(channel, at, (int) Math.min(BATCH_BYTES, end - at));
      int newline = Bytes.lineFeed(bytes, 0, bytes.length);
      if (newline >= 0) {
        return at + newline + 1;
      }
      at = bytes.length == 0 ? end : at + bytes.length;
    }
    scanned = end;
    return rest ? end : -1;
  }
}
