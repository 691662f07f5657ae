package io.registryrouter.spool;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How far a log is written, on disk and done with: its end and what is durable in bytes from the
 * log's very first one, the same and what was delivered in events. Not thread-safe: the log guards
 * it.
 */
final class Watermarks {

  private long end;
  private long durable;
  private long eventsWritten;
  private long eventsDurable;
  private long eventsDone;

  private final Deque<Append> awaited = new ArrayDeque<>();

  /** One that was not on disk yet. */
  static final class Append {

    private final long end;
    private boolean onDisk;

    private Append(long end) {
      this.end = end;
    }

    /** Whatever became of the fsync that was asked for it. */
    boolean isOnDisk() {
      return onDisk;
    }
  }

  /** All of it is on disk, and the events wait to be delivered. */
  Watermarks(long end, long events) {
    this.end = end;
    this.durable = end;
    this.eventsWritten = events;
    this.eventsDurable = events;
  }

  Append written(long bytes, int events) {
    end += bytes;
    eventsWritten += events;
    Append append = new Append(end);
    awaited.add(append);
    return append;
  }

  /**
   * What is before an offset is on disk.
   *
   * @param events how many were written up to there
   * @return whether that is new
   */
  boolean durable(long offset, long events) {
    if (offset <= durable) {
      return false;
    }
    durable = offset;
    eventsDurable = events;
    while (!awaited.isEmpty() && awaited.peek().end <= durable) {
      awaited.remove().onDisk = true;
    }
    return true;
  }

  /** What is not on disk is not in the log any more. */
  void giveBack() {
    end = durable;
    eventsWritten = eventsDurable;
    awaited.clear();
  }

  void done(int events) {
    eventsDone += events;
  }

  /** Offset behind the last byte that is written. */
  long end() {
    return end;
  }

  /** Offset behind the last byte that is on disk and may be delivered. */
  long durable() {
    return durable;
  }

  long eventsWritten() {
    return eventsWritten;
  }

  /** Events that are on disk and not done with. */
  long backlog() {
    return eventsDurable - eventsDone;
  }
}
