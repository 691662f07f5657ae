/**
 * Durable queues on disk, a log for each destination: what {@code to: spool:<destination>} appends
 * to and {@code from: spool:<destination>} takes forward.
 *
 * <pre>
 *   groups in                   GroupSink: Spools, SpoolLog, GroupWriter, Marks; Room: SpoolRoom
 *   brought to disk together    Commits, Journal, JournalRecord, Unforced
 *   slices out                  Undelivered, LogReader, IndexWalk, Slice, Watermarks
 *   the files of a log          LogDirectory, Segments, Segment, IndexEntry, Cursor, AnsweredLines
 *   found and mended first      JournalReplay, Recovery, Repair, UnnamedEvents, Gaps
 * </pre>
 */
package io.registryrouter.spool;
