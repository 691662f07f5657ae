package io.registryrouter.spool;

import io.registryrouter.config.RouterConfig.SpoolSettings;
import io.registryrouter.route.Group;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.commons.lang3.function.FailableRunnable;

/**
 * The durable queue of one destination: an append-only log of NDJSON segments with a cursor. Any
 * thread may append; one thread reads and moves the cursor ({@link Undelivered}). An offset counts
 * bytes from the log's very first one and never comes twice.
 *
 * <p>{@code cursor ≤ durable ≤ end}: before the cursor everything is done with, up to durable it is
 * on disk and may be delivered, up to end it is written.
 */
public final class SpoolLog implements Closeable {

  /**
   * Bytes of a segment's index, of which a start reads one at a time into memory: some 20,000
   * appends, however small their events are.
   */
  private static final int MAX_INDEX = 4 * 1024 * 1024;

  /** Bytes that are written at most to try whether anything can be. */
  private static final int MAX_PROBE = 4 * 1024 * 1024;

  private final String destination;
  private final LogDirectory directory;
  private final SpoolSettings settings;
  private final Clock clock;
  private final Disk disk;
  private final Commits commits;
  private final Cursor cursor;
  private final Segments segments;
  private final Gaps gaps;
  private final Undelivered undelivered;
  private final Marks marks;
  private final Watermarks watermarks;
  private final DeliveredSegments delivered;
  private final WriteTrouble trouble;
  private final GroupWriter writer = new GroupWriter();
  private final LogReader observer;

  private boolean reading;

  /**
   * Whether what is appended to the last segment stays. Not to one that a start has found: an fsync
   * of what is there, of its emptying or of its name may have failed or not been asked for, and
   * another one say yes without it being on disk.
   */
  private boolean mended;

  private int failures;

  /** Bytes that could not be written when that was tried last. */
  private long refused;

  private long nowMillis = -1;
  private String now;
  private long indexEnd;

  /**
   * Whose fsync is under way, or has failed and is not dealt with yet. There is one at a time, for
   * the system reports a failure once, to one of those that ask.
   */
  private Thread forcing;

  /** Whether what is written is on its way to the journal. */
  private boolean journaling;

  /** Threads that wait for an fsync or the journal. */
  private int held;

  /** Offset beyond which someone waits for events to be on disk. */
  private long wanted = Long.MAX_VALUE;

  /** Brings files to disk. */
  @FunctionalInterface
  interface Disk {
    void force(Segment segment) throws IOException;

    default void forceIndex(Segment segment) throws IOException {
      segment.forceIndex();
    }

    default void force(Cursor cursor) throws IOException {
      cursor.force();
    }
  }

  SpoolLog(
      String destination,
      LogDirectory directory,
      SpoolSettings settings,
      Clock clock,
      Commits commits,
      Recovery recovered,
      Disk disk)
      throws IOException {
    this.destination = destination;
    this.directory = directory;
    this.settings = settings;
    this.clock = clock;
    this.disk = disk;
    this.observer = new LogReader(destination);
    this.commits = commits;
    this.cursor = recovered.cursor();
    this.segments = new Segments(directory.path(), recovered.segments());
    this.mended = recovered.fresh();
    this.gaps = recovered.gaps();
    this.undelivered =
        new Undelivered(
            this,
            cursor,
            AnsweredLines.open(directory.answered(), cursor.state(), recovered.end()),
            gaps,
            new LogReader(destination));
    this.indexEnd = segments.last().indexLength();
    this.watermarks = new Watermarks(recovered.end(), recovered.events());
    this.marks = recovered.marks();
    this.delivered =
        new DeliveredSegments(destination, segments, cursor, marks, directory.marks(), disk, clock);
    this.trouble = new WriteTrouble(destination);
  }

  /** Opens a log on its own, which the executor brings to disk. */
  public static SpoolLog open(
      String destination, Path directory, SpoolSettings settings, Clock clock, Executor executor)
      throws IOException {
    return open(destination, directory, settings, clock, new Commits(executor, Optional.empty()));
  }

  /**
   * Opens the log in a directory, which is made when it is not there, and mends what a crash left.
   */
  static SpoolLog open(
      String destination, Path directory, SpoolSettings settings, Clock clock, Commits commits)
      throws IOException {
    LogDirectory made = new LogDirectory(Files.createDirectories(directory));
    return new SpoolLog(
        destination,
        made,
        settings,
        clock,
        commits,
        Recovery.recover(destination, made),
        Segment::force);
  }

  public String destination() {
    return destination;
  }

  /** The events of a group that its source has not brought to disk here before. */
  synchronized Group unknownOf(Group group) {
    return marks.unknownOf(group);
  }

  /** How many fsyncs have failed. */
  public synchronized int failures() {
    return failures;
  }

  /**
   * Appends the events of a group, all or none.
   *
   * @param since what {@link #failures()} was when their source brought its first ones: what comes
   *     behind events that were given back must not be in the log before them
   * @return completes when they are on disk, exceptionally when they cannot be brought there
   * @throws IOException when they cannot be written; the log is then as it was before
   */
  public CompletableFuture<Void> append(Group group, int since) throws IOException {
    Watermarks.Append append = write(group, since);
    if (!settings.fsync()) {
      return CompletableFuture.completedFuture(null);
    }
    return commits.request(this).handle((done, failure) -> outcome(append, failure));
  }

  private synchronized Watermarks.Append write(Group group, int since) throws IOException {
    if (!mended || isFull()) {
      awaitForced(); // before anything is half done
    }
    if (since != failures) {
      throw new IOException("an fsync of the spool failed; what came before is given back");
    }
    try {
      mend();
      if (isFull()) {
        roll();
      }
    } catch (IOException e) {
      trouble.begin(e);
      throw e;
    }
    Segment segment = segments.last();
    long end = watermarks.end();
    try {
      byte[] line = IndexEntry.of(end, group, now(), writer.checksum(group)).toLine();
      segment.writeIndex(line, indexEnd); // first, so that a kill leaves no events without a name
      writer.write(segment, end, group);
      indexEnd += line.length;
    } catch (IOException e) {
      trouble.begin(e);
      refused = group.bytes();
      takeBack(segment);
      throw e;
    } finally {
      writer.release();
    }
    Watermarks.Append append = watermarks.written(group.bytes(), group.size());
    marks.appended(group, watermarks.end());
    if (!settings.fsync()) {
      publish(watermarks.end(), watermarks.eventsWritten());
    }
    return append;
  }

  /**
   * What could not be appended whole. A power failure could else bring back its line of the index,
   * for events that came instead; where that cannot be ruled out, it is as with a failed fsync.
   */
  private void takeBack(Segment segment) throws IOException {
    orForget(
        () -> {
          segment.truncate(watermarks.end(), indexEnd);
          if (settings.fsync()) {
            disk.forceIndex(segment);
          }
        });
  }

  private boolean isFull() {
    long bytes = watermarks.end() - segments.last().base();
    return bytes >= settings.segmentSize() || indexEnd >= MAX_INDEX;
  }

  /** Many appends share a millisecond. */
  private String now() {
    long millis = clock.millis();
    if (millis != nowMillis) {
      nowMillis = millis;
      now = Instant.ofEpochMilli(millis).toString();
    }
    return now;
  }

  /**
   * Goes on in a new segment. The one before is brought to disk first, so that the last one is the
   * only one that a crash can leave torn.
   */
  private void roll() throws IOException {
    if (settings.fsync()) {
      forceLast();
      disk.forceIndex(segments.last());
    }
    startSegment(watermarks.end());
  }

  /**
   * When it fails, a file of it may be there all the same, and a start would take what is appended
   * to the segment before it, beyond its base, for void: nothing is appended before it is mended.
   */
  private void startSegment(long base) throws IOException {
    mended = false;
    segments.add(base);
    indexEnd = 0;
    mended = true;
  }

  /** Brings to disk what is written. */
  void force() throws IOException {
    Unforced what;
    synchronized (this) {
      awaitForced();
      what = unforced();
      forcing = Thread.currentThread();
    }
    try {
      force(what.segment());
      synchronized (this) {
        segments.rest(what.segment()); // the next may have been begun meanwhile
        if (failures != what.failures()) {
          throw givenBack();
        }
        publish(what.to(), what.events());
      }
    } finally {
      forced();
    }
  }

  /** In the monitor, which is held meanwhile. */
  private void forceLast() throws IOException {
    forcing = Thread.currentThread();
    try {
      force(segments.last());
    } finally {
      forced();
    }
  }

  private synchronized void forced() {
    forcing = null;
    wakeHeld();
  }

  private void awaitForced() {
    await(() -> forcing == null || forcing == Thread.currentThread());
  }

  /** What was written to segments before the last was forced when the next one was begun. */
  private synchronized Unforced unforced() {
    Segment last = segments.last();
    long end = watermarks.end();
    long from = Math.min(Math.max(watermarks.durable(), last.base()), end);
    return new Unforced(this, last, from, end, watermarks.eventsWritten(), failures);
  }

  /** What is to come to disk in the journal; until {@link #endJournaling} nothing is given back. */
  synchronized Unforced beginJournaling() {
    Unforced what = unforced();
    journaling = true;
    return what;
  }

  /**
   * @param written whether it is in the journal, on disk
   */
  synchronized void endJournaling(Unforced what, boolean written) {
    journaling = false;
    wakeHeld();
    if (written) {
      publish(what.to(), what.events());
    }
  }

  private void awaitJournaled() {
    await(() -> !journaling);
  }

  private void await(BooleanSupplier come) {
    boolean interrupted = false;
    held++;
    while (!come.getAsBoolean()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    held--;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Only them: a delivery waits here as well, and is woken when there is enough for it. */
  private void wakeHeld() {
    if (held > 0) {
      notifyAll();
    }
  }

  private void force(Segment segment) throws IOException {
    orForget(() -> disk.force(segment));
  }

  private void orForget(FailableRunnable<IOException> work) throws IOException {
    try {
      work.run();
    } catch (ClosedChannelException e) {
      throw e; // the log was closed meanwhile; its files are left to the next start
    } catch (IOException | RuntimeException e) {
      forgetUnforced(e);
      throw e;
    }
  }

  /**
   * After a failed fsync nobody knows what of the unacknowledged bytes is on disk, and asking again
   * may say yes without it being so: all of them are given back, those written since as well, and
   * the log goes on in a new segment from the last acknowledged offset.
   */
  private synchronized void forgetUnforced(Exception why) {
    try {
      commits.fsyncFailed(why); // what is in the journal may not be here, ever
    } finally { // whatever comes in between, such as want of a thread
      giveBack();
    }
    trouble.begin(why);
    try {
      mend();
    } catch (IOException e) {
      // the disk is in trouble; tried again before the next append
    }
  }

  private void giveBack() {
    awaitJournaled();
    failures++;
    mended = false;
    watermarks.giveBack();
    marks.givenBack();
  }

  private void mend() throws IOException {
    if (mended) {
      return;
    }
    commits.forgetFailed();
    segments.deleteBehind(watermarks.end());
    segments.add(watermarks.end());
    indexEnd = 0;
    if (settings.fsync()) {
      forceEmptied();
    }
    mended = true;
  }

  /**
   * A power failure could else bring back what was in the last segment before it was emptied, such
   * as a line of its index that the events there now do not fit.
   */
  private void forceEmptied() throws IOException {
    disk.forceIndex(segments.last());
    disk.force(segments.last());
  }

  /** It may be on disk whatever became of the fsync that was asked for it. */
  private synchronized Void outcome(Watermarks.Append append, Throwable failure) {
    if (append.isOnDisk()) {
      return null;
    }
    throw failure == null ? givenBack() : new CompletionException(failure);
  }

  /** Bytes that were written before an fsync failed are not there any more. */
  private static CompletionException givenBack() {
    return new CompletionException(
        new IOException("an fsync of the spool failed; its events are given back"));
  }

  private synchronized void publish(long newDurable, long newEvents) {
    if (!watermarks.durable(newDurable, newEvents)) {
      return;
    }
    trouble.end();
    marks.durable(newDurable);
    if (newDurable > wanted) {
      wanted = Long.MAX_VALUE;
      notifyAll();
    }
  }

  /** Why it takes nothing, after a try whether that is still so; empty when it does. */
  synchronized Optional<Exception> probe() {
    if (trouble.why().isPresent()) {
      awaitForced();
      try {
        mend();
        probe(segments.last());
        trouble.end();
      } catch (IOException | RuntimeException e) {
        trouble.begin(e);
        takeBackProbe();
      }
    }
    return trouble.why();
  }

  private void probe(Segment segment) throws IOException {
    long end = watermarks.end();
    segment.writeIndex(new byte[] {'{'}, indexEnd); // as an append begins
    int bytes = (int) Math.min(refused, MAX_PROBE);
    segment.write(ByteBuffer.allocate(bytes), end); // without a line end, and so no event
    if (settings.fsync()) {
      forceLast();
    }
    segment.truncate(end, indexEnd);
  }

  private void takeBackProbe() {
    try {
      if (mended) { // else the last segment may begin behind the end, and goes
        segments.last().truncate(watermarks.end(), indexEnd);
      }
    } catch (IOException e) {
      // it is no event, and the next append writes over it
    }
  }

  /** Says whether someone reads; when nobody does any more, waiting ends at once. */
  public synchronized void reading(boolean on) {
    reading = on;
    notifyAll();
  }

  /** True while a route delivers what is in it. */
  public synchronized boolean isRead() {
    return reading;
  }

  /** Waits until more than what is before {@code offset} is on disk, or nobody reads any more. */
  synchronized boolean awaitDurable(long offset, Duration timeout) throws InterruptedException {
    await(() -> isDurableBeyond(offset) || !reading, timeout);
    return watermarks.durable() > offset;
  }

  private boolean isDurableBeyond(long offset) {
    wanted = Math.min(wanted, offset);
    return watermarks.durable() > offset;
  }

  private boolean await(BooleanSupplier come, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!come.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** What is not delivered yet, for the one thread that delivers it. */
  public Undelivered undelivered() {
    return undelivered;
  }

  /** Bytes of a segment from an offset on, which are on disk. */
  record Piece(Segment segment, long bytes) {}

  /** What can be read between two offsets, as far as it is in one segment; empty when nothing. */
  synchronized Optional<Piece> readable(long from, long limit) {
    long to = Math.min(watermarks.durable(), limit);
    if (to <= from) {
      return Optional.empty();
    }
    Segment segment = segments.at(from);
    long end = segments.endOf(segment, watermarks.end());
    return Optional.of(new Piece(segment, Math.min(to, end) - from));
  }

  /** The one that holds an offset. */
  synchronized Segment segmentAt(long offset) {
    return segments.at(offset);
  }

  /**
   * The cursor was moved over so many events; segments that end before it are deleted.
   *
   * @param count counts the events elsewhere, before they are missed here
   */
  synchronized void passed(int events, Runnable count) {
    count.run();
    watermarks.done(events);
    notifyAll();
    delivered.delete();
  }

  /** Waits until nothing is left to deliver; false when the time is up first. */
  public synchronized boolean awaitDelivered(Duration timeout) throws InterruptedException {
    return await(() -> watermarks.backlog() <= 0, timeout);
  }

  /**
   * Lets go of segments whose events are all delivered, the last one too, so that their space is
   * free; for a full disk.
   */
  synchronized void reclaim() {
    delivered.deleteAll(this::replaceDelivered);
  }

  private void replaceDelivered() throws IOException {
    long end = watermarks.end();
    boolean passed = cursor() == end && end > segments.last().base();
    if (passed && forcing == null) { // else its fsync would be cut short
      disk.force(cursor); // what is before it may be in the journal only
      if (mended) {
        startSegment(end);
      } else {
        mend();
      }
    }
  }

  /** When the next event to be delivered came in; empty when none waits. */
  Optional<Instant> oldest() throws IOException {
    synchronized (observer) {
      while (true) {
        long offset = cursor();
        Optional<Piece> waits = readable(offset, Long.MAX_VALUE);
        if (waits.isEmpty()) {
          return Optional.empty();
        }
        try {
          return Optional.of(observer.entryAt(waits.get().segment(), offset).arrived());
        } catch (IOException e) {
          if (cursor() == offset) {
            throw e;
          } // else it was delivered meanwhile, and its segment perhaps deleted
        }
      }
    }
  }

  /** The random id of this log. */
  public String id() {
    return cursor.state().log();
  }

  /** Offset before which everything is done with. */
  long cursor() {
    return cursor.state().offset();
  }

  /** Events that are on disk and not delivered. */
  public synchronized long backlog() {
    return watermarks.backlog();
  }

  /** Bytes on disk, those delivered but not deleted yet included. */
  synchronized long size() {
    return watermarks.end() - segments.begin() - gaps.bytes(segments.begin());
  }

  /** Whether nothing waits in it and nothing lies in its directory but its own files. */
  synchronized boolean isDispensable() throws IOException {
    return backlog() == 0 && directory.holdsNothingElse();
  }

  /** Deletes a dispensable one. It is closed then, also when this fails. */
  synchronized void delete() throws IOException {
    close();
    directory.delete();
  }

  @Override
  public synchronized void close() throws IOException {
    cursor.close();
    segments.close();
  }
}
