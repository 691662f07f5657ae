package io.registryrouter.spool;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts segments to what is whole of them when a log is opened, names events that the index has
 * lost, and sets aside what a disk has damaged.
 */
final class Repair {

  private static final Logger LOG = LoggerFactory.getLogger(Repair.class);

  private final String destination;

  Repair(String destination) {
    this.destination = destination;
  }

  /** A segment's events go after its index, so that an index without them has lost them. */
  void setAsideIndex(Path directory, long base) throws IOException {
    Path index = directory.resolve(Segment.name(base) + Segment.INDEX);
    Path aside = directory.resolve("damaged-" + base + Segment.INDEX);
    LOG.atError()
        .addKeyValue("destination", destination)
        .addKeyValue("segment", Segment.name(base) + Segment.DATA)
        .addKeyValue("events", events(IndexEntry.read(index, base)))
        .addKeyValue("aside", aside)
        .log("a file of the spool is gone, and its events with it; its index is set aside");
    Files.move(index, aside, StandardCopyOption.REPLACE_EXISTING);
  }

  /** What was between the cursor and the first segment. */
  void sayWhatIsGone(long from, long to) {
    LOG.atError()
        .addKeyValue("destination", destination)
        .addKeyValue("offset", from)
        .addKeyValue("to", to)
        .log(
            "the spool begins behind the cursor; what was between is gone, undelivered or, after a"
                + " power failure, delivered");
  }

  /**
   * The last segment is cut to its last whole append: what comes behind it was never acknowledged.
   *
   * @return offset behind what is left
   */
  long cutTail(Segment segment) throws IOException {
    if (segment.length() == 0 && segment.indexLength() == 0) {
      return segment.base();
    }
    List<IndexEntry> entries = segment.readIndex();
    int whole = 0;
    while (whole < entries.size() && segment.isWhole(entries.get(whole))) {
      whole++;
    }
    List<IndexEntry> kept = entries.subList(0, whole);
    List<IndexEntry> unnamed = unnamed(segment, kept, entries, Long.MAX_VALUE);
    long end = end(segment, kept, unnamed);
    long torn = segment.base() + segment.length() - end;
    boolean damaged = false;
    for (int i = whole + 1; i < entries.size() && !damaged; i++) {
      damaged = segment.isWhole(entries.get(i));
    }
    if (damaged) {
      // the disk has lost of what it had taken, or a power failure found later pages written and
      // earlier ones not; nobody can tell
      LOG.atError()
          .addKeyValue("destination", destination)
          .addKeyValue("offset", end)
          .addKeyValue("aside", setAside(segment, end, Long.MAX_VALUE))
          .log(
              "the spool is not whole before appends that are; all from there is set aside,"
                  + " acknowledged or, after a power failure, not");
    } else if (torn != 0 || whole < entries.size()) {
      LOG.atWarn()
          .addKeyValue("destination", destination)
          .addKeyValue("segment", segment.dataFile().getFileName())
          .addKeyValue("offset", end)
          .addKeyValue("bytes", torn)
          .log("the spool was cut to its last whole append; what came behind was not acknowledged");
    }
    segment.truncate(end, kept);
    segment.force();
    name(segment, kept, unnamed);
    return end;
  }

  /**
   * A segment before the last was on disk up to where the next one begins before anything was
   * written there; an end that is not there any more, or not what it was, is damage. Only appends
   * at the end are read for that: a start must not take as long as reading all that waits.
   *
   * @return offset behind what is left
   */
  long cutDamage(Segment segment, long next) throws IOException {
    List<IndexEntry> entries =
        segment.readIndex().stream().filter(entry -> entry.end() <= next).toList();
    int whole = entries.size();
    while (whole > 0 && !segment.isWhole(entries.get(whole - 1))) {
      whole--;
    }
    List<IndexEntry> kept = entries.subList(0, whole);
    List<IndexEntry> unnamed = unnamed(segment, kept, entries, next);
    long end = end(segment, kept, unnamed);
    if (end < next) {
      List<IndexEntry> lost = entries.subList(whole, entries.size());
      LOG.atError()
          .addKeyValue("destination", destination)
          .addKeyValue("segment", segment.dataFile().getFileName())
          .addKeyValue("offset", end)
          .addKeyValue("to", next)
          .addKeyValue("events", end(segment, lost, lost) == next ? events(lost) : "unknown")
          .addKeyValue("aside", setAside(segment, end, next))
          .log("a part of the spool is damaged or gone; delivery goes on behind it");
      segment.truncate(end, kept);
      segment.force();
    }
    name(segment, kept, unnamed);
    return end;
  }

  /** Events behind an append that is not whole were not acknowledged, or are damage like it. */
  private static List<IndexEntry> unnamed(
      Segment segment, List<IndexEntry> kept, List<IndexEntry> entries, long to)
      throws IOException {
    return kept.size() == entries.size() ? UnnamedEvents.find(segment, kept, to) : List.of();
  }

  private static long end(Segment segment, List<IndexEntry> named, List<IndexEntry> unnamed) {
    List<IndexEntry> last = unnamed.isEmpty() ? named : unnamed;
    return last.isEmpty() ? segment.base() : last.get(last.size() - 1).end();
  }

  private static long events(List<IndexEntry> entries) {
    return entries.stream().mapToLong(IndexEntry::events).sum();
  }

  /**
   * Keeps what is cut off for somebody to look at.
   *
   * @return the file, or that there was nothing to keep
   */
  private static String setAside(Segment segment, long from, long to) throws IOException {
    Path data = segment.dataFile();
    Path aside = data.resolveSibling("damaged-" + from + Segment.DATA);
    long at = from - segment.base();
    long end = Math.min(segment.length(), to - segment.base());
    if (at >= end) {
      return "nothing left";
    }
    try (FileChannel in = FileChannel.open(data);
        FileChannel out = FileChannel.open(aside, CREATE, TRUNCATE_EXISTING, WRITE)) {
      while (at < end) {
        at += in.transferTo(at, end - at, out);
      }
      out.force(true);
    }
    return aside.toString();
  }

  private void name(Segment segment, List<IndexEntry> named, List<IndexEntry> unnamed)
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
}
