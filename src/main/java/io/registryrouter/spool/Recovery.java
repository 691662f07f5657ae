package io.registryrouter.spool;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.registryrouter.decode.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is found when a log is opened. The last segment is cut to its last whole append: what comes
 * behind it was never acknowledged.
 *
 * @param end offset behind the last whole append
 * @param events how many are behind the cursor
 * @param marks how far files had come into it
 */
record Recovery(Deque<Segment> segments, Cursor cursor, long end, long events, Marks marks) {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  static Recovery recover(String destination, Path directory) throws IOException {
    Path cursorFile = directory.resolve("cursor");
    Optional<Cursor.State> read = Cursor.read(cursorFile);
    sayWhatIsGone(destination, directory);
    Deque<Segment> segments = segments(directory);
    long end = 0;
    if (segments.isEmpty()) {
      end = read.map(Cursor.State::offset).orElse(0L);
      segments.add(Segment.create(directory, end));
    } else {
      nameAll(destination, segments, read.map(Cursor.State::offset).orElse(0L));
      end = cutTail(destination, segments.getLast());
    }
    Cursor.State state = checked(destination, read, segments.getFirst().base(), end, cursorFile);
    Marks marks = new Marks();
    long events = count(segments, state.offset(), end, marks);
    return new Recovery(segments, Cursor.open(cursorFile, state), end, events, marks);
  }

  /** A segment's events go after its index, so that an index without them has lost them. */
  private static void sayWhatIsGone(String destination, Path directory) throws IOException {
    List<Long> gone = bases(directory, Segment.INDEX);
    gone.removeAll(bases(directory, Segment.DATA));
    for (long base : gone) {
      LOG.atError()
          .addKeyValue("destination", destination)
          .addKeyValue("segment", Segment.name(base) + Segment.DATA)
          .log("a file of the spool is gone, and its events with it");
    }
  }

  private static Deque<Segment> segments(Path directory) throws IOException {
    Deque<Segment> segments = new ArrayDeque<>();
    for (long base : bases(directory, Segment.DATA)) {
      segments.addLast(Segment.open(directory, base));
    }
    return segments;
  }

  /** Where segments begin that have such a file, in order. */
  private static List<Long> bases(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\d{20}\\" + suffix))
          .map(name -> Long.valueOf(name.substring(0, 20)))
          .sorted()
          .collect(Collectors.toCollection(ArrayList::new));
    }
  }

  private static long cutTail(String destination, Segment segment) throws IOException {
    List<IndexEntry> entries = segment.readIndex();
    int whole = 0;
    while (whole < entries.size() && segment.isWhole(entries.get(whole))) {
      whole++;
    }
    long end = whole == 0 ? segment.base() : entries.get(whole - 1).end();
    List<IndexEntry> unnamed =
        whole == entries.size()
            ? UnnamedEvents.find(segment, entries, Long.MAX_VALUE)
            : List.of(); // events behind an append that is not whole were not acknowledged either
    long named = unnamed.isEmpty() ? end : unnamed.get(unnamed.size() - 1).end();
    long torn = segment.base() + segment.length() - named;
    boolean damaged = false;
    for (int i = whole + 1; i < entries.size() && !damaged; i++) {
      damaged = segment.isWhole(entries.get(i));
    }
    if (damaged) {
      setAside(destination, segment, named);
    } else if (torn != 0 || whole < entries.size()) {
      LOG.atWarn()
          .addKeyValue("destination", destination)
          .addKeyValue("segment", segment.dataFile().getFileName())
          .addKeyValue("offset", named)
          .addKeyValue("bytes", torn)
          .log("the spool was cut to its last whole append; what came behind was not acknowledged");
    }
    segment.truncate(named, entries.subList(0, whole));
    segment.force();
    name(destination, segment, entries.subList(0, whole), unnamed);
    return named;
  }

  /**
   * Either the disk has lost of what it had taken, or a power failure found later pages written and
   * earlier ones not; nobody can tell. So delivery goes on without it and what is behind, and both
   * are kept for somebody to look at.
   */
  private static void setAside(String destination, Segment segment, long from) throws IOException {
    Path data = segment.dataFile();
    Path aside = data.resolveSibling("damaged-" + from + Segment.DATA);
    try (FileChannel in = FileChannel.open(data);
        FileChannel out = FileChannel.open(aside, CREATE, TRUNCATE_EXISTING, WRITE)) {
      long at = from - segment.base();
      while (at < in.size()) {
        at += in.transferTo(at, in.size() - at, out);
      }
      out.force(true);
    }
    LOG.atError()
        .addKeyValue("destination", destination)
        .addKeyValue("offset", from)
        .addKeyValue("aside", aside)
        .log(
            "the spool is not whole before appends that are; all from there is set aside, acknowledged"
                + " or, after a power failure, not");
  }

  /** Segments before the last end where the next begins; the cursor is in one of those left. */
  private static void nameAll(String destination, Deque<Segment> segments, long cursor)
      throws IOException {
    Segment before = null;
    for (Segment segment : segments) {
      if (before != null && segment.base() > cursor) {
        List<IndexEntry> entries = before.readIndex();
        name(destination, before, entries, UnnamedEvents.find(before, entries, segment.base()));
      }
      before = segment;
    }
  }

  private static void name(
      String destination, Segment segment, List<IndexEntry> named, List<IndexEntry> unnamed)
      throws IOException {
    if (!unnamed.isEmpty()) {
      LOG.atWarn()
          .addKeyValue("destination", destination)
          .addKeyValue("segment", segment.dataFile().getFileName())
          .addKeyValue("offset", unnamed.get(0).offset())
          .addKeyValue("events", unnamed.size())
          .log("the index had lost events of the spool, as after a power failure; they are kept");
      segment.writeIndex(named, unnamed);
    }
    segment.forceIndex();
  }

  /** The cursor where it makes sense; else everything that is still there is delivered (again). */
  private static Cursor.State checked(
      String destination, Optional<Cursor.State> read, long first, long end, Path file)
      throws IOException {
    if (read.isPresent() && read.get().offset() >= first && read.get().offset() <= end) {
      Cursor.State state = read.get();
      return state.inFlightTo() <= end
          ? state
          : new Cursor.State(state.spool(), state.offset(), state.offset());
    }
    if (Files.exists(file) || end > first) {
      LOG.atWarn()
          .addKeyValue("destination", destination)
          .addKeyValue("offset", first)
          .log(
              "the cursor is gone or not usable; delivery begins again at the oldest event in the spool");
    }
    return new Cursor.State(Cursor.newSpoolId(), first, first);
  }

  /**
   * Events behind the cursor; every append found is noted in {@code marks}. A segment's appends
   * count up to where the next segment begins.
   */
  private static long count(Deque<Segment> segments, long from, long end, Marks marks)
      throws IOException {
    long events = 0;
    long limit = end;
    for (Iterator<Segment> all = segments.descendingIterator(); all.hasNext(); ) {
      Segment segment = all.next();
      for (IndexEntry entry : segment.readIndex()) {
        if (entry.end() > limit) {
          continue;
        }
        marks.note(entry);
        if (entry.end() > from) {
          events += entry.offset() >= from ? entry.events() : lines(segment, from, entry.end());
        }
      }
      limit = segment.base();
    }
    return events;
  }

  private static int lines(Segment segment, long from, long to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
    segment.read(bytes, from);
    return Bytes.countLineFeeds(bytes.array(), 0, bytes.capacity());
  }
}
