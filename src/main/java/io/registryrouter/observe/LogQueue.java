package io.registryrouter.observe;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * Hands the log to a thread of its own, so that a reader of standard error that reads no more, as a
 * log collector that hangs, stops nobody else. What then has no room is dropped, and counted.
 */
final class LogQueue extends AsyncAppender {

  /** Lines that wait; as many again may be on their way out. */
  private static final int SIZE = 4096;

  /** How long the end of the program waits for a reader, in milliseconds. */
  private static final int MOST_FLUSH_MILLIS = 1000;

  private long dropped;

  LogQueue() {
    setQueueSize(SIZE);
    setDiscardingThreshold(0);
    setNeverBlock(true);
    setMaxFlushTime(MOST_FLUSH_MILLIS);
  }

  @Override
  protected synchronized void append(ILoggingEvent event) {
    int lines = dropped == 0 ? 1 : 2;
    if (getRemainingCapacity() < lines) {
      dropped++;
      return;
    }
    if (dropped > 0) {
      super.append(gap(dropped));
      dropped = 0;
    }
    super.append(event);
  }

  private LoggingEvent gap(long missing) {
    Logger logger = ((LoggerContext) getContext()).getLogger(LogQueue.class);
    String message = "lines of the log are missing: nobody read it";
    LoggingEvent gap = new LoggingEvent(Logger.FQCN, logger, Level.WARN, message, null, null);
    gap.setKeyValuePairs(List.of(new KeyValuePair("lines", missing)));
    return gap;
  }
}
