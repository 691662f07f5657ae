package io.registryrouter.spool;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What of a log is not delivered yet, and how far it is done with. For one thread at a time, that
 * which delivers.
 */
public final class Undelivered {

  private final SpoolLog log;
  private final Cursor cursor;
  private final AnsweredLines answered;
  private final Gaps gaps;
  private final LogReader reader;

  /** What is done with while the cursor could not be moved over it; else null. */
  private Concluded concluded;

  /**
   * @param count counts its events
   */
  private record Concluded(Slice slice, int refusedInARow, Runnable count) {}

  Undelivered(SpoolLog log, Cursor cursor, AnsweredLines answered, Gaps gaps, LogReader reader) {
    this.log = log;
    this.cursor = cursor;
    this.answered = answered;
    this.gaps = gaps;
    this.reader = reader;
  }

  /**
   * Waits until there is something; false when there is not once the time is up, or nobody reads.
   */
  public boolean awaitEvents(Duration timeout) throws InterruptedException {
    return awaitBytes(0, timeout);
  }

  /** Waits until more than {@code bytes} are there, the time is up, or nobody reads any more. */
  public boolean awaitBytes(long bytes, Duration timeout) throws InterruptedException {
    return log.awaitDurable(offset() + bytes, timeout);
  }

  /** How many events. */
  public long size() {
    return log.backlog();
  }

  /**
   * Reads what is to be delivered next. A range that was begun before is given again as it was,
   * lines that were answered apart from those that were not.
   *
   * @param limit offset that the slice must not go beyond
   * @param reuse an earlier slice's buffer, used when it is large enough
   * @return a slice, or null when there is nothing
   */
  public Slice next(int maxBytes, int maxEvents, long limit, byte[] reuse) throws IOException {
    Cursor.State at = cursor.state();
    long whole = Math.min(gaps.next(at.offset()), answered.limit(at.offset()));
    Optional<SpoolLog.Piece> there = log.readable(at.offset(), Math.min(whole, limit));
    if (there.isEmpty()) {
      return null;
    }
    SpoolLog.Piece piece = there.get();
    return reader.read(piece.segment(), at, piece.bytes(), maxBytes, maxEvents, reuse);
  }

  /** The append that the next event came with. */
  public IndexEntry nextAppend() throws IOException {
    return reader.entryAt(log.segmentAt(offset()), offset());
  }

  /** Notes the slice as being sent, before its first byte is. */
  public void begin(Slice slice) throws IOException {
    cursor.begin(slice.to());
  }

  /** Whether the next slice was begun to be sent before. */
  public boolean isBegun() {
    return cursor.state().isInFlight();
  }

  /** Whether events at the offset or behind it were answered already: the next slice ends there. */
  public boolean isAnsweredInPart() {
    return answered.limit(offset()) < Long.MAX_VALUE;
  }

  /** The slice will not be sent again as it was, but in smaller ones. */
  public void release() throws IOException {
    cursor.advance(offset(), refusedInARow());
  }

  /** What the destination has answered for the next event already; empty when it is to be sent. */
  public OptionalInt answer() {
    return answered.at(offset());
  }

  /**
   * The slice's events do not share one fate; the next slices follow the answers, which outlive a
   * crash.
   *
   * @param statuses one an event, in order; {@link AnsweredLines#STORED}, {@link
   *     AnsweredLines#AGAIN}, {@link AnsweredLines#EXPIRED} or that of a refusal
   */
  public void answered(Slice slice, List<Integer> statuses) throws IOException {
    answered.add(slice, statuses);
    release();
  }

  /** Events whose answer was a refusal are sent again. */
  public void doubtRefusals() {
    answered.doubt();
  }

  /** Single events that the destination has refused since it last took one, by all runs. */
  public int refusedInARow() {
    return concluded == null ? cursor.state().refusedInARow() : concluded.refusedInARow();
  }

  /**
   * The slice is done with.
   *
   * @param refusedInARow kept with the cursor
   * @param count counts its events elsewhere, before they are missed here
   * @throws IOException when the cursor cannot be moved; then it is asked to {@link #moveOn()}
   */
  public void done(Slice slice, int refusedInARow, Runnable count) throws IOException {
    concluded = new Concluded(slice, refusedInARow, count);
    moveOn();
  }

  /**
   * Moves the cursor over what is done with, as often as it takes; until then nothing may be read,
   * whoever delivers: it would be sent again.
   *
   * @return whether there was such a slice
   */
  public boolean moveOn() throws IOException {
    if (concluded == null) {
      return false;
    }
    Concluded over = concluded;
    long next = gaps.over(over.slice().to());
    cursor.advance(next, over.refusedInARow());
    answered.passed(next);
    concluded = null;
    log.passed(over.slice().events(), over.count());
    return true;
  }

  private long offset() {
    return cursor.state().offset();
  }
}
