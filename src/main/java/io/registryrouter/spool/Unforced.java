package io.registryrouter.spool;

/**
 * Events of a log that are written and not on disk yet.
 *
 * @param segment that holds them
 * @param from offset of their first byte
 * @param to offset behind them
 * @param events how many the log has up to there
 * @param failures how many fsyncs had failed when they were there
 */
record Unforced(SpoolLog log, Segment segment, long from, long to, long events, int failures) {

  long bytes() {
    return to - from;
  }
}
