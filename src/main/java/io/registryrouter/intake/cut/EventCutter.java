package io.registryrouter.intake.cut;

import io.registryrouter.config.EventPath;
import io.registryrouter.decode.Bytes;
import io.registryrouter.event.DeadLetter;
import io.registryrouter.event.RawBatch;
import io.registryrouter.event.Reason;
import io.registryrouter.event.Source;
import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts a stream of bytes into batches of events, in one pass and bounded memory, however long the
 * stream or an event in it is. What is too long to be an event is passed over, keeping an excerpt;
 * after a break in the array syntax or the compression the rest is one dead letter. Not
 * thread-safe.
 */
public final class EventCutter {

  /** How many events a stream's batch holds at most; each may become a dead letter. */
  private static final int MAX_EVENTS = 16 * 1024;

  /** How many one that is in memory as a whole may hold; with more it is refused. */
  public static final int MAX_EVENTS_IN_MEMORY = 100_000;

  /** How much is read at once; Java reads by way of a buffer of its own that is as large. */
  private static final int PIECE = 128 * 1024;

  /** Room behind the longest event, where blanks pass by. */
  static final int SPARE = 8 * 1024;

  private static final int FIRST_OF_MARK = 0xEF;

  private final EventPath path;
  private final Source source;
  private final InputStream in;
  private final int maxEvent;
  private final int batchBytes;
  private final byte[] buffer;
  private int begin;
  private int end;
  private boolean endOfInput;
  private long bufferOffset;

  private Framing framing;
  private Boundary boundary;
  private boolean afterEvent;
  private boolean closed;
  private boolean done;
  private long line = 1;
  private long startLine;
  private long startOffset;
  private RawBatch batch;

  /**
   * Cuts a stream of any length into batches of about {@code batchBytes}, what is kept of events
   * that are too large included; 1 makes a batch of each.
   */
  public EventCutter(
      EventPath path,
      Source source,
      Framing framing,
      InputStream in,
      int maxEvent,
      int batchBytes) {
    this(
        path,
        source,
        framing,
        in,
        new byte[batchBytes + maxEvent + SPARE],
        0,
        maxEvent,
        batchBytes);
  }

  /** Cuts a body that is in memory as a whole into one batch. */
  public EventCutter(EventPath path, Source source, Framing framing, byte[] body, int maxEvent) {
    this(path, source, framing, null, body, body.length, maxEvent, Integer.MAX_VALUE);
    endOfInput = true;
  }

  private EventCutter(
      EventPath path,
      Source source,
      Framing framing,
      InputStream in,
      byte[] buffer,
      int end,
      int maxEvent,
      int batchBytes) {
    this.path = path;
    this.source = source;
    this.framing = framing;
    this.in = in;
    this.buffer = buffer;
    this.end = end;
    this.maxEvent = maxEvent;
    this.batchBytes = batchBytes;
  }

  /**
   * Goes on where an earlier reading of the same bytes stopped; only before the first batch. What
   * is in memory begins there.
   */
  public void resume(Position position) throws IOException {
    if (position.offset() > 0) {
      if (in != null) {
        in.skipNBytes(position.offset());
      }
      bufferOffset = position.offset();
      line = position.line();
      framing = position.framing();
      boundary = boundary(framing);
      afterEvent = true;
    }
  }

  /** Where the next batch begins; behind an array nothing may follow, as behind an object. */
  public Position position() {
    return new Position(bufferOffset + begin, line, closed ? Framing.OBJECT : framing);
  }

  /** True when there is no further batch, and so no position to go on from. */
  public boolean isDone() {
    return done;
  }

  /**
   * A place in a source.
   *
   * @param offset in bytes, after inflating
   * @param line from 1
   */
  public record Position(long offset, long line, Framing framing) {

    public static final Position START = new Position(0, 1, Framing.DETECT);
  }

  /**
   * @return the next events, or null at the end
   * @throws IOException when the source cannot be read now; damage of the content is no exception
   */
  public RawBatch next() throws IOException {
    if (done) {
      return null;
    }
    batch = new RawBatch(path, source, buffer);
    try {
      if (in != null) {
        moveRest(0);
      }
      if (boundary == null) {
        detect();
      }
      while (!done && !isFull()) {
        step();
      }
    } catch (BrokenInputException e) {
      startLine = line;
      startOffset = bufferOffset + begin;
      breakOff(e.getMessage(), new Excerpts());
    }
    return batch.isEmpty() && done ? null : batch;
  }

  /**
   * Whether the rest waits for the next batch; until then there is room for one more event. What is
   * in memory as a whole is one batch, as long as it is not made of crumbs.
   */
  private boolean isFull() {
    if (in == null) {
      return batch.size() > MAX_EVENTS_IN_MEMORY;
    }
    long excerpts = (long) Excerpts.HEAD * batch.deadLetters().size();
    return batch.endOfLast() + excerpts >= batchBytes || batch.size() >= MAX_EVENTS;
  }

  private void detect() throws IOException {
    skipByteOrderMark();
    if (framing == Framing.DETECT) {
      int b = skipWhitespace();
      if (b == '[') {
        framing = Framing.ARRAY;
      } else {
        framing = b == '{' && firstLineIsNoWholeValue() ? Framing.OBJECT : Framing.LINES;
      }
    }
    boundary = boundary(framing);
    if (framing == Framing.ARRAY) {
      begin++;
    }
  }

  private static Boundary boundary(Framing framing) {
    return framing == Framing.LINES ? new Boundary.Line() : new Boundary.Value();
  }

  private boolean skipByteOrderMark() throws IOException {
    while (end - begin < Bytes.BYTE_ORDER_MARK && fill()) {}
    boolean marked = Bytes.hasByteOrderMark(buffer, begin, end);
    begin += marked ? Bytes.BYTE_ORDER_MARK : 0;
    return marked;
  }

  private boolean firstLineIsNoWholeValue() throws IOException {
    Boundary lineEnd = new Boundary.Line();
    int newline = lineEnd.scan(buffer, begin, end);
    while (newline == Boundary.MORE && end - begin < buffer.length) {
      int scanned = end - begin;
      if (!fill()) {
        break;
      }
      newline = lineEnd.scan(buffer, begin + scanned, end);
    }
    return newline != Boundary.MORE
        && new Boundary.Value().scan(buffer, begin, newline) == Boundary.MORE;
  }

  private void step() throws IOException {
    switch (framing) {
      case LINES -> lineStep();
      case ARRAY -> arrayStep();
      default -> objectStep();
    }
  }

  private void lineStep() throws IOException {
    int b = skipWhitespace();
    while (b == FIRST_OF_MARK && skipByteOrderMark()) { // as of files that were put together
      b = skipWhitespace();
    }
    if (b < 0) {
      done = true;
      return;
    }
    event();
    if (begin < end) {
      begin++; // the newline
      line++;
    }
  }

  private void arrayStep() throws IOException {
    int b = skipWhitespace();
    if (closed) {
      finish(b, "after the array");
    } else if (b == ']') {
      begin++;
      closed = true;
    } else if (b < 0) {
      throw new BrokenInputException("the array is not closed");
    } else if (afterEvent) {
      if (b != ',') {
        throw new BrokenInputException("no comma between two elements of the array");
      }
      begin++;
      if (skipWhitespace() == ']') {
        throw new BrokenInputException("a comma before the end of the array");
      }
      afterEvent = false;
    } else if (b == ',' || b == '}') {
      throw new BrokenInputException("no element where the array needs one");
    } else {
      event();
      afterEvent = true;
    }
  }

  private void objectStep() throws IOException {
    int b = skipWhitespace();
    if (afterEvent) {
      finish(b, "after the object");
    } else {
      event();
      afterEvent = true;
    }
  }

  private void finish(int b, String where) throws IOException {
    if (b >= 0) {
      throw new BrokenInputException("more text " + where);
    }
    done = true;
  }

  /** Cuts one event off at {@code begin}; afterwards {@code begin} is behind it. */
  private void event() throws IOException {
    boundary.reset();
    startLine = line;
    startOffset = bufferOffset + begin;
    int scanned = 0;
    int eventEnd;
    while ((eventEnd = boundary.scan(buffer, begin + scanned, end)) == Boundary.MORE) {
      scanned = end - begin;
      if (scanned > maxEvent) {
        passOver();
        return;
      }
      if (!fill()) {
        eventEnd = lastEvent();
        break;
      }
    }
    cut(eventEnd);
  }

  private int lastEvent() throws IOException {
    if (framing == Framing.LINES) {
      return end;
    }
    throw new BrokenInputException(
        framing == Framing.ARRAY ? "the array is not closed" : "the object is not closed");
  }

  private void cut(int eventEnd) throws IOException {
    int from = begin;
    int to = eventEnd;
    while (from < to && Bytes.isWhitespace(buffer[from])) {
      from++;
    }
    while (to > from && Bytes.isWhitespace(buffer[to - 1])) {
      to--;
    }
    if (framing != Framing.LINES) {
      boolean mismatched =
          (buffer[from] == '{' && buffer[to - 1] != '}')
              || (buffer[from] == '[' && buffer[to - 1] != ']');
      if (mismatched) {
        throw new BrokenInputException("brackets do not match");
      }
      line += newlines(from, to);
    }
    begin = eventEnd;
    if (to - from > maxEvent) {
      Excerpts excerpts = new Excerpts();
      excerpts.add(buffer, from, to);
      batch.add(tooLarge(excerpts, buffer[from]));
    } else if (from < to) {
      batch.add(from, to, startLine, bufferOffset + from);
    }
  }

  /**
   * Reads on to the end of what is longer than an event may be, which is an event yet when only
   * blanks make it so. What was cut before stays in the buffer, and so does what may be an event;
   * the rest passes through the room behind it.
   */
  private void passOver() throws IOException {
    if (in != null) {
      moveRest(batch.endOfLast());
    }
    Excerpts excerpts = new Excerpts();
    byte first = buffer[begin];
    excerpts.add(buffer, begin, end);
    line += framing == Framing.LINES ? 0 : newlines(begin, end);
    int eventEnd = Boundary.MORE;
    while (eventEnd == Boundary.MORE) {
      int kept = excerpts.size() > maxEvent ? 0 : (int) excerpts.size();
      bufferOffset += end - begin - kept;
      end = begin + kept;
      try {
        if (!fill()) {
          eventEnd = lastEvent();
          break;
        }
      } catch (BrokenInputException e) {
        begin = end;
        breakOff(e.getMessage(), excerpts);
        return;
      }
      eventEnd = boundary.scan(buffer, begin + kept, end);
      int to = eventEnd == Boundary.MORE ? end : eventEnd;
      excerpts.add(buffer, begin + kept, to);
      line += framing == Framing.LINES ? 0 : newlines(begin + kept, to);
    }
    if (excerpts.size() > maxEvent) {
      batch.add(tooLarge(excerpts, first));
    } else {
      batch.add(begin, begin + (int) excerpts.size(), startLine, startOffset);
    }
    begin = eventEnd;
  }

  /**
   * Whether it would have been valid is not known; what does not even begin as an object is not.
   */
  private DeadLetter tooLarge(Excerpts excerpts, byte first) {
    return dead(
        first == '{' ? Reason.TOO_LARGE : Reason.MALFORMED,
        Originals.tooLarge(excerpts.size(), maxEvent),
        excerpts.excerpt());
  }

  /** The rest of a damaged source becomes one dead letter, with what was passed over of it. */
  private void breakOff(String why, Excerpts excerpts) throws IOException {
    try {
      do {
        excerpts.add(buffer, begin, end);
        begin = end;
      } while (fill());
    } catch (BrokenInputException e) {
      // the break that brought us here: the rest ends with it
    }
    batch.add(dead(Reason.MALFORMED, why + "; this is the rest from there", excerpts.original()));
    batch.markBroken(why);
    done = true;
  }

  private DeadLetter dead(Reason reason, String detail, DeadLetter.Original original) {
    return new DeadLetter(reason, detail, path, source, startLine, startOffset, original);
  }

  /** Moves what is not cut yet down to {@code to}. */
  private void moveRest(int to) {
    System.arraycopy(buffer, begin, buffer, to, end - begin);
    bufferOffset += begin - to;
    end -= begin - to;
    begin = to;
  }

  /** Reads more behind {@code end}; false at the end of the input. */
  private boolean fill() throws IOException {
    if (endOfInput) {
      return false;
    }
    if (end == buffer.length) {
      moveRest(batch.endOfLast());
    }
    int read = in.read(buffer, end, Math.min(PIECE, buffer.length - end));
    if (read < 0) {
      endOfInput = true;
      return false;
    }
    end += read;
    return true;
  }

  /** The next byte that is no whitespace, at {@code begin}; -1 at the end of the input. */
  private int skipWhitespace() throws IOException {
    do {
      for (; begin < end; begin++) {
        if (!Bytes.isWhitespace(buffer[begin])) {
          return buffer[begin] & 0xFF;
        }
        line += buffer[begin] == '\n' ? 1 : 0;
      }
    } while (fill());
    return -1;
  }

  private long newlines(int from, int to) {
    return Bytes.countLineFeeds(buffer, from, to);
  }
}
