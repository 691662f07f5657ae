package io.registryrouter.spool;

import io.registryrouter.observe.OnceAMinute;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.commons.lang3.function.FailableRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the segments of a log whose events are all delivered. Not thread-safe: the log guards it.
 */
final class DeliveredSegments {

  private static final Logger LOG = LoggerFactory.getLogger(SpoolLog.class);

  private final String destination;
  private final Segments segments;
  private final Cursor cursor;
  private final Marks marks;
  private final Path marksFile;
  private final SpoolLog.Disk disk;
  private final Clock clock;
  private final OnceAMinute undeletable = new OnceAMinute();

  /**
   * @param marksFile where the marks stand that the deleted indexes have said
   */
  DeliveredSegments(
      String destination,
      Segments segments,
      Cursor cursor,
      Marks marks,
      Path marksFile,
      SpoolLog.Disk disk,
      Clock clock) {
    this.destination = destination;
    this.segments = segments;
    this.cursor = cursor;
    this.marks = marks;
    this.marksFile = marksFile;
    this.disk = disk;
    this.clock = clock;
  }

  /** Those that end before the cursor. */
  void delete() {
    trying(this::deleteBeforeCursor);
  }

  /**
   * Those that end before the cursor, and the last one when it ends there as well.
   *
   * @param replaceLast begins another one behind such a last one
   */
  void deleteAll(FailableRunnable<IOException> replaceLast) {
    trying(
        () -> {
          deleteBeforeCursor(); // first, for a new segment needs room as well
          replaceLast.run();
          deleteBeforeCursor();
        });
  }

  /** What fails costs room and no events; it is tried again. */
  private void trying(FailableRunnable<IOException> work) {
    try {
      work.run();
    } catch (IOException e) {
      if (undeletable.isDue(clock.instant())) {
        LOG.atWarn()
            .addKeyValue("destination", destination)
            .addKeyValue("error", e.toString())
            .log("what was delivered cannot be deleted; its room is missing until it can be");
      }
    }
  }

  /**
   * The cursor is brought to disk first: after a power failure, a log that begins behind it would
   * look as if events were lost.
   */
  private void deleteBeforeCursor() throws IOException {
    long delivered = cursor.state().offset();
    if (segments.endBefore(delivered)) {
      disk.force(cursor);
      writeMarks();
      segments.deleteBefore(delivered);
    }
  }

  /**
   * Where a full disk has no room for the marks, one delivered segment makes it. Should the router
   * be killed between the two, files that brought it events and are still being read bring those
   * again; without it nothing would ever be deleted.
   */
  private void writeMarks() throws IOException {
    try {
      marks.write(marksFile);
    } catch (IOException e) {
      segments.deleteFirst();
      marks.write(marksFile);
    }
  }
}
