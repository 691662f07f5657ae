package io.registryrouter.spool;

import io.registryrouter.decode.Bytes;
import io.registryrouter.disk.Directories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is found when a log is opened, and mended first.
 *
 * @param fresh whether there was no segment, so that the one there is now is this start's
 * @param end offset behind the last whole append
 * @param gaps what is gone of it
 * @param events how many are behind the cursor
 * @param marks how far files had come into it
 */
record Recovery(
    Deque<Segment> segments,
    boolean fresh,
    Cursor cursor,
    long end,
    Gaps gaps,
    long events,
    Marks marks) {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  static Recovery recover(String destination, LogDirectory log) throws IOException {
    Repair repair = new Repair(destination);
    Path directory = log.path();
    Path cursorFile = log.cursor();
    Optional<Cursor.State> read = Cursor.read(cursorFile);
    setAsideIndexes(repair, directory);
    Deque<Segment> segments = segments(directory);
    boolean fresh = segments.isEmpty();
    if (fresh) {
      segments.add(Segment.open(directory, read.map(Cursor.State::offset).orElse(0L)));
    }
    long end = repair.cutTail(segments.getLast());
    Cursor.State state = usable(destination, read, segments.getFirst().base(), end, cursorFile);
    Gaps gaps = cutDamage(repair, segments, state.offset());
    Cursor cursor = Cursor.open(cursorFile, checked(state, gaps, end));
    if (fresh || read.isEmpty()) {
      Directories.force(directory); // the names of what is new here
    }
    Marks marks = Marks.read(log.marks());
    long events = count(segments, cursor.state().offset(), end, marks);
    return new Recovery(segments, fresh, cursor, end, gaps, events, marks);
  }

  private static void setAsideIndexes(Repair repair, Path directory) throws IOException {
    List<Long> gone = Segment.bases(directory, Segment.INDEX);
    gone.removeAll(Segment.bases(directory, Segment.DATA));
    for (long base : gone) {
      repair.setAsideIndex(directory, base);
    }
  }

  private static Deque<Segment> segments(Path directory) throws IOException {
    Deque<Segment> segments = new ArrayDeque<>();
    for (long base : Segment.bases(directory, Segment.DATA)) {
      if (isNeedless(directory, base, segments)) {
        Segment.delete(directory, base);
      } else {
        segments.addLast(Segment.open(directory, base));
        segments.getLast().rest();
      }
    }
    return segments;
  }

  /**
   * Whether it was only begun, as when there is no inode for its index; none would be there for it
   * now. Where the one before it has lost something, it says how far that came.
   */
  private static boolean isNeedless(Path directory, long base, Deque<Segment> before)
      throws IOException {
    return !before.isEmpty()
        && Segment.isHalfMade(directory, base)
        && isWholeUpTo(before.getLast(), base);
  }

  private static boolean isWholeUpTo(Segment segment, long offset) throws IOException {
    long end = segment.base();
    for (IndexEntry entry : segment.readIndex()) {
      if (entry.offset() != end || !segment.isWhole(entry)) {
        return false;
      }
      end = entry.end();
    }
    return end == offset && segment.base() + segment.length() == offset;
  }

  /** The cursor where it makes sense; else everything that is still there is delivered (again). */
  private static Cursor.State usable(
      String destination, Optional<Cursor.State> read, long first, long end, Path file) {
    if (read.isPresent() && read.get().offset() <= end) {
      return read.get();
    }
    if (Files.exists(file) || end > first) {
      LOG.atWarn()
          .addKeyValue("destination", destination)
          .addKeyValue("offset", first)
          .log(
              "the cursor is gone or not usable; delivery begins again at the oldest event in the spool");
    }
    return new Cursor.State(Cursor.newSpoolId(), first, first, 0);
  }

  /** Segments that are before the cursor as a whole do not matter any more. */
  private static Gaps cutDamage(Repair repair, Deque<Segment> segments, long cursor)
      throws IOException {
    Gaps gaps = new Gaps();
    if (cursor < segments.getFirst().base()) {
      repair.sayWhatIsGone(cursor, segments.getFirst().base());
      gaps.add(cursor, segments.getFirst().base());
    }
    Segment before = segments.getFirst();
    for (Segment segment : segments) {
      if (segment != before && segment.base() > cursor) {
        gaps.add(repair.cutDamage(before, segment.base()), segment.base());
        before.rest();
      }
      before = segment;
    }
    return gaps;
  }

  /** Behind what is gone; what was in flight and is not there any more is forgotten. */
  private static Cursor.State checked(Cursor.State state, Gaps gaps, long end) {
    long offset = gaps.over(state.offset());
    return offset == state.offset() && state.inFlightTo() <= end
        ? state
        : new Cursor.State(state.spool(), offset, offset, state.refusedInARow());
  }

  /**
   * Events behind the cursor; every append found is noted in {@code marks}, the oldest first. A
   * segment's appends count up to where the next segment begins.
   */
  private static long count(Deque<Segment> segments, long from, long end, Marks marks)
      throws IOException {
    long events = 0;
    Iterator<Segment> next = segments.iterator();
    next.next();
    for (Segment segment : segments) {
      long limit = next.hasNext() ? next.next().base() : end;
      for (IndexEntry entry : segment.readIndex()) {
        if (entry.end() > limit) {
          continue;
        }
        marks.note(entry);
        if (entry.end() > from) {
          events += entry.offset() >= from ? entry.events() : lines(segment, from, entry.end());
        }
      }
    }
    return events;
  }

  private static int lines(Segment segment, long from, long to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
    segment.read(bytes, from);
    return Bytes.countLineFeeds(bytes.array(), 0, bytes.capacity());
  }
}
